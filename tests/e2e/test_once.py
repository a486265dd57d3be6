"""`leaverbot once`: a real process that scans, shows, carries on and ends."""

import json
import os
import signal
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.core.actions import Action, Asker
from bot.core.events.watched import event_pattern
from bot.core.kinds import REVOKE
from bot.core.models import User
from bot.playground.identity_center import Fault
from bot.ports import Holder
from bot.store.database import process_lock
from bot.store.store import SqlStore
from tests import once_runs, zygote
from tests.world import World, eventually, words, world

NO_APP_TOKEN = {"SLACK_APP_TOKEN": ""}


@pytest.fixture
def place() -> Iterator[World]:
    """A world whose servers run, and no bot."""
    with world() as here:
        here.aws.start()
        here.slack.start()
        yield here


def a_leaver(here: World, name: str = "dana.rossi", accounts: int = 1) -> str:
    read_only = here.org.add_permission_set("ReadOnlyAccess")
    return here.leaver(name, *((here.org.add_account(f"account-{n}"), read_only) for n in range(accounts)))


def ask_for_a_revoke(here: World, user: str) -> str:
    """Store the action as a press does, while no process works with the database."""
    store = SqlStore.open(here.settings["LEAVERBOT_DATABASE_URL"])
    case_id = store.open_cases()[user].id
    name = next(found.user_name for found in here.org.users() if found.id == user)
    action = Action(
        id=str(uuid.uuid4()),
        key=str(uuid.uuid4()),
        kind=REVOKE,
        user=User(user, name or ""),
        case_id=case_id,
        asker=Asker(here.alice, here.channel),
        asked_at=datetime.now(UTC),
    )
    store.add_action(action)
    store.close()
    return action.id


def alerts(here: World, name: str) -> int:
    return sum(name in words(message).lower() for message in here.messages())


def test_once_alerts_without_an_app_token_and_the_next_one_carries_on_what_was_asked_for(place: World) -> None:
    queue = place.org.add_queue("leaverbot-events")
    place.settings["LEAVERBOT_EVENTS_QUEUE_URL"] = queue.url
    place.org.add_rule(event_pattern(), queue)
    user = a_leaver(place, accounts=3)
    assert queue.messages
    first = place.command("once", **NO_APP_TOKEN)
    assert first.returncode == 0, first.stderr
    assert not queue.messages
    assert "1 user read, 1 of 1 disabled user checked. Scan complete." in first.stdout
    assert "can still get into 3 AWS accounts" in words(place.alert("dana"))
    ask_for_a_revoke(place, user)
    second = place.command("once", "--json", **NO_APP_TOKEN)
    assert second.returncode == 0, second.stderr
    told = json.loads(second.stdout)
    assert told["complete"]
    assert told["scan"]["status"] == "complete"
    assert place.org.truth(user) == []
    assert "no way in any more" in words(place.alert("dana"))
    assert alerts(place, "dana") == 1
    assert place.slack.connections == 0


def test_once_beside_a_running_bot_says_who_has_the_database_and_leaves(here: World) -> None:
    a_leaver(here)
    here.start()
    here.alert("dana")
    beside = here.command("once", **NO_APP_TOKEN)
    assert beside.returncode == 0
    assert here.process
    assert f"leaverbot run (process {here.process.pid} on " in beside.stderr
    assert "A complete scan ended within the last hour." in beside.stderr


def test_once_fails_when_another_one_has_the_database_and_no_scan_ended_lately(place: World) -> None:
    lock = process_lock.take(place.settings["LEAVERBOT_DATABASE_URL"], "once")
    assert not isinstance(lock, Holder)
    try:
        beside = place.command("once", "--json", **NO_APP_TOKEN)
    finally:
        lock.release()
    assert beside.returncode == 3
    assert json.loads(beside.stdout)["failed"]
    assert f"leaverbot once (process {os.getpid()} on " in beside.stderr
    assert not place.slack.calls


def test_what_the_deadline_cuts_is_carried_on_by_the_next_once(place: World) -> None:
    user = a_leaver(place, accounts=4)
    assert place.command("once", **NO_APP_TOKEN).returncode == 0
    ask_for_a_revoke(place, user)
    place.aws.faults.add(Fault(operation="sso-admin.DeleteAccountAssignment", kind="latency", seconds=3, times=None))
    cut = place.command("once", "--deadline", "2", **NO_APP_TOKEN)
    assert cut.returncode == 3, cut.stderr
    assert "1 action unfinished. The next run continues." in cut.stdout
    assert place.org.truth(user)
    place.aws.faults.clear()
    assert place.command("once", **NO_APP_TOKEN).returncode == 0
    assert place.org.truth(user) == []
    assert place.aws.calls["sso-admin.DeleteAccountAssignment"] == 4
    assert alerts(place, "dana") == 1


def test_a_once_that_slack_keeps_from_posting_ends_at_sigterm_and_the_next_one_posts(place: World) -> None:
    a_leaver(place)
    refused = place.slack.faults.add("chat.postMessage", "status", status=503, times=1000)
    with tempfile.TemporaryFile() as out:
        environment = {**place.environment(), **NO_APP_TOKEN}
        ended = zygote.start(["once"], env=environment, cwd=place.folder, stdout=out.fileno())
        eventually(lambda: refused.hits > 1)
        ended.send_signal(signal.SIGTERM)
        assert ended.wait(timeout=10) == 3
        out.seek(0)
        told = out.read().decode()
    assert "1 of 1 disabled user checked. Scan complete." in told
    assert "1 message not in Slack yet: Slack" in told
    place.slack.faults.clear()
    assert place.command("once", **NO_APP_TOKEN).returncode == 0
    assert alerts(place, "dana") == 1


def test_all_that_a_person_must_change_ends_once_with_1(place: World) -> None:
    given = {"SLACK_BOT_TOKEN": "xoxb-wrong", "LEAVERBOT_DENY_SCP_ID": "p-nosuchpolicy"}
    ended = place.command("once", **NO_APP_TOKEN, **given)
    assert ended.returncode == 1
    assert "SLACK_BOT_TOKEN is not valid" in ended.stderr
    assert "p-nosuchpolicy cannot be used" in ended.stderr


def test_runs_killed_at_random_moments_lose_nothing_and_do_nothing_twice() -> None:
    # Fifty kills, on both databases: python -m tests.once_runs
    once_runs.measure(3, None, seed=2)
