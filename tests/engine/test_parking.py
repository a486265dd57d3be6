"""What waits for the hourly limit: no workflow carries it, and it goes on at an admin's word or when its time comes."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from dbos import DBOS

from bot.core.actions import ActionState, Asker
from bot.core.authorization import DenyRules, DenyStrategy, Rules
from bot.core.kinds import DENY, REVOKE, SHUT_OUT, Kind, Role
from bot.core.rules.rules import AutoRules
from bot.playground.identity_center import Organization
from bot.services.context import Context
from bot.services.rules import limits
from tests.engine.asking import ask, disabled, engine_of
from tests.engine.conftest import engine_over
from tests.fakes.aws import FakeAws
from tests.world import eventually

ADMIN = frozenset({Role.ADMIN})


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    monkeypatch.setattr("bot.engine.workflows.STEP_SECONDS", 0.02)
    return FakeAws(Organization(seed=1, job_seconds=(0.0, 0.0)))


@pytest.fixture
def context(aws: FakeAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Context]:
    """At most two people in an hour, and two denies."""
    monkeypatch.setattr("bot.core.rules.limits.DENIES", 2)
    url = f"sqlite:///{tmp_path / 'engine.db'}"
    rules = Rules(responders=frozenset({"U1"}), deny=DenyRules(strategy=DenyStrategy.INLINE))
    with engine_over(aws, url, auto_rules=AutoRules(changes_per_hour=2), rules=rules) as made:
        yield made


def leavers(aws: FakeAws, count: int) -> Iterator[str]:
    for number in range(count):
        user = disabled(aws, f"dana{number}")
        aws.org.assign(aws.org.add_account(f"a{number}"), aws.org.add_permission_set(f"S{number}"), "USER", user.id)
        yield user.id


def parked(context: Context, names: list[str]) -> list[str]:
    return [name for name in names if context.store.action(name).parked]


def workflows(names: list[str]) -> set[str]:
    """The workflows that have carried these actions, ended ones too."""
    return {one.workflow_id for one in DBOS.list_workflows() if one.workflow_id.partition(":")[0] in names}


@pytest.mark.parametrize("kind", [REVOKE, DENY, SHUT_OUT], ids=str)
def test_twelve_asked_at_once_begin_two_at_a_time_and_the_rest_is_carried_by_nothing(
    context: Context, aws: FakeAws, kind: Kind
) -> None:
    ids = set(leavers(aws, 12))
    names = [ask(context, user, kind) for user in map(context.directory.user, sorted(ids))]
    for name in names:
        context.work.start_action(name)
    eventually(lambda: len(parked(context, names)) == 10)
    eventually(lambda: engine_of(context).idle)
    changed = {user for users in context.store.hour(context.clock.now()).changed.values() for user in users}
    assert len(changed) == 2
    waiting = parked(context, names)
    carried = workflows(waiting)
    engine_of(context).resume()
    eventually(lambda: engine_of(context).idle and not any(lane._waiting for lane in engine_of(context).lanes))
    assert workflows(waiting) == carried
    assert limits.go_on(context, Asker("U1", "C1"), ADMIN) is None
    eventually(lambda: len(parked(context, names)) == 8)
    eventually(lambda: engine_of(context).idle)


def test_in_the_order_asked_after_a_restart_too(aws: FakeAws, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'engine.db'}"
    with engine_over(aws, url, auto_rules=AutoRules(changes_per_hour=1)) as context:
        names = [ask(context, context.directory.user(user)) for user in leavers(aws, 4)]
        context.work.start_action(names[0])
        eventually(lambda: context.store.action(names[0]).started_at)
        for name in names[1:]:
            context.work.start_action(name)
        eventually(lambda: parked(context, names) == names[1:] and engine_of(context).idle)
    for count in (2, 3):
        with engine_over(aws, url, auto_rules=AutoRules(changes_per_hour=count)) as context:
            done = partial(lambda context: [context.store.action(name).state.final for name in names], context)
            eventually(partial(lambda wanted, done: done() == wanted, [True] * count + [False] * (4 - count), done))
            eventually(lambda context=context: engine_of(context).idle)  # type: ignore[misc]  # the loop's own


def test_a_press_of_ours_is_not_held_up_by_what_is_parked(context: Context, aws: FakeAws) -> None:
    ids = list(leavers(aws, 12))
    for user in ids[:11]:
        context.work.start_action(ask(context, context.directory.user(user)))
    eventually(lambda: engine_of(context).idle)
    free = ask(context, context.directory.user(ids[11]), DENY)
    context.work.start_action(free)
    eventually(lambda: context.store.action(free).state is not ActionState.QUEUED)
