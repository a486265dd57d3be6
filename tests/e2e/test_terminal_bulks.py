"""Many people at once from a terminal: by a command alone, beside the bot that has the database, and stopped halfway."""

import json
import signal

import pytest

from tests.databases import POSTGRES
from tests.e2e.test_terminal_actions import NOBODY_IN_SLACK, begun, said, serve, told
from tests.world import World, eventually, words, world

# More than are begun at once.
MANY = 20


def furnish(here: World, many: int) -> list[str]:
    """So many leavers with a way in each, and one with none; a scan has found them."""
    payments, admin = here.org.add_account("payments-prod"), here.org.add_permission_set("AdministratorAccess")
    # AWS works on one assignment of an account at a time.
    accounts = [payments] * many if many < MANY else [here.org.add_account(f"account-{one}") for one in range(many)]
    people = [here.leaver(f"leaver.{number}", (account, admin)) for number, account in enumerate(accounts)]
    here.leaver("other.person", (here.org.add_account("lab"), here.org.add_permission_set("Dev")))
    return people


def scanned(here: World, many: int) -> list[str]:
    people = furnish(here, many)
    serve(here)
    assert here.command("once", SLACK_APP_TOKEN="").returncode == 0
    return people


def left(here: World, people: list[str]) -> int:
    """How many can still get in."""
    return sum(bool(here.org.truth(person)) for person in people)


def test_without_slack_and_without_a_bot_everybody_whom_a_filter_finds_is_revoked_once_their_number_is_given(
    here: World,
) -> None:
    people = scanned(here, 3)
    asked = ("revoke", "--filter", "critical account payments-prod", "--yes")
    wrong = here.command(*asked, "--count", "4", **NOBODY_IN_SLACK)
    assert (wrong.returncode, "It is about 3 people, not 4." in wrong.stderr) == (1, True), wrong.stderr
    assert "This will revoke the access of 3 people." in wrong.stdout
    assert left(here, people) == 3
    dry = here.command(*asked, "--count", "3", "--json", LEAVERBOT_DRY_RUN="true", **NOBODY_IN_SLACK)
    assert (dry.returncode, told(dry)["done"], told(dry)["dry_run"]) == (0, 3, True), dry.stderr
    assert left(here, people) == 3
    ran = here.command(*asked, "--count", "3", **NOBODY_IN_SLACK)
    assert ran.returncode == 0, ran.stderr
    assert "Access of 3 people revoked" in ran.stdout
    assert left(here, people) == 0
    listed = told(here.command("bulks", "--json"))["bulks"]
    assert [(one["kind"], one["count"], one["done"]) for one in listed] == [("revoke", 3, 3)] * 2
    shown = told(here.command("bulks", "show", listed[0]["id"][:8], "--json"))
    assert {len(person["undo"]) for person in shown["people"]} == {1}
    in_words = here.command("bulks", "show", listed[0]["id"]).stdout
    assert "Leaver.0 (leaver.0@example.com): done" in in_words
    assert in_words.count("aws sso-admin create-account-assignment") == 3


def test_beside_the_bot_the_bot_carries_it_out_and_slack_shows_by_whom(here: World) -> None:
    people = furnish(here, 3)
    here.start()
    eventually(lambda: json.loads(here.command("list", "critical", "--json").stdout)["matching"] == 3, what=here.log)
    ran = here.command("revoke", "--filter", "critical", "--yes", "--count", "3", "--json")
    assert ran.returncode == 0, ran.stderr
    assert told(ran)["carried_out_by"].startswith("leaverbot run")
    assert left(here, people) == 0
    message = eventually(
        lambda: [message for message in here.messages() if "Access of 3 people revoked" in words(message)],
        what=here.log,
    )
    assert "leaverbot/session from a terminal" in words(message)
    assert here.terminate() == 0


@pytest.mark.parametrize("backend", [POSTGRES])
def test_ctrl_c_lets_those_under_way_come_to_an_end_and_begins_nobody_else(url: str) -> None:
    with world(LEAVERBOT_DATABASE_URL=url) as here:
        people = scanned(here, MANY)
        here.aws.faults.add("sso-admin.DeleteAccountAssignment", kind="job_slow", seconds=1.5, times=MANY)
        with begun(here, "revoke", "--filter", "critical", "--yes", "--count", f"{MANY}", "--json") as command:
            eventually(lambda: here.aws.calls["sso-admin.DeleteAccountAssignment"] >= 1, what=lambda: said(here))
            command.send_signal(signal.SIGINT)
            assert command.wait(60) == 3, said(here)
        document = json.loads(said(here)[said(here).index("{") :])
        assert document["bulk_state"] == "ended"
        assert document["stopped_by"].startswith("terminal arn:")
        assert 0 < document["done"] < MANY
        assert document["done"] == MANY - left(here, people)


def test_after_a_kill_whoever_continues_without_proof_refuses_the_rest_and_says_why(here: World) -> None:
    people = scanned(here, MANY)
    here.aws.faults.add("sso-admin.DeleteAccountAssignment", kind="job_slow", seconds=1.5, times=MANY)
    with begun(here, "revoke", "--filter", "critical", "--yes", "--count", f"{MANY}", **NOBODY_IN_SLACK) as command:
        eventually(lambda: here.aws.calls["sso-admin.DeleteAccountAssignment"] >= 1, what=lambda: said(here))
        command.send_signal(signal.SIGKILL)
        command.wait(10)
    assert here.command("once", SLACK_APP_TOKEN="").returncode == 0
    (bulk,) = told(here.command("bulks", "--json"))["bulks"]
    shown = told(here.command("bulks", "show", bulk["id"], "--json"))
    refused = [person for person in shown["people"] if person["fate"] == "not_done"]
    assert refused
    assert all("the command that began it has ended" in person["why"] for person in refused)
    assert bulk["left"] == 0
    assert left(here, people) == len(refused)
