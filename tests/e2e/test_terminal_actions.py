"""Actions asked for in a terminal: by a command alone, and beside the bot that has the database."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Select, select

from bot.core.actions import Action, ActionState, Asker
from bot.core.kinds import REVOKE
from bot.core.models import User
from bot.core.terminal.askers import TerminalAsker
from bot.core.terminal.wishes import Wish, WishState
from bot.playground.identity_center import Fault
from bot.processes.connect_aws import connect_aws
from bot.store.database import schema
from bot.store.database.connection import Database, connect
from bot.store.store import SqlStore
from tests import zygote
from tests.databases import POSTGRES
from tests.world import World, eventually, words, world

NOBODY_IN_SLACK = dict.fromkeys(("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "LEAVERBOT_CHANNEL", "LEAVERBOT_ADMINS"), "")


def furnish(here: World, name: str = "dana.rossi") -> str:
    account = here.org.add_account("payments-prod")
    admin = here.org.add_permission_set("AdministratorAccess")
    readers = here.org.add_group("cloud-viewers")
    here.org.assign(here.org.add_account("data-lake"), here.org.add_permission_set("ReadOnlyAccess"), "GROUP", readers)
    return here.leaver(name, (account, admin), groups=(readers,))


def serve(here: World) -> None:
    here.aws.start()
    here.slack.start()


def told(ran: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@contextmanager
def begun(here: World, *arguments: str, **environment: str) -> Iterator[zygote.Program]:
    """A command under way."""
    with (here.folder / "command.log").open("wb") as log:
        env = {**here.environment(), **environment}
        program = zygote.start(arguments, env=env, cwd=here.folder, stdout=log.fileno(), quick=here.quick)
        try:
            yield program
        finally:
            program.kill()


def said(here: World) -> str:
    return (here.folder / "command.log").read_text()


@contextmanager
def store(here: World) -> Iterator[SqlStore]:
    with closing(SqlStore(Database(connect(here.settings["LEAVERBOT_DATABASE_URL"])))) as opened:
        yield opened


def rows(here: World, query: Select[Any]) -> list[Any]:
    with store(here) as opened:
        return list(opened._db.values(query))


def wishes(here: World) -> list[WishState]:
    """The states of the wishes, oldest first."""
    return rows(here, select(schema.wishes.c.state).order_by(schema.wishes.c.asked_at))


def audit(here: World, verdict: str, column: str = "who") -> list[str]:
    log = schema.audit
    return rows(here, select(log.c[column]).where(log.c.verdict == verdict).order_by(log.c.seq))


def test_without_slack_and_without_a_bot_a_leaver_is_shut_out_deleted_and_reported(here: World) -> None:
    dana = furnish(here)
    serve(here)
    asked_nobody = here.command("shut-out", "dana", "--delete", "--yes", **NOBODY_IN_SLACK)
    assert asked_nobody.returncode == 1
    assert "Add --confirm with the user name: dana.rossi@example.com" in asked_nobody.stderr
    assert "Remove AdministratorAccess in payments-prod" in asked_nobody.stdout
    dry = here.command(
        "revoke", "dana.rossi@example.com", "--yes", "--json", LEAVERBOT_DRY_RUN="true", **NOBODY_IN_SLACK
    )
    assert (dry.returncode, told(dry)["state"], told(dry)["dry_run"]) == (0, "done", True)
    assert len(here.org.truth(dana)) == 2
    whole = here.command("shut-out", "dana", "--delete", "--confirm", "dana.rossi@example.com", **NOBODY_IN_SLACK)
    assert whole.returncode == 0, whole.stderr
    assert "was shut out" in whole.stdout
    assert "leaverbot/session from a terminal" in whole.stdout
    assert not any(user.id == dana for user in here.org.users())
    pruned = here.command("prune", "administratoraccess", "--yes", **NOBODY_IN_SLACK)
    assert pruned.returncode == 0, pruned.stderr
    here.start_bot()
    eventually(lambda: [message for message in here.messages() if "was shut out" in words(message)], what=here.log)
    assert not any(here.workspace.ephemerals(person) for person in (here.alice, here.bob))


def test_what_aws_refuses_ends_with_three_and_the_document_has_all_of_it(here: World) -> None:
    dana = furnish(here)
    here.aws.faults.add(Fault(operation="sso-admin.DeleteAccountAssignment", code="AccessDeniedException", times=99))
    serve(here)
    ran = here.command("revoke", "dana.rossi@example.com", "--yes", "--json")
    assert ran.returncode == 3
    document = told(ran)
    assert (document["state"], document["user"]["id"], document["carried_out_by"]) == (
        "incomplete",
        dana,
        "this command",
    )
    assert sorted(change["state"] for change in document["changes"]) == ["done", "refused"]
    assert [grant["account_name"] for grant in document["left"]] == ["payments-prod"]
    assert document["asked_by"].startswith("terminal arn:aws:sts::")
    assert document["checked_again_at"]
    assert document["undo"]


def test_beside_the_bot_a_wish_is_carried_out_by_the_bot_and_only_for_whom_it_knows(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana, erin = furnish(here), here.leaver("erin.long")
    # A scan leaves whoever an action is about alone, so dana's alert must not wait for the end of this one.
    finn = here.leaver("finn.forged", (here.org.add_account("lab"), here.org.add_permission_set("Dev")))
    here.org.delegated_admin_account_id = other = here.org.add_account("identity")
    written = write_by_hand(here, finn)
    here.start()
    here.alert("dana")
    with store(here) as opened:
        eventually(lambda: opened.action(written).state is ActionState.REFUSED, what=here.log)
    assert len(here.org.truth(finn)) == 1
    foreign = here.command("revoke", "dana.rossi@example.com", "--yes", "--json", **here.aws.environment(other))
    assert (foreign.returncode, told(foreign)["state"]) == (1, "refused")
    assert f"arn:aws:sts::{other}:assumed-role/leaverbot/session" in told(foreign)["why"]
    # The record follows the answer.
    eventually(lambda: audit(here, "refused")[-1].startswith(f"terminal arn:aws:sts::{other}:"))
    forged = forge(here, monkeypatch, dana, erin)
    with store(here) as opened:
        for wish in forged.values():
            opened.add_wish(wish)
        for name, wish in forged.items():
            answer = eventually(lambda wish=wish: opened.wish(wish.id).answer, what=name)
            assert "could not be confirmed" in answer, name
            assert opened.wish(wish.id).state is WishState.REFUSED
            assert opened.wish(wish.id).proof == ""
    assert len(here.org.truth(dana)) == 2
    before = datetime.now(UTC)
    ran = here.command("revoke", "dana.rossi@example.com", "--yes", "--json")
    assert ran.returncode == 0, ran.stderr
    document = told(ran)
    assert document["state"] == "done"
    assert document["carried_out_by"].startswith("leaverbot run")
    assert "Handed over to leaverbot run" in ran.stderr
    with store(here) as opened:
        action = opened.action(document["action_id"])
        assert action.started_at
        assert action.started_at - opened.wish(action.id).asked_at < timedelta(seconds=2)
        assert action.asked_at > before
    assert here.org.truth(dana) == []
    thread = eventually(lambda: here.thread(here.alert("dana", "no way in")))
    assert "leaverbot/session from a terminal" in words(thread)
    assert here.terminate() == 0


def write_by_hand(here: World, finn: str) -> str:
    """An action in the name of the bot's own identity, as somebody who can write the database would put it there."""
    by = TerminalAsker(f"arn:aws:sts::{here.org.management_account_id}:assumed-role/leaverbot/session", "root", "host7")
    user, asker = User(finn, "finn.forged@example.com"), Asker(by.stored, "")
    with closing(SqlStore.open(here.settings["LEAVERBOT_DATABASE_URL"])) as opened:
        return opened.add_action(Action("forged", "wish:forged", REVOKE, user, None, asker, datetime.now(UTC))).id


