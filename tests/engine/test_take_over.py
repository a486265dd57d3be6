"""What older versions left under way, begun or not, is carried on by the next start; none of it is dropped."""

from contextlib import closing

import sqlalchemy as sa

from bot.core.actions import ActionState
from bot.core.kinds import DENY, REVOKE, SHUT_OUT
from bot.engine.durable import OLD_QUEUES
from bot.store.store import SqlStore
from tests.engine.conftest import engine_over
from tests.fakes.aws import FakeAws
from tests.store.released import load
from tests.world import eventually


def left_in_queues(url: str) -> dict[tuple[str, str], int]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        schema = "dbos." if engine.dialect.name == "postgresql" else ""
        rows = connection.execute(
            sa.text(f"SELECT queue_name, status, count(*) FROM {schema}workflow_status GROUP BY 1, 2")  # noqa: S608 - ours
        ).all()
    engine.dispose()
    return {(name, status): count for name, status, count in rows if name in OLD_QUEUES}


def test_every_action_that_an_older_version_left_unfinished_comes_to_its_end(url: str, aws: FakeAws) -> None:
    load(url, "8d28ce4")
    assert left_in_queues(url) == {
        ("actions", "PENDING"): 8,
        ("actions", "ENQUEUED"): 1,
        ("denies", "PENDING"): 1,
        ("denies", "ENQUEUED"): 1,
        ("plays", "PENDING"): 1,
    }
    with engine_over(aws, url) as parts:
        # These people are not in this directory, which each action learns from a read.
        eventually(lambda: not parts.store.unfinished_actions(), seconds=30)
        messages = [parts.store.action(f"revoke-{number}").message for number in range(2, 11)]
        assert all("no longer in the directory" in message for message in messages)
    assert left_in_queues(url) == {}


def test_what_was_under_way_before_there_was_a_lock_comes_to_its_end_and_denies_in_force_stay(
    url: str, aws: FakeAws
) -> None:
    load(url, "b583df8")
    with closing(SqlStore.open(url)) as store:
        left = store.unfinished_actions()
    with engine_over(aws, url) as parts:
        eventually(lambda: not parts.store.unfinished_actions(), seconds=30)
        ended = [parts.store.action(action.id) for action in left]
        in_force = [deny.user.label for deny in parts.store.denies() if deny.confirmed]
    # Neither these people nor the policy of the denies are in this organization, which each action learns from a read.
    assert {(action.kind, bool(action.parent)): action.state for action in ended} == {
        (REVOKE, False): ActionState.DONE,
        (DENY, False): ActionState.FAILED,
        (SHUT_OUT, False): ActionState.FAILED,
        (DENY, True): ActionState.REFUSED,
    }
    assert in_force == ["Erik.Holm"]
