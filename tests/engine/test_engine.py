"""The engine: durable work on DBOS, in the same database as the store."""

from datetime import timedelta

import pytest
from dbos import DBOS

from bot.core.models import User, UserStatus
from bot.core.views import ActionState
from bot.engine import engine as module
from bot.engine.workflows import new_reference
from bot.playground.identity_center import AwsServer
from bot.services.commands import request_scan
from bot.services.parts import Parts
from tests.engine.asking import ask, engine_of
from tests.world import eventually


def test_a_schedule_ticks_and_one_tick_makes_one_summary(parts: Parts) -> None:
    eventually(lambda: parts.store.summary_times(None)[0])
    waiting = parts.store.waiting()
    assert len({item.key for item in waiting}) == len(waiting)


def test_a_scan_that_is_due_while_one_runs_joins_it(parts: Parts, aws: AwsServer) -> None:
    aws.faults.add("identitystore.ListUsers", kind="latency", seconds=2.0)
    running, _ = request_scan(parts, "start")
    eventually(lambda: parts.store.scan(running.id).workflow_id)
    DBOS.start_workflow(engine_of(parts)._scan_tick, "now", None).get_result()
    eventually(lambda: not parts.store.running_scans())
    assert len(parts.store.scans_since(running.started_at)) == 1


def test_an_action_that_was_stored_and_never_started_is_started_by_resume(parts: Parts) -> None:
    unknown = User("00000000-0000-4000-8000-000000000001", "ghost", status=UserStatus.DISABLED)
    action_id = ask(parts, unknown)
    engine_of(parts).resume()
    eventually(lambda: parts.store.action(action_id).view.state is ActionState.REFUSED)
    assert "no longer in the directory" in parts.store.action(action_id).view.message


def test_starting_an_action_twice_runs_it_once(parts: Parts, aws: AwsServer) -> None:
    user_id = aws.org.add_user("a@example.com", display_name="A", email="a@example.com", status="DISABLED")
    action_id = ask(parts, User(user_id, "a@example.com", status=UserStatus.DISABLED))
    for _ in range(5):
        parts.work.start_action(action_id)
    eventually(lambda: parts.store.action(action_id).view.state.final)
    named = [workflow for workflow in DBOS.list_workflows(name="act_v1") if workflow.workflow_id.startswith(action_id)]
    assert len(named) == 1


def test_an_error_that_nobody_foresaw_ends_the_action_with_a_reference(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.services.remediate.prepare", broken)
    action_id = ask(parts, User("00000000-0000-4000-8000-000000000001", "ghost"))
    parts.work.start_action(action_id)
    eventually(lambda: parts.store.action(action_id).view.state is ActionState.FAILED)
    assert "reference " in parts.store.action(action_id).view.message


def test_two_scans_asked_for_at_once_are_one(parts: Parts) -> None:
    from bot.services.commands import request_scan

    first, joined_first = request_scan(parts, "start")
    second, joined_second = request_scan(parts, "command")
    assert (first.id == second.id, joined_first, joined_second) == (True, False, True)
    eventually(lambda: parts.store.scan(first.id).coverage)


def test_ended_workflows_are_forgotten_after_a_while(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    action_id = ask(parts, User("00000000-0000-4000-8000-000000000001", "ghost"))
    parts.work.start_action(action_id)
    eventually(lambda: parts.store.action(action_id).view.state.final)
    eventually(lambda: DBOS.list_workflows(name="act_v1", status="SUCCESS"))
    monkeypatch.setattr(module, "KEEP_WORKFLOWS", timedelta(seconds=-60))
    engine_of(parts).prune()
    assert DBOS.list_workflows(name="act_v1") == []


def test_a_reference_can_be_read_out() -> None:
    assert len({new_reference() for _ in range(50)}) == 50
    assert all(len(new_reference()) == 7 for _ in range(5))


def test_an_action_says_what_it_waits_for_while_aws_does_not_answer_and_goes_on_when_it_does(
    parts: Parts, aws: AwsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.waiting.TELL_AFTER", timedelta(seconds=0.5))
    monkeypatch.setattr("bot.engine.watcher.LOOK_SECONDS", 0.1)
    monkeypatch.setattr("bot.engine.workflows.LATER_SECONDS", 0.1)
    user_id = aws.org.add_user("w@example.com", display_name="W", email="w@example.com", status="DISABLED")
    page = aws.faults.add("identitystore.DescribeUser", kind="page", times=None)
    action_id = ask(parts, User(user_id, "w@example.com", status=UserStatus.DISABLED))
    parts.work.start_action(action_id)
    eventually(lambda: parts.store.action(action_id).view.waiting)
    aws.faults.remove(page)
    eventually(lambda: parts.store.action(action_id).view.state.final)
    ended = parts.store.action(action_id).view
    assert ended.waiting is None
    assert "nothing to revoke" in ended.message