def forge(here: World, monkeypatch: pytest.MonkeyPatch, dana: str, erin: str) -> dict[str, Wish]:
    """Wishes that somebody who can write the database would like to pass for those of the bot's own identity."""
    for name, value in here.environment().items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    identity = connect_aws().identity
    true = Wish("true", "revoke", User(dana, "dana.rossi@example.com"), "root", "host7", datetime.now(UTC))
    proof = identity.sign(true.binding)
    with monkeypatch.context() as patch:
        now = datetime.now(UTC)
        patch.setattr("botocore.auth.get_current_datetime", lambda *_, **__: now - timedelta(minutes=20))
        late = replace(true, id="late")
        late = replace(late, proof=identity.sign(late.binding))
    return {
        "for another user": replace(true, id="true", user=User(erin, "erin.long@example.com"), proof=proof),
        "as another wish": replace(true, id="copy", what="delete", proof=proof),
        "too old": late,
        "elsewhere": replace(true, id="host", proof=f"https://sts.evil.example.com/?{proof}"),
        "with nothing": replace(true, id="bare"),
    }


@pytest.mark.parametrize("backend", ["sqlite", POSTGRES])
def test_a_command_takes_over_when_the_bot_is_killed_before_or_while_it_works(url: str) -> None:
    with world(LEAVERBOT_DATABASE_URL=url) as here:
        take_over(here)


