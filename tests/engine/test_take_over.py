"""What 8d28ce4 left in DBOS's queues, begun or not, is carried on by the next start; none of it is dropped."""

import sqlalchemy as sa

from bot.engine.durable import OLD_QUEUES
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
