"""The commands that only ask, on a database made by the real store, as the real program runs them."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.main import app
from bot.cli.questions import QUESTIONS
from bot.core.access.person_read import PersonRead
from bot.core.actions import ActionState
from bot.core.actions import Result as Ended
from bot.core.models import GrantKind, Orphan, Privilege
from bot.core.plans.operations import OperationState
from bot.core.scan.coverage import ScanStatus
from bot.ports import Holder, Verdict
from bot.store.database import process_lock
from bot.store.database.connection import connect
from bot.store.database.schema import versions
from bot.store.store import SqlStore
from tests.databases import quick_store
from tests.slack.examples import removal
from tests.store.records import T0, action, grant, open_case, save, scan_of, user
from tests.test_outside_text import ODD_TEXT, acts

COMMANDS = (Path(__file__).parent.parent.parent / "docs/terminal.md").read_text(encoding="utf-8")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with a database address in the environment and no Slack settings."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "LEAVERBOT_CHANNEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEAVERBOT_DATABASE_URL", f"sqlite:///{tmp_path / 'leaverbot.db'}")
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[SqlStore]:
    made = quick_store(folder / "leaverbot.db")
    yield made
    made.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, catch_exceptions=False)


def told(*arguments: str, code: int = 0) -> str:
    """What the command printed, on both ways, on as many lines as it likes; it must end with this code."""
    ended = run(*arguments)
    assert ended.exit_code == code, ended.output
    assert "Traceback" not in ended.output
    assert not acts(ended.output)
    return ended.output


def document(*arguments: str) -> dict:
    return dict(json.loads(told(*arguments, "--json")))


# where there is nothing to read


@pytest.mark.parametrize(
    "words", [["list"], ["history", "dana"], ["orphans"], ["summary"], ["show", "dana"], ["unused"]]
)
def test_where_leaverbot_never_ran_it_is_said_with_what_to_do_and_nothing_is_made(
    folder: Path, words: list[str]
) -> None:
    said = told(*words, code=1)
    assert said.startswith("leaverbot has not run here yet")
    assert "`leaverbot run`" in said
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(("version", "advice"), [(1, "to bring it up to date"), (9999, "Run that version")])
def test_tables_of_another_version_are_told_in_a_sentence(store: SqlStore, version: int, advice: str) -> None:
    engine = connect(str(store._db.engine.url))
    with engine.begin() as connection:
        connection.execute(versions.delete())
        connection.execute(versions.insert().values(version=version))
    engine.dispose()
    assert advice in told("list", code=1)


def test_a_wrong_setting_is_told_like_the_bot_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAVERBOT_DATABASE_URL", "mysql://x")
    assert "LEAVERBOT_DATABASE_URL" in told("list", code=1)


# list


def test_before_the_first_scan_the_list_says_that_nothing_is_known(store: SqlStore) -> None:
    assert "no scan has ended yet" in told("list")
    assert document("list") == {
        "cases": [],
        "closed_to_review": 0,
        "scan": None,
        "scanning": False,
        "filter": "",
        "matching": 0,
    }


def test_the_list_names_everybody_with_commands_of_the_terminal(store: SqlStore) -> None:
    save(store, scan_of(*(PersonRead(user(number), (grant(),)) for number in range(1, 61))))
    said = told("list")
    assert said.startswith("60 disabled people still have access\n")
    assert all(f"🟡 User {number} " in said for number in range(1, 61))
    assert "leaverbot show USER" in said
    assert "/leavers" not in said
    assert len(document("list")["cases"]) == 60


def test_the_list_shows_whom_the_same_words_find_in_slack(store: SqlStore) -> None:
    admin = replace(
        grant(), permission_set_name="Admin", privilege=Privilege.ADMINISTRATOR, account_name="Payments Prod"
    )
    everybody = [PersonRead(user(number), (admin if number < 3 else grant(),)) for number in range(1, 7)]
    save(store, scan_of(*everybody))
    for words in (["critical"], ["--filter", "critical"], ["permission-set", "admin"], ["account", "Payments Prod"]):
        said = told("list", *words)
        assert "2 of 6 disabled people with access" in said
        assert "🔴 User 1 " in said
        assert "User 3 " not in said
        assert len(document("list", *words)["cases"]) == 2
    assert document("list", "critical", "--top", "1")["matching"] == 2
    assert "Listed: 1 of 2." in told("list", "critical", "--top", "1")


def test_a_filter_that_finds_nobody_says_what_there_is_and_one_that_is_none_is_wrong_use(store: SqlStore) -> None:
    save(store, scan_of(PersonRead(user(), (replace(grant(), account_name="data-lake"),))))
    said = told("list", "account", "payments")
    assert said.startswith("Nobody matches\n")
    assert "Accounts there are: data-lake." in said
    assert "“nonsense” is not a filter" in told("list", "nonsense", code=1)


def test_names_from_a_directory_cannot_act_on_the_terminal(store: SqlStore) -> None:
    odd = replace(user(), display_name=f"Da{ODD_TEXT}na", user_name=f"da{ODD_TEXT}na")
    save(store, scan_of(PersonRead(odd, (replace(grant(), account_name=f"pay{ODD_TEXT}ments"),))))
    for words in (["list"], ["list", "--json"], ["history", odd.id], ["history", odd.id, "--json"], ["summary"]):
        told(*words)


def test_questions_change_nothing_and_wait_for_nobody(store: SqlStore, folder: Path) -> None:
    open_case(store)
    before = (folder / "leaverbot.db").read_bytes()
    with store._db.transaction():
        for words in (["list"], ["history", "user1@example.com"], ["orphans"], ["summary"]):
            told(*words)
    assert (folder / "leaverbot.db").read_bytes() == before


# history


def test_the_history_tells_when_what_and_who_in_order(store: SqlStore) -> None:
    case_id = open_case(store)
    store.record(T0 + MINUTE, "UMALLORY", "revoke", user().id, Verdict.REFUSED, "only responders may revoke")
    asked = store.add_action(replace(action(case_id), asked_at=T0 + 2 * MINUTE))
    end = T0 + 3 * MINUTE
    store.end_action(asked.id, Ended(ActionState.DONE, read=PersonRead(user(), ()), verified_at=end), end)
    save(store, scan_of(at=T0 + 4 * MINUTE))
    lines = [line.partition(" · ")[2] for line in told("history", "user1").splitlines() if line.startswith("• ")]
    assert lines[0] == "Case opened, found by the scheduled scan"
    assert lines[1] == "Revoke refused: only responders may revoke · @UMALLORY"
    assert lines[2] == "Revoke asked for · @UALICE"
    assert lines[3] == "Revoke by @UALICE is done"
    entries = document("history", "user1")["entries"]
    assert [entry["what"] for entry in entries][:4] == ["opened", "refused", "asked", "ended"]
    assert entries[0]["at"] == "2026-11-24T09:00:05+00:00"


def test_the_history_with_details_has_every_command_that_undoes_what_was_done(store: SqlStore) -> None:
    asked = store.add_action(action(open_case(store)))
    operations = (removal("a").operation, removal("b").operation)
    store.begin_action(asked.id, operations, T0, undo=("aws one", "aws two"))
    for number in range(2):
        store.set_operation(asked.id, number, OperationState.DONE, T0)
    store.end_action(asked.id, Ended(ActionState.DONE), T0)
    said = told("history", asked.user.id, "--details")
    assert "To undo a mistake: 2 AWS CLI commands, one for each thing to put back." in said
    assert "\naws one\naws two\n" in said
    assert "aws one" not in told("history", asked.user.id)
    (found,) = document("history", asked.user.id, "--details")["actions"]
    assert (found["kind"], found["undo"]) == ("revoke", ["aws one", "aws two"])


def test_the_history_of_nobody_says_where_to_look(store: SqlStore) -> None:
    open_case(store)
    assert "`leaverbot show` looks in the directory" in told("history", "dana", code=1)


def test_several_people_are_listed_to_choose_from(store: SqlStore) -> None:
    save(store, scan_of(PersonRead(user(1), (grant(),)), PersonRead(user(2), (grant(),))))
    said = told("history", "example.com", code=1)
    assert "user1@example.com" in said
    assert "user2@example.com" in said


# orphans, summary


def test_orphans_are_told_with_their_commands_and_none_is_not_said_unless_all_was_read(store: SqlStore) -> None:
    assert "No scan has looked" in told("orphans")
    left = Orphan("99999999-2222-3333-4444-555555555555", grant())
    found = scan_of()
    save(store, replace(found, orphans=(left,), coverage=replace(found.coverage, orphans=1)))
    said = told("orphans")
    assert "aws sso-admin delete-account-assignment" in said
    assert [one["user_id"] for one in document("orphans")["orphans"]] == [left.user_id]


def test_the_summary_is_told_and_not_posted(store: SqlStore) -> None:
    open_case(store)
    assert told("summary").startswith("1 disabled person still has access (the first summary)")
    found = document("summary")
    assert found["open_by_severity"] == {"critical": 0, "high": 0, "normal": 1}
    assert found["open_by_severity_before"] is None
    assert [case["id"] for case in found["longest"]] == [found["longest_disabled"]["id"]]
    assert found["week"] == {"ended": 0, "median_seconds": None, "worst_seconds": None}
    assert store.summary_times(None) == (None, None)


def test_all_clear_is_said_only_after_a_scan_that_read_everything(store: SqlStore) -> None:
    complete = scan_of()
    coverage = replace(complete.coverage, kinds_read=tuple(GrantKind))
    save(store, replace(complete, coverage=replace(coverage, status=ScanStatus.PARTIAL)))
    assert "that does not mean all clear" in told("list")


# status


def test_status_tells_what_is_wrong_who_is_at_work_and_what_waits(
    store: SqlStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    open_case(store)
    said = told("status", code=3)
    assert said.startswith("Something is wrong: aws and scans\n")
    assert "• scans: no complete scan since" in said
    assert "so no leaverbot is running" in said
    assert "SQLite, schema" in said
    assert str(folder) not in said
    lock = process_lock.take(f"sqlite:///{folder / 'leaverbot.db'}", "run")
    assert not isinstance(lock, Holder)
    found = json.loads(told("status", "--json", code=3))
    lock.release()
    assert found["at_work"]["command"] == "run"
    assert found["waiting"]["messages"] == 1
    assert set(found["wrong"]) == {"aws", "scans"}


def test_where_leaverbot_never_ran_something_is_wrong(folder: Path) -> None:
    assert told("status", code=3).startswith("leaverbot has not run here yet")


# all of them


def test_the_page_on_terminal_commands_has_exactly_these_questions() -> None:
    table = COMMANDS.partition("## Commands that only read")[2].partition("\n## ")[0]
    named = re.findall(r"^\| `leaverbot ([a-z]+)", table, re.MULTILINE)
    # `leaverbot rules` alone only reads, too; what an admin decides stands below it.
    assert [name for name in named if name != "rules"] == list(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_has_help_with_examples_and_exit_codes(name: str) -> None:
    said = " ".join(told(name, "--help").split())
    assert f"leaverbot {name}" in said
    assert "Exit codes: 0" in said
    assert "Examples:" in said
    assert "--json" in said


def test_rules_alone_shows_which_are_on_and_what_the_bot_announced(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, scan_of(PersonRead(user(), (grant(),))))
    assert "No rule is on" in told("rules")
    monkeypatch.setenv("LEAVERBOT_AUTO_REVOKE_AFTER", "3d")
    monkeypatch.setenv("LEAVERBOT_RESPONDERS", "U0ALICE")
    assert "LEAVERBOT_AUTO_REVOKE_AFTER=3d" in told("rules")
    found = json.loads(told("rules", "--json"))
    assert (found["rules"], found["start"]) == (["LEAVERBOT_AUTO_REVOKE_AFTER=3d"], True)
    assert [one["why"] for one in found["waits"]] == ["incomplete"]