def take_over(here: World) -> None:
    lab = (here.org.add_account("lab"), here.org.add_permission_set("Dev"))
    dana, erin = furnish(here), here.leaver("erin.long", lab)
    here.start()
    here.alert("dana")
    # The moment at which the bot asks AWS who wished.
    stop = here.aws.before(
        "sts.GetCallerIdentity", lambda: wishes(here) == [WishState.WAITING] and kill_hard(here), once=False
    )
    first = here.command("revoke", "erin.long@example.com", "--yes", "--json")
    stop()
    assert first.returncode == 0, first.stderr
    assert told(first)["carried_out_by"] == "this command"
    assert here.org.truth(erin) == []
    here.aws.faults.add("sso-admin.DeleteAccountAssignment", kind="job_slow", seconds=3.0, times=1)
    assert here.process
    assert here.process.wait(10) == -signal.SIGKILL
    here.slack.drop_connections()
    here.start_bot()
    with begun(here, "revoke", "dana.rossi@example.com", "--yes") as command:
        eventually(lambda: here.aws.calls["sso-admin.DeleteAccountAssignment"] == 2, what=lambda: said(here))
        here.kill()
        assert command.wait(60) == 0, said(here)
    assert "Access of Dana.Rossi was revoked" in said(here)
    assert here.org.truth(dana) == []
    assert here.aws.calls["sso-admin.DeleteAccountAssignment"] == 2
    assert wishes(here) == [WishState.ACCEPTED] * 2
    assert audit(here, "asked", "what") == ["revoke"] * 2


def kill_hard(here: World) -> None:
    assert here.process
    here.process.kill()


@pytest.mark.parametrize("how", ["Ctrl-C", "--deadline"])
def test_whoever_leaves_early_is_told_what_goes_on_and_the_next_one_carries_it_on(here: World, how: str) -> None:
    dana = furnish(here)
    here.aws.faults.add("sso-admin.DeleteAccountAssignment", kind="job_slow", seconds=6.0, times=1)
    serve(here)
    with begun(
        here, "revoke", "dana.rossi@example.com", "--yes", *(["--deadline", "2"] if how == "--deadline" else [])
    ) as command:
        eventually(lambda: here.aws.calls["sso-admin.DeleteAccountAssignment"] == 1, what=lambda: said(here))
        if how == "Ctrl-C":
            command.send_signal(signal.SIGINT)
        assert command.wait(20) == 3
    assert "To continue now, run `leaverbot once`" in said(here)
    assert len(here.org.truth(dana)) > 0
    assert here.command("once").returncode == 0
    assert here.org.truth(dana) == []
    assert here.aws.calls["sso-admin.DeleteAccountAssignment"] == 1


def test_beside_the_bot_rules_are_stopped_for_somebody_and_the_announcement_says_by_whom(here: World) -> None:
    furnish(here)
    here.settings["LEAVERBOT_AUTO_REVOKE_AFTER"] = "1m"
    here.start()
    announced = eventually(lambda: _announced(here), what=here.log)
    assert "A rule will revoke the access of" in words(announced)
    ran = here.command("stop", "dana.rossi@example.com", "--yes", "--json")
    assert (ran.returncode, told(ran)["what"], told(ran)["state"]) == (0, "stop", "done"), ran.stderr
    eventually(lambda: "Stopped: no rule will" in words(_announced(here)), what=here.log)
    assert "leaverbot/session from a terminal" in words(_announced(here))
    shown = here.command("rules")
    assert "Stopped by people" in shown.stdout
    # Somebody whom leaverbot has not read yet, and whose name is nearly that of somebody it has.
    here.org.set_status(here.leaver("dana.rosso"), "ENABLED")
    ran = here.command("stop", "dana.rosso@example.com", "--yes")
    assert (ran.returncode, "Rules are stopped for" in ran.stdout) == (0, True), ran.stderr
    again = here.command("let-run", "dana.rossi@example.com", "--yes")
    assert (again.returncode, "Rules may act on" in again.stdout) == (0, True), again.stderr
    eventually(lambda: "A rule will revoke" in words(_announced(here)), what=here.log)
    assert here.terminate() == 0


def _announced(here: World) -> dict[str, Any]:
    """The announcement in the thread of the alert."""
    replies = (reply for alert in here.messages() for reply in here.thread(alert))
    return next((reply for reply in replies if "rule" in words(reply)), {})
