"""Commands that act on many people: what has to be typed, what does not go together, and what is said."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.actions import actions
from bot.cli.actions.frame import Left
from bot.cli.bulks.begin import AskedOfMany, confirm_count, exit_code, nobody, wrong_options
from bot.cli.bulks.output import counted, left_words, report_blocks, so_far
from bot.cli.bulks.results import ShownBulk, find_bulk, undo_of
from bot.cli.bulks.show import shown_lines, summary
from bot.cli.main import app
from bot.cli.plain_text import plain
from bot.core.actions import ActionState
from bot.core.bulk.bulk import BULK_KINDS, Bulk, BulkPerson, BulkState, LeftOut
from bot.core.bulk.next_step import BulkResult
from bot.core.bulk.views import BulkView
from bot.core.kinds import KINDS, REVOKE
from bot.core.lists.filters import CaseFilter, parse_filter
from bot.core.models import User
from bot.core.terminal.wishes import Wish, WishState
from bot.ports import Holder
from bot.processes.bulk_command import BulkProgress, StopProgress
from bot.store.store import SqlStore
from tests.databases import quick_store
from tests.store.records import action
from tests.test_outside_text import ODD_TEXT, acts

AT = datetime(2026, 11, 28, 9, 40, tzinfo=UTC)
BY = "terminal arn:aws:sts::111111111111:assumed-role/Admin/alice alice@host7"


def person(number: int, **more: object) -> BulkPerson:
    return BulkPerson(number, User(f"u-{number}", f"p{number}@example.com", f"Person {number}"), **more)  # type: ignore[arg-type]


BULK = Bulk(
    "4b1c0000-0000-4000-8000-000000000000",
    REVOKE,
    BY,
    "",
    "critical",
    AT,
    (person(1), person(2), person(3, left_out=LeftOut.PROTECTED)),
    state=BulkState.ENDED,
    began_at=AT,
    ended_at=AT,
)
DONE = BulkResult(BULK.people[0], ActionState.DONE)
FAILED = BulkResult(BULK.people[1], ActionState.FAILED, message="AWS said no.")
OUT = BulkResult(BULK.people[2])
WISH = Wish("w", "bulk_revoke", User(BULK.id), "alice", "host7", AT, state=WishState.ACCEPTED)
ENDED = BulkProgress(WISH, BULK, (DONE, FAILED, OUT))
RUN = Holder("run", "host9", 7, AT)


def typing(text: str) -> Callable[[str], str]:
    return lambda _question: f"{text}\n"


def asked(**more: object) -> AskedOfMany:
    return AskedOfMany(REVOKE, "critical", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS.values(), ids=str)
def test_only_what_works_for_many_people_takes_a_filter(kind: object) -> None:
    command = actions().get(str(kind).replace("_", "-"))
    taken = (
        command is not None and "--filter" in CliRunner().invoke(app, [str(kind).replace("_", "-"), "--help"]).stdout
    )
    assert taken is (kind in BULK_KINDS)


@pytest.mark.parametrize("typed", ["2", " 2 ", "2.", "0002"])
def test_whoever_types_the_number_of_people_of_the_plan_goes_ahead(typed: str) -> None:
    confirm_count(asked(), BULK, typing(typed))


@pytest.mark.parametrize("typed", ["", "3", "1", "revoke", "y", "2x", "-2", "two"])
def test_nothing_else_that_is_typed_will_do(typed: str) -> None:
    with pytest.raises(Left, match="You did not type 2"):
        confirm_count(asked(), BULK, typing(typed))


def test_a_yes_needs_the_number_and_no_other_number_will_do() -> None:
    confirm_count(asked(yes=True, count=2), BULK, None)
    with pytest.raises(Left, match="--yes needs --count"):
        confirm_count(asked(yes=True), BULK, typing("2"))
    for count in (1, 3):
        with pytest.raises(Left, match=f"It is about 2 people, not {count}"):
            confirm_count(asked(yes=True, count=count), BULK, typing("2"))
        with pytest.raises(Left, match=f"It is about 2 people, not {count}"):
            confirm_count(asked(count=count), BULK, typing("2"))


def test_where_nobody_can_be_asked_only_yes_and_the_number_go_ahead() -> None:
    with pytest.raises(Left, match="Add --yes and --count"):
        confirm_count(asked(), BULK, None)


@pytest.mark.parametrize("option", ["user", "reason", "confirm", "delete"])
def test_what_is_for_one_person_does_not_go_with_a_filter(option: str) -> None:
    assert "is for one person" in wrong_options({"filter_text": "critical", option: "x"})
    assert wrong_options({"filter_text": "critical", "yes": True}) == ""
    assert "--filter" in wrong_options({"count": 3})


@pytest.mark.parametrize("verb", ["revoke", "deny", "delete", "shut-out"])
def test_without_a_user_and_without_a_filter_it_is_wrong_use(verb: str) -> None:
    ended = CliRunner().invoke(app, [verb, "--yes"])
    assert ended.exit_code != 0
    assert "--filter" in ended.output


def test_the_exit_code_says_whether_it_was_done_to_everybody() -> None:
    assert exit_code(ENDED) == 3
    assert exit_code(replace(ENDED, results=(DONE, OUT))) == 0
    assert exit_code(replace(ENDED, bulk=replace(BULK, state=BulkState.RUNNING), results=(DONE,))) == 3
    refused = replace(WISH, state=WishState.REFUSED)
    assert exit_code(replace(ENDED, wish=refused)) == 1
    assert exit_code(replace(ENDED, wish=replace(WISH, state=WishState.WITHDRAWN))) == 3


def test_progress_says_how_many_are_done_failed_and_left_and_who_carries_it_out() -> None:
    assert so_far("revoke", replace(ENDED, holder=RUN)) == (
        "revoke: 1 done, 1 not done, 0 left · carried out by leaverbot run on host9"
    )
    assert so_far("revoke", replace(ENDED, wish=replace(WISH, state=WishState.WAITING))) == "revoke: waiting to begin"
    parked = BulkResult(BULK.people[1], ActionState.QUEUED, until=AT)
    assert counted(replace(ENDED, results=(DONE, parked)).counts) == (
        "1 done, 0 not done, 1 left (1 wait for the hourly limit)"
    )


def test_a_stop_has_ended_once_another_process_takes_care_of_it() -> None:
    stopping = replace(BULK, state=BulkState.STOPPING)
    assert not StopProgress(WISH, stopping).ended
    assert StopProgress(WISH, stopping, holder=RUN).ended
    assert StopProgress(WISH, BULK).ended
    assert not StopProgress(replace(WISH, state=WishState.TAKEN), stopping, holder=RUN).ended


def test_the_report_names_who_was_not_done_and_why_and_speaks_of_no_thread() -> None:
    said = plain(report_blocks(BulkView(BULK, ENDED.results, buttons=False)))
    assert "Access of 1 person revoked, 1 not" in said
    assert "Person 2: AWS said no." in said
    assert "protected" in said
    assert f"leaverbot bulks show {BULK.id}" in said
    assert "thread" not in said


def test_whoever_leaves_is_told_who_continues() -> None:
    running = replace(ENDED, bulk=replace(BULK, state=BulkState.RUNNING))
    assert "leaverbot run on host9 continues" in left_words(replace(running, holder=RUN))
    assert "The next `leaverbot run` or `once` continues" in left_words(running)
    assert "nothing will start later" in left_words(replace(running, wish=replace(WISH, state=WishState.WITHDRAWN)))


def test_nobody_found_says_what_was_looked_for() -> None:
    wanted = parse_filter("account lab")
    assert isinstance(wanted, CaseFilter)
    assert nobody(wanted).startswith('Nobody matches "account lab".')
    assert nobody(CaseFilter()).startswith("Nobody has an open case.")


def test_one_is_shown_with_each_person_and_the_commands_that_undo_it() -> None:
    undo = ("aws sso-admin create-account-assignment --one", "")
    done = replace(action("case-1"), undo=undo)
    shown = ShownBulk(BULK, ENDED.results, {1: done, 2: replace(done, dry_run=True)})
    said = "\n".join(line.plain for line in shown_lines(shown))
    assert "• Person 1 (p1@example.com): done" in said
    assert "• Person 2 (p2@example.com): not done. AWS said no." in said
    assert "• Person 3 (p3@example.com): left out, protected (LEAVERBOT_PROTECTED_USERS)" in said
    assert said.endswith(
        "To undo a mistake: 1 command, one for each thing to put back.\n# Person 1 (p1@example.com)\n" + undo[0]
    )
    assert undo_of(None) == []
    assert summary(shown).startswith("Revoke the access of 2 people (critical), 2026-11-28 at ")
    assert "by Admin/alice from a terminal" in summary(shown)


def test_nothing_that_is_shown_of_one_can_act() -> None:
    user = User("u-1", f"da{ODD_TEXT}na", f"Da{ODD_TEXT}na")
    odd = replace(FAILED, person=BulkPerson(1, user), message=f"no{ODD_TEXT}\n")
    shown = ShownBulk(replace(BULK, filter_text=f"account {ODD_TEXT}"), (odd,), {})
    assert not acts("\n".join([summary(shown), *(line.plain for line in shown_lines(shown))]))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = quick_store(tmp_path / "leaverbot.db")
    yield made
    made.close()


def test_the_beginning_of_an_id_will_do_if_it_is_the_only_one(store: SqlStore) -> None:
    for bulk_id in ("4b1c", "4b2d"):
        made = replace(BULK, id=bulk_id, state=BulkState.PREVIEW, people=(person(1),), began_at=None, ended_at=None)
        store.add_bulk(made)
        store.begin_bulk(made, AT)
    assert find_bulk(store, "4b1") == "4b1c"
    assert find_bulk(store, " 4B1C ") == "4b1c"
    for typed in ("4b", "", "5", "%"):
        assert find_bulk(store, typed) == ""


@pytest.mark.parametrize("kind", BULK_KINDS, ids=str)
def test_the_help_says_how_to_act_on_many(kind: object) -> None:
    shown = " ".join(
        CliRunner().invoke(app, [str(kind).replace("_", "-"), "--help"], terminal_width=200).stdout.split()
    )
    assert "whoever matches later is not added" in shown
    assert '--filter "' in shown
