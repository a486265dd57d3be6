"""Slack's blocks as text for a terminal."""

import io
import re
from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.cli.plain_text import plain, show_blocks, text_of
from bot.slack.blocks import code_blocks, context, section
from bot.slack.messages import case_message, summary_message, whole_report
from bot.slack.wording.text import about, code, mention, name, when
from tests.slack.examples import AT, REVOKED, SUMMARY, VIEW
from tests.test_outside_text import ODD, ODD_TEXT, acts

CET = timezone(timedelta(hours=1), "CET")
# What Slack's formatting is made of, whole and torn apart.
PARTS = [
    *ODD,
    *"*_`~<>|^&{}!@#:\n •",
    "<!date^1772444520^{time}|x>",
    "<!date^",
    "<https://a.b|c>",
    "&lt;",
    "&amp;",
    "word",
]
mrkdwn = st.text(max_size=80) | st.lists(st.sampled_from(PARTS), max_size=25).map("".join)
# Rich's own: bold, dim, and their end.
STYLES = re.compile(r"\x1b\[[0-9;]*m")


def printed(blocks, *, width: int = 80, terminal: bool = False) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=terminal, color_system="standard" if terminal else None
    )
    show_blocks(console, blocks, UTC)
    return console.file.getvalue()


@given(mrkdwn, st.booleans(), st.integers(1, 120))
def test_any_text_is_shown_and_none_can_act_on_the_terminal(text, terminal, width):
    blocks = [
        section(text),
        context(text),
        *code_blocks([text]),
        {"type": "header", "text": {"type": "plain_text", "text": text}},
    ]
    assert not acts(STYLES.sub("", printed(blocks, width=width, terminal=terminal)))


@given(st.text(max_size=60))
def test_a_name_is_read_as_it_was_written(text):
    shown = text_of(name(text, limit=100, empty="")).plain
    assert shown == text_of(name(shown, limit=100, empty="")).plain
    if text.isascii() and text.isprintable():
        assert shown == " ".join(text.split())


@given(st.text(alphabet="ab *", max_size=40), st.integers(8, 60))
def test_no_word_is_lost_where_lines_are_wrapped(text, width):
    one_line = printed([section(f"• {text}")]).split()
    assert "".join(STYLES.sub("", printed([section(f"• {text}")], width=width, terminal=True)).split()) == "".join(
        one_line
    )


def test_signs_that_slack_would_act_on_come_back():
    assert text_of(name("_svc*[a]~<b>&`c` :smile:")).plain == "_svc*[a]~<b>&`c` :smile:"


def test_times_are_told_in_the_zone_of_the_reader_with_its_name():
    assert text_of(when(AT), CET).plain == "2026-03-02 at 10:42 CET"
    assert text_of(about(AT), CET).plain == "2026-03-02 at about 10:42 CET"


@pytest.mark.parametrize(
    "form", ["<!date^x^{time}|then>", "<!date^99999999999999999999^{time}|then>", "<!date^1^{ago}|then>"]
)
def test_a_time_that_cannot_be_told_is_told_as_slack_would(form):
    assert text_of(form).plain == "then"


def test_people_links_code_and_bold_are_told_in_words():
    text = text_of(
        f"*{name('a&b')}* by {mention('U123')}, {mention('S123')}: <https://x.example/?a=1&amp;b=2|the *case*> {code('a<b')}"
    )
    assert text.plain == "a&b by @U123, @S123: the case (https://x.example/?a=1&b=2) a<b"
    assert [(span.start, span.end, str(span.style)) for span in text.spans if span.style] == [(0, 3, "bold")]


def test_an_asterisk_in_code_is_not_the_end_of_bold_text():
    assert text_of("*all `svc-*` users* *x").plain == "all svc-* users *x"


def test_a_terminal_gets_bold_letters_and_wrapped_lines_with_lists_indented():
    told = printed([section("*Title*\n• one two three four five six")], width=20, terminal=True)
    assert "\x1b[1mTitle\x1b[0m" in told
    assert [line.rstrip() for line in told.splitlines()][1:] == ["• one two three", "  four five six"]


def test_a_pipe_gets_whole_lines_without_any_style():
    long = "word " * 100
    assert printed([section(f"*{long.strip()}*")]) == f"{long.strip()}\n"


def test_a_command_to_copy_stays_exact_and_on_one_line():
    command = "aws sso-admin delete  --name 'a  <b> *c* &amp; " + "x" * 100 + "'"
    assert printed(code_blocks([command]), terminal=True, width=40) == f"{command}\n"


def test_a_character_that_cannot_be_shown_makes_a_command_fail_visibly():
    assert "\ufffd" in printed(code_blocks([f"aws {ODD_TEXT}"]))


def test_buttons_and_inputs_are_left_out():
    blocks = [
        section("kept"),
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Revoke"}}]},
        {"type": "input", "label": {"type": "plain_text", "text": "Reason"}},
        {"type": "divider"},
    ]
    assert printed(blocks) == "kept\n"


def test_a_list_over_several_blocks_is_one_list_and_other_blocks_stand_apart():
    assert printed([section("head"), section("• a"), section("• b"), context("end")]) == "head\n\n• a\n• b\n\nend\n"


def test_the_alert_reads_the_same_without_slack():
    told = plain(case_message(VIEW).blocks, UTC)
    assert told.startswith("🔴 Critical: Dana Rossi is disabled and can still get into 4 AWS accounts\n")
    assert "• prod-payments: AdministratorAccess, directly" in told
    assert "Open since 2026-03-02 at 06:42 UTC" in told
    assert not re.search(r"<!|&lt;|\*", told)


@pytest.mark.parametrize("message", [*whole_report(REVOKED), summary_message(SUMMARY)])
def test_nothing_of_slacks_form_is_left_in_what_leaverbot_says(message):
    assert not re.search(r"<[!@#]|&(amp|lt|gt);|\*|`", plain(message.blocks, UTC))
