"""The commands that change something: which there are, what they ask, and what they answer to programs."""

import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli.actions import actions
from bot.cli.actions.command import Asked
from bot.cli.actions.confirm import Confirmed, confirm
from bot.cli.actions.frame import exit_code, report
from bot.cli.actions.output import Output, ended_json, left_words
from bot.cli.main import app
from bot.core.actions import Action, ActionState, Asker
from bot.core.kinds import DELETE, DENY, KINDS, LET_RUN, LIFT, PRUNE, REVIEWED, REVOKE, SHUT_OUT, STOP, Kind, Note
from bot.core.models import User
from bot.core.terminal.wishes import Wish, WishState
from bot.core.views import DialogState, DialogView
from bot.ports import Holder
from bot.processes.acting_command import Progress

DANA = User("da711448-96c8-da19-64b2-d2bc815a47c5", "dana@example.com", "Dana Rossi")
AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
WISH = Wish("w-1", "revoke", DANA, "alice", "host7", AT)
ACTION = Action("w-1", "wish:w-1", REVOKE, DANA, None, Asker("terminal - alice@host7", ""), AT)
COMMANDS = (Path(__file__).parent.parent.parent / "docs/terminal.md").read_text()
MANY = {"filter_text", "count"}
RUN = Holder("run", "host9", 7, AT)


def view(kind: Any, **more: Any) -> DialogView:
    return DialogView("", kind, DialogState.READY, DANA, **more)


def typing(text: str) -> Callable[[str], str]:
    """Somebody who types this when asked anything."""
    return lambda _question: f"{text}\n"


def nobody(question: str) -> str:
    raise AssertionError(f"asked: {question}")


def test_every_kind_that_people_can_ask_for_has_a_command_and_so_has_every_note() -> None:
    kinds = [kind.name.replace("_", "-") for kind in KINDS.values() if kind.asked_for]
    assert list(actions()) == [*kinds, "reviewed", "stop", "let-run"]


@pytest.mark.parametrize("name", actions())
def test_each_has_help_with_its_exit_codes_and_an_example(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"], terminal_width=200)
    assert shown.exit_code == 0
    assert f"leaverbot {name} " in shown.stdout
    checked = "" if name in {"stop", "let-run"} else " and checked in AWS"
    for part in (f"Exit codes: 0 done{checked}, 1 refused or wrong usage, 3", "--yes", "--json", "--deadline"):
        assert part in shown.stdout, part


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("revoke", MANY),
        ("deny", {"reason", *MANY}),
        ("lift", {"reason"}),
        ("delete", {"confirm", *MANY}),
        ("shut-out", {"delete", "confirm", *MANY}),
        ("prune", set()),
        ("reviewed", set()),
        ("stop", set()),
        ("let-run", set()),
    ],
)
def test_each_asks_for_what_its_row_needs(name: str, options: set[str]) -> None:
    every = {"yes", "as_json", "deadline", "user", "permission_set"}
    assert set(inspect.signature(actions()[name]).parameters) - every == options


@pytest.mark.parametrize("control", [REVOKE, DENY, LIFT, SHUT_OUT, PRUNE, REVIEWED, STOP, LET_RUN], ids=str)
def test_the_verb_is_typed_and_nothing_else_will_do(control: Any) -> None:
    asked = Asked(control, "dana", reason="x")
    verb = control.name.replace("_", "-")
    assert confirm(asked, None, typing(verb)) == Confirmed("x")
    assert confirm(asked, None, typing(f" {verb.upper()} ")) == Confirmed("x")
    for typed in ("", "y", "yes", "dana@example.com"):
        assert confirm(asked, None, typing(typed)).why_not


@pytest.mark.parametrize("asked", [Asked(DELETE, "dana"), Asked(SHUT_OUT, "dana", delete=True)], ids=str)
def test_whoever_deletes_a_user_types_the_user_name_or_its_id(asked: Asked) -> None:
    shown = view(asked.control)
    assert not confirm(asked, shown, typing("dana@example.com")).why_not
    assert not confirm(asked, shown, typing(DANA.id)).why_not
    wrong = confirm(asked, shown, typing("delete"))
    assert wrong.wrong_name
    assert "dana@example.com" in wrong.why_not


def test_a_yes_alone_deletes_nobody() -> None:
    asked = Asked(DELETE, "dana", yes=True)
    assert "--confirm" in confirm(asked, view(DELETE), nobody).why_not
    assert confirm(replace(asked, confirm="eve@example.com"), view(DELETE), nobody).wrong_name
    assert not confirm(replace(asked, confirm="Dana <dana@example.com>"), view(DELETE), nobody).why_not


def test_where_nobody_can_be_asked_only_an_option_goes_ahead() -> None:
    assert "--yes" in confirm(Asked(REVOKE, "dana"), view(REVOKE), None).why_not
    assert "--confirm" in confirm(Asked(DELETE, "dana"), view(DELETE), None).why_not
    assert not confirm(Asked(REVOKE, "dana@example.com", yes=True), view(REVOKE), None).why_not


@pytest.mark.parametrize("control", [REVOKE, DENY, LIFT, SHUT_OUT], ids=str)
def test_a_yes_goes_ahead_for_a_whole_name_and_not_for_a_part_that_may_match_somebody_else(control: Kind) -> None:
    part = confirm(Asked(control, "dan", reason="x", yes=True), view(control), nobody)
    assert "dana@example.com" in part.why_not
    for whole in ("dana@example.com", "DANA@example.com ", "Dana <dana@example.com>", DANA.id):
        assert confirm(Asked(control, whole, reason="x", yes=True), view(control), nobody) == Confirmed("x")
    assert confirm(Asked(control, "dan", reason="x"), view(control), typing(control.name.replace("_", "-"))).reason


