"""One process at work on a database: put together with and without Slack, and alone."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import Bot
from bot.core.errors import ChatUnavailable, LeaverbotError, LockLost, SettingsError, StoreError
from bot.core.events.watched import event_pattern
from bot.engine import engine
from bot.health_checks import ask_all, from_outside
from bot.playground.identity_center import AwsServer, Organization
from bot.playground.identity_center.queues.queue import Queue
from bot.playground.identity_center.queues.queues import delete_queue
from bot.ports import Holder, MessageKind, Posted
from bot.processes.database_lock import Held
from bot.processes.process import Process
from bot.services.messages.projection import Road, Task, due, show
from bot.services.scan.run import request_scan
from bot.settings import Settings, WorkSettings
from tests.services.scanning import served
from tests.world import eventually


@pytest.fixture
def aws() -> Iterator[AwsServer]:
    with served(Organization(seed=1, throttle=False, job_seconds=(0.0, 0.0))) as server:
        yield server


@pytest.fixture
def settings(aws: AwsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkSettings:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEAVERBOT_DATABASE_URL", f"sqlite:///{tmp_path / 'leaverbot.db'}")
    return WorkSettings.load()


def delete_something(process: Process, aws: AwsServer) -> None:
    process.aws.aws.call(
        "sso-admin",
        "DeletePermissionSet",
        InstanceArn=aws.org.instance_arn,
        PermissionSetArn=aws.org.add_permission_set("unused"),
    )


def test_without_slack_work_is_done_and_its_messages_wait_for_the_bot(aws: AwsServer, settings: WorkSettings) -> None:
    name = "dana@example.com"
    user = aws.org.add_user(name, display_name="Dana", email=name, status="DISABLED")
    aws.org.assign(aws.org.add_account("payments"), aws.org.add_permission_set("ReadOnlyAccess"), "USER", user)
    with Process(settings, "revoke") as process:
        context = process.context
        request_scan(context, "start")
        eventually(context.store.open_cases)
        assert process.projector is None
        assert context.chat.link(Posted("C1", "1.0")) == ""
        (task,) = due(context)
        with pytest.raises(ChatUnavailable, match="when it runs"):
            show(context, task)
        with pytest.raises(ChatUnavailable):
            context.chat.group_members("S1")


def test_the_lock_is_held_from_the_start_to_the_end_and_others_are_told(aws: AwsServer, settings: WorkSettings) -> None:
    with Process(settings, "revoke") as process:
        with pytest.raises(Held, match=r"in use by leaverbot revoke \(process \d+ on .+, since .+ UTC\)") as told:
            Process(settings, "run").open()
        assert told.value.holder.command == "revoke"
        delete_something(process, aws)
    Process(settings, "run").__enter__().stop()


@pytest.mark.parametrize(
    ("holder", "told"),
    [
        (
            Holder("run", "host-a", 7, datetime(2026, 11, 2, 8, 30, tzinfo=UTC)),
            "leaverbot run (process 7 on host-a, since 2026-11-02 08:30 UTC).",
        ),
        (Holder("run", "host-a", 7), "leaverbot run (process 7 on host-a)."),
        (Holder(host="10.0.0.1"), "another leaverbot (on 10.0.0.1)."),
        (Holder(since=datetime(2026, 11, 2, 8, 30, tzinfo=UTC)), "another leaverbot (since 2026-11-02 08:30 UTC)."),
        (Holder(), "another leaverbot."),
    ],
)
def test_what_is_known_of_who_has_the_database_is_told_and_no_more(holder: Holder, told: str) -> None:
    assert str(Held(holder)).startswith(f"The database is in use by {told} Only one")


def test_a_bot_whose_database_comes_back_in_other_hands_ends(
    settings: WorkSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "LEAVERBOT_CHANNEL": "C1"}.items():
        monkeypatch.setenv(name, value)
    stopping, told = threading.Event(), list[LeaverbotError]()
    bot = Bot(Settings.load(), stopping, told.append)
    with Process(settings, "once"):
        with pytest.raises(SettingsError, match="in use by leaverbot once"):
            bot._open_store()
        # The first look names it with everything else that is wrong.
        assert not stopping.is_set()
        bot._first_look_over = True
        with pytest.raises(SettingsError):
            bot._open_store()
        assert stopping.is_set()
        assert [bot.ended_by] == told
        assert isinstance(bot.ended_by, Held)
    bot.stop()


def test_nothing_is_changed_in_aws_before_the_lock_is_taken_or_after_it_is_released(
    aws: AwsServer, settings: WorkSettings
) -> None:
    process = Process(settings, "revoke")
    with pytest.raises(LockLost):
        delete_something(process, aws)
    with process:
        pass
    with pytest.raises(LockLost):
        delete_something(process, aws)
    assert aws.calls["sso-admin.DeletePermissionSet"] == 0
    assert process.lost is None


def test_a_start_that_fails_leaves_the_lock_to_the_next(
    aws: AwsServer, settings: WorkSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("no launch")

    with monkeypatch.context() as patch:
        patch.setattr(engine.DBOS, "launch", fail)
        with pytest.raises(StoreError, match="durable work"), Process(settings, "revoke"):
            pass
    with pytest.raises(SettingsError), Process(settings, "revoke"):
        raise SettingsError(["wrong"])
    with Process(settings, "revoke"):
        pass


def test_whoever_loses_the_lock_is_told_once_changes_nothing_more_and_shows_nothing(
    aws: AwsServer, settings: WorkSettings, tmp_path: Path
) -> None:
    told: list[LockLost] = []
    with Process(settings, "revoke", on_lost=told.append) as process:
        (tmp_path / "leaverbot.db-lock").unlink()
        for _ in range(2):
            with pytest.raises(LockLost):
                delete_something(process, aws)
        with pytest.raises(LockLost):
            process._show(Task("c1", MessageKind.CASE, "c1", 1, Road.POST, "c1", 0))
        assert told == [process.lost]
    assert aws.calls["sso-admin.DeletePermissionSet"] == 0


def test_the_loss_is_noticed_without_a_change_too(settings: WorkSettings, tmp_path: Path) -> None:
    told: list[LockLost] = []
    with Process(settings, "revoke", on_lost=told.append):
        (tmp_path / "leaverbot.db-lock").unlink()
        eventually(lambda: told, seconds=5)


def test_only_what_this_process_schedules_is_done_by_time(
    settings: WorkSettings,
) -> None:
    with Process(settings, "run", schedules={"summary": ("* * * * * *", "UTC")}) as process:
        eventually(lambda: due(process.context))
    with Process(settings, "revoke"):
        assert engine.DBOS.list_schedules() == []


def by_event(aws: AwsServer, settings: WorkSettings) -> tuple[WorkSettings, str, Queue]:
    """Somebody with access is disabled, and the event waits in the queue."""
    queue = aws.org.add_queue("leaverbot-events")
    aws.org.add_rule(event_pattern(), queue)
    user = aws.org.add_user("dana@example.com", display_name="Dana")
    aws.org.assign(aws.org.add_account("payments"), aws.org.add_permission_set("ReadOnlyAccess"), "USER", user)
    aws.org.set_status(user, "DISABLED")
    return settings.model_copy(update={"events_queue_url": queue.url}), user, queue


def test_a_process_that_listens_opens_the_case_by_the_event_alone(aws: AwsServer, settings: WorkSettings) -> None:
    listening, user, queue = by_event(aws, settings)
    with Process(listening, "run") as process:
        process.listen()
        (case,) = eventually(lambda: process.store.open_cases().values())
        assert (case.user.id, case.found_by) == (user, "events")
        eventually(lambda: not queue.messages)
        assert process.events
        assert process.events.trouble == ""


def test_what_waits_is_taken_in_before_a_scan_which_then_answers_it(aws: AwsServer, settings: WorkSettings) -> None:
    taking, user, queue = by_event(aws, settings)
    with Process(taking, "once") as process:
        process.take_events(lambda: False)
        assert not queue.messages
        assert [one.user_id for one in process.store.due_reads(process.clock.now())] == [user]
        request_scan(process.context, "once")
        eventually(process.store.open_cases)
        assert process.store.next_read() is None


def test_a_queue_that_is_not_there_holds_up_nothing_and_no_queue_is_noted(
    aws: AwsServer, settings: WorkSettings
) -> None:
    listening, _user, queue = by_event(aws, settings)
    delete_queue(aws.org, queue)
    with Process(listening, "once") as process:
        process.take_events(lambda: False)
        assert process.store.event_counts().listening_since
        assert "sqs.ReceiveMessage" in ask_all(from_outside(process.context))["events"]
    with Process(settings, "once") as process:
        process.take_events(lambda: False)
        assert process.store.event_counts().listening_since is None
        assert ask_all(from_outside(process.context))["events"] == ""
