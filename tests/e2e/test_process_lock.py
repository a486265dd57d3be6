"""One process a database: two real processes, one works and the other says why not; and a lock that is lost."""

import time

import pytest
import sqlalchemy as sa

from bot.playground.identity_center import Fault
from bot.store.database import lock_session
from tests.databases import POSTGRES
from tests.pairings import finish, furnish, pair
from tests.world import World, eventually, words, world


def end_session(url: str) -> None:
    """End the session that has the lock, as an administrator does."""
    held = sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :lock")
    admin = sa.create_engine(url)
    with admin.connect() as connection:
        assert connection.execute(held, {"lock": lock_session.LOCK}).scalar()
    admin.dispose()


def ended(here: World) -> int:
    assert here.process
    return here.process.wait(timeout=20)


@pytest.mark.parametrize(
    ("first", "second", "backend"),
    [("run", "run", "sqlite"), ("run", "once", "sqlite"), ("once", "once", POSTGRES), ("run", "run", POSTGRES)],
)
def test_of_two_one_works_and_the_other_says_why_not_and_once_it_is_killed_the_next_begins(
    url: str, first: str, second: str
) -> None:
    with world(LEAVERBOT_DATABASE_URL=url) as here:
        furnish(here)
        assert pair(here, first, second) < 10
        finish(here)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_deny_killed_while_another_process_was_refused_is_taken_up_and_so_is_the_next_deny(url: str) -> None:
    def denied(user: str) -> bool:
        return user in here.org.policy_by_id[here.policy_id].content

    with world(LEAVERBOT_DATABASE_URL=url) as here:
        account, admin = here.org.add_account("payments"), here.org.add_permission_set("AdministratorAccess")
        dana, erik = (here.leaver(name, (account, admin)) for name in ("dana", "erik"))
        here.start()
        here.aws.faults.add(Fault("organizations.UpdatePolicy", kind="drop", times=None))
        here.press(here.bob, here.alert("dana"), "case_deny")
        eventually(lambda: here.aws.calls["organizations.UpdatePolicy"] > 0)
        assert here.command("run").returncode == 1
        here.kill()
        here.aws.faults.clear()
        here.start_bot()
        eventually(lambda: denied(dana), what=here.log)
        here.press(here.bob, here.alert("erik"), "case_deny")
        eventually(lambda: denied(erik), what=here.log)


@pytest.mark.parametrize("backend", [POSTGRES])
def test_a_bot_that_loses_its_lock_in_the_middle_of_a_revoke_changes_nothing_more_and_ends(url: str) -> None:
    with world(LEAVERBOT_DATABASE_URL=url) as here:
        read_only = here.org.add_permission_set("ReadOnlyAccess")
        accounts = [here.org.add_account(f"account-{number}") for number in range(12)]
        user = here.leaver("dana", *((account, read_only) for account in accounts))
        here.start()
        here.press(here.alice, here.alert("dana"), "case_revoke")
        here.dialog(here.alice)
        # While this request is on its way, the session ends: it is the last one that changes anything.
        delete, last = "sso-admin.DeleteAccountAssignment", 3
        here.aws.before(delete, lambda: here.aws.calls[delete] == last and end_session(url), once=False)
        here.workspace.submit(here.alice, {})
        assert ended(here) == 3
        assert "lost the database lock" in here.log()
        assert here.aws.calls[delete] == last
        assert len(here.org.truth(user)) >= len(accounts) - last
        here.start_bot()
        here.alert("dana", "no way in any more", seconds=60)
        assert here.org.truth(user) == []
        assert len([message for message in here.messages() if "dana" in words(message).lower()]) == 1


@pytest.mark.parametrize("backend", [POSTGRES])
def test_a_bot_that_loses_its_lock_ends_within_seconds_even_if_it_has_nothing_to_do(url: str) -> None:
    with world(LEAVERBOT_DATABASE_URL=url) as here:
        here.start()
        end_session(url)
        began = time.monotonic()
        assert ended(here) == 3
        assert time.monotonic() - began < 6
        assert "lost the database lock" in here.log()