@pytest.mark.parametrize("note", [STOP, LET_RUN], ids=str)
def test_a_yes_stops_rules_only_for_somebody_named_as_a_whole(note: Note) -> None:
    part = confirm(Asked(note, "dan", yes=True), None, nobody, DANA)
    assert "dana@example.com" in part.why_not
    assert confirm(Asked(note, "dana@example.com", yes=True), None, nobody, DANA) == Confirmed()


def test_a_reason_is_asked_for_where_it_is_needed_and_blanks_are_none() -> None:
    needed = view(LIFT, needs_reason=True)
    assert "--reason" in confirm(Asked(LIFT, "dana@example.com", yes=True, reason=" \u200b"), needed, None).why_not
    assert confirm(Asked(LIFT, "dana@example.com", yes=True), needed, typing("false alarm")) == Confirmed("false alarm")
    assert confirm(Asked(LIFT, "dana@example.com", yes=True, reason="false alarm"), needed, nobody) == Confirmed(
        "false alarm"
    )


@pytest.mark.parametrize(
    ("progress", "code"),
    [
        (Progress(WISH, replace(ACTION, state=ActionState.DONE)), 0),
        (Progress(WISH, replace(ACTION, state=ActionState.DONE, dry_run=True)), 0),
        (Progress(WISH, replace(ACTION, state=ActionState.REFUSED)), 1),
        (Progress(WISH, replace(ACTION, state=ActionState.INCOMPLETE)), 3),
        (Progress(WISH, replace(ACTION, state=ActionState.FAILED)), 3),
        (Progress(WISH, replace(ACTION, state=ActionState.RUNNING)), 3),
        (Progress(replace(WISH, state=WishState.REFUSED)), 1),
        (Progress(replace(WISH, state=WishState.WITHDRAWN)), 3),
        (Progress(WISH), 3),
        (Progress(replace(WISH, what="reviewed", case_id="c-1", state=WishState.ACCEPTED)), 0),
    ],
)
def test_the_exit_code_says_how_it_went(progress: Progress, code: int) -> None:
    assert exit_code(progress) == code


def test_only_what_has_ended_has_ended() -> None:
    assert not Progress(WISH).ended
    assert not Progress(replace(WISH, what="revoke", state=WishState.ACCEPTED)).ended
    assert Progress(replace(WISH, what="go_on", state=WishState.ACCEPTED)).ended
    assert not Progress(WISH, ACTION).ended
    assert Progress(replace(WISH, state=WishState.REFUSED)).ended
    assert Progress(replace(WISH, what="reviewed", state=WishState.ACCEPTED, case_id="c-1")).ended
    assert Progress(replace(WISH, what="schedule", state=WishState.ACCEPTED)).ended
    assert Progress(replace(WISH, what="stop", state=WishState.ACCEPTED)).ended


def test_whoever_leaves_is_told_who_goes_on() -> None:
    running = replace(ACTION, state=ActionState.RUNNING)
    assert "leaverbot run on host9 continues" in left_words(Progress(WISH, running, RUN))
    assert "To continue now, run `leaverbot once`" in left_words(Progress(WISH, running, here=True))
    assert "Nothing was started" in left_words(Progress(replace(WISH, state=WishState.WITHDRAWN)))


def test_the_document_names_what_whom_who_and_how_it_ended() -> None:
    done = ended_json(Progress(WISH, replace(ACTION, state=ActionState.DONE, verified_at=AT), RUN))
    assert (done["what"], done["state"], done["user"]["id"], done["asked_by"]) == ("revoke", "done", DANA.id, ACTION.by)
    assert done["carried_out_by"] == "leaverbot run on host9"
    assert done["checked_again_at"] == AT.isoformat()
    refused = ended_json(Progress(replace(WISH, state=WishState.REFUSED, answer="No.")))
    assert (refused["state"], refused["why"], refused["carried_out_by"]) == ("refused", "No.", None)
    pruned = replace(WISH, what="prune", user=User("arn:aws:sso:::permissionSet/x/y", display_name="Old"))
    assert ended_json(Progress(pruned))["permission_set"] == {"arn": "arn:aws:sso:::permissionSet/x/y", "name": "Old"}


def test_the_page_on_terminal_commands_has_exactly_these_commands() -> None:
    table = COMMANDS.partition("## Commands that change something")[2]
    assert set(re.findall(r"`(?:leaverbot )?([a-z][a-z-]*) (?:USER|PERMISSION-SET)", table)) == set(actions())


class Unread(Output):
    """An output of which nobody reads the end."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def end(self, ended: Progress) -> None:  # noqa: ARG002 - it has no say
        raise self._error


@pytest.mark.parametrize("error", [BrokenPipeError(), OSError(ENOSPC, "No space left"), SystemExit(1)])
def test_where_the_report_cannot_be_printed_the_exit_code_still_says_how_it_ended(
    error: BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    report(Unread(error), Progress(WISH, replace(ACTION, state=ActionState.DONE)))
    assert "`leaverbot history` shows it" in capsys.readouterr().err


def test_closed_streams_are_replaced_and_no_file_gets_their_numbers() -> None:
    program = (
        "import os, sys; from bot.cli.exits import open_closed_streams, leave_now; open_closed_streams(); "
        "print(sys.stdin.isatty(), file=sys.stderr); sys.stdout.flush(); "
        "leave_now(0 if os.open('/dev/null', os.O_RDONLY) > 2 else 9)"
    )
    closed = f'"{sys.executable}" -c "{program}" <&- >&- 2>&-'
    assert subprocess.run(closed, shell=True, check=False).returncode == 0  # noqa: S602 - our own text
