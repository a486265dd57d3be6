"""`leaverbot once` with rules, as a cron job runs it: from disabled to deleted, and nobody presses anything."""

import time
from collections.abc import Iterator

import pytest

from tests.paces import QUICK_MINUTE
from tests.world import World, words, world

RULES = {"LEAVERBOT_AUTO_REVOKE_AFTER": "0m", "LEAVERBOT_AUTO_DELETE_AFTER": "0m"}
# A revoke and a delete, each announced by one run and done by a later one, on a machine of any speed.
MOST_RUNS = 8


@pytest.fixture
def cron() -> Iterator[World]:
    with world(**RULES) as here:
        here.aws.start()
        here.slack.start()
        yield here


def furnish(here: World) -> tuple[str, str]:
    """Dana, who left, and Erin, who did not: both have a direct assignment, and are in a group that gives access."""
    account, other = here.org.add_account("payments-prod"), here.org.add_account("data-prod")
    read_only = here.org.add_permission_set("ReadOnlyAccess")
    group = here.org.add_group("cloud-viewers")
    here.org.assign(other, read_only, "GROUP", group)
    dana, erin = (here.leaver(name, (account, read_only), groups=(group,)) for name in ("dana.rossi", "erin.wolf"))
    here.org.set_status(erin, "ENABLED")
    return dana, erin


def once(here: World) -> None:
    """A run, a while after the one before."""
    time.sleep(QUICK_MINUTE.total_seconds())
    done = here.command("once", SLACK_APP_TOKEN="")
    assert done.returncode == 0, done.stderr


def until_gone(here: World, user: str) -> list[tuple[int, bool]]:
    """After each run: how many ways in are left, and whether the user is still there."""
    seen = []
    while user in here.org.user_by_id and len(seen) < MOST_RUNS:
        once(here)
        seen.append((len(here.org.truth(user)), user in here.org.user_by_id))
    assert user not in here.org.user_by_id, told(here)
    return seen


def told(here: World) -> list[str]:
    """All that the channel shows, threads included."""
    return [words(message) for top in here.messages() for message in [top, *here.thread(top)]]


def about(here: World, *parts: str) -> list[str]:
    """The messages that contain all of this."""
    return [text for text in told(here) if all(part.lower() in text.lower() for part in parts)]


def test_the_access_of_whoever_is_disabled_is_taken_and_then_the_user_is_deleted(cron: World) -> None:
    dana, erin = furnish(cron)
    before = cron.org.truth(erin)
    once(cron)
    assert len(cron.org.truth(dana)) == 2, "the first run only announces"
    assert about(cron, "Dana", "LEAVERBOT_AUTO_REVOKE_AFTER=0m", "Stop")
    until_gone(cron, dana)
    assert cron.org.truth(erin) == before
    assert about(cron, "Dana", "LEAVERBOT_AUTO_DELETE_AFTER=0m")
    calls = cron.aws.calls
    changes = {name: calls[name] for name in calls if name.partition(".")[2].startswith(("Delete", "Update", "Put"))}
    assert changes == {
        "sso-admin.DeleteAccountAssignment": 1,
        "identitystore.DeleteGroupMembership": 1,
        "identitystore.DeleteUser": 1,
    }


def test_stop_holds_the_rules_until_somebody_lets_them_run(cron: World) -> None:
    cron.settings["LEAVERBOT_BUTTONS"] = "false"
    dana, _ = furnish(cron)
    once(cron)
    assert about(cron, "Dana", "leaverbot stop")
    assert cron.command("stop", "dana.rossi@example.com", "--yes").returncode == 0
    once(cron)
    once(cron)
    assert len(cron.org.truth(dana)) == 2
    assert about(cron, "Dana", "leaverbot let-run")
    assert cron.command("let-run", "dana.rossi@example.com", "--yes").returncode == 0
    until_gone(cron, dana)
