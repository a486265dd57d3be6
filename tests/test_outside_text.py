"""Text from a directory, from AWS or from a proxy cannot manipulate the terminal, log or Slack that shows it."""

import io
import json
import logging
import unicodedata
from dataclasses import replace

import pytest
import structlog
import typer
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.cli import deny_setup, exits
from bot.cli.scan_output import json_text, say, scan_json
from bot.cli.scanning.report import show_scan
from bot.core.access.person_read import Problem
from bot.core.errors import AwsRejected
from bot.core.text import clean, clean_lines, shorten_middle
from bot.logs import set_up_logging
from bot.slack.wording import text as slack_text
from tests.test_terminal import ACCOUNT, COVERAGE, DANA, How, PersonRead, Scan, ScanStatus, Strategy

# ESC and C1 control sequences, bidi controls and isolates, invisible characters, line breaks of all kinds.
ODD = ["\x1b[2J", "\x9b31m", "\x07", "\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad", "\u2028", "\x85", "\r", "\x00"]
_ACTING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
ODD_TEXT = "".join(ODD)
texts = st.text(max_size=60) | st.lists(st.sampled_from([*ODD, "a", " ", "\n"]), max_size=20).map("".join)


def acts(text: str) -> list[str]:
    """The control, direction and invisible characters of a text, except joiners, which some scripts need."""
    return [char for char in text if unicodedata.category(char) in _ACTING and char not in "\n\u200c\u200d"]


@given(texts)
def test_clean_text_is_one_line_that_cannot_act(text: str) -> None:
    assert not acts(clean(text))
    assert "\n" not in clean(text)
    assert clean(clean(text)) == clean(text)


@given(texts)
def test_several_lines_stay_several(text: str) -> None:
    assert not acts(clean_lines(text))
    assert clean_lines(text).count("\n") == text.count("\n")


@given(st.text(max_size=300), st.integers(10, 200))
def test_a_text_that_is_too_long_keeps_its_beginning_and_its_end(text: str, limit: int) -> None:
    short = shorten_middle(text, limit)
    assert len(short) <= max(limit, 0)
    if len(text) > limit:
        assert text.startswith(short.split(" … ")[0])


@given(texts)
def test_json_for_programs_is_exact_and_safe_on_a_terminal(text: str) -> None:
    printed = json_text({"name": text})
    assert json.loads(printed) == {"name": text}
    assert not acts(printed.replace("\u200c", "").replace("\u200d", ""))


def odd_scan() -> Scan:
    grant = replace(ACCOUNT, account_name=f"pay{ODD_TEXT}ments", permission_set_name=f"Ad{ODD_TEXT}min")
    user = replace(DANA, display_name=f"Da{ODD_TEXT}na", user_name=f"da{ODD_TEXT}na")
    coverage = replace(
        COVERAGE,
        status=ScanStatus.PARTIAL,
        problems=(Problem(f"group{ODD_TEXT}", f"AWS said {ODD_TEXT}no"),),
        how=(How("account", Strategy.BY_LOCATION, f"why{ODD_TEXT}"),),
        notes=(f"note{ODD_TEXT}",),
    )
    return Scan(coverage, (PersonRead(user, (grant,)),))


def test_nothing_that_a_scan_prints_can_act() -> None:
    console = Console(file=io.StringIO(), width=200)
    show_scan(odd_scan(), console)
    assert not acts(console.file.getvalue())  # type: ignore[attr-defined]  # the StringIO from above
    assert not acts(json_text(scan_json(odd_scan())))


def test_nothing_that_deny_commands_say_can_act() -> None:
    console = Console(file=io.StringIO(), width=200)
    say(console, f"p-1: attached to {ODD_TEXT}")
    assert not acts(console.file.getvalue())  # type: ignore[attr-defined]  # the StringIO from above


def test_no_error_that_ends_a_command_can_act(capsys: pytest.CaptureFixture[str]) -> None:
    exits.complain(f"first{ODD_TEXT}\nsecond")
    with pytest.raises(typer.Exit):
        deny_setup.leave(AwsRejected(f"third{ODD_TEXT}"))
    told = capsys.readouterr().err
    assert not acts(told)
    assert {"first", "second", "third"} <= set(told.split())


@pytest.mark.parametrize("form", ["console", "json"])
def test_no_line_of_the_log_can_act_or_look_like_two(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = root.handlers, root.level, structlog.get_config()
    try:
        set_up_logging(form, logging.INFO)
        structlog.get_logger("bot.x").warning(f"odd{ODD_TEXT}", why=f"no\n2026 [info] all is well{ODD_TEXT}")
        logging.getLogger("other").warning("odd%s", ODD_TEXT)
        told = capsys.readouterr().err
    finally:
        root.handlers, root.level = before[0], before[1]
        structlog.configure(**before[2])
    assert not acts(told)
    assert len(told.splitlines()) == 2


@given(texts)
def test_slack_takes_the_same_text(text: str) -> None:
    assert slack_text.clean is clean
    assert not acts(slack_text.name(text).strip("\u2068\u2069"))


def test_a_long_refusal_in_slack_keeps_the_policy_that_it_names() -> None:
    refusal = f"AWS denied it: {'x' * 2000} explicit deny in a service control policy: p-12345678"
    assert slack_text.say(refusal, 600).endswith("service control policy: p-12345678")
