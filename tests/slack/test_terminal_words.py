"""What people do in Slack, as commands of the terminal."""

import shlex
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.main import get_group

from bot.cli.denies import denies
from bot.cli.main import app
from bot.cli.rules.command import rules
from bot.core.kinds import DENY, DETAILS, KINDS, LET_RUN, RENAME, REVIEWED, REVOKE, SHUT_OUT, STOP
from bot.core.models import PermissionSet
from bot.core.views import LoudDeny, Notice, NoticeKind, UnusedList, UnusedSet
from bot.slack import terminal_words
from bot.slack.messages import case_message, loud_deny_message, notice_message, report_message, unused_message
from bot.slack.messages.help import help_message
from bot.slack.terminal_words import in_terminal_words, terminal_command, user_argument, without_slack
from bot.slack.wording.text import code
from tests.slack.examples import AT, CASE, REVOKED, USED, USER, VIEW, buttons, words_of
from tests.slack.examples import DENY as IN_FORCE

PLAIN = replace(VIEW, buttons=False, controls=(REVOKE, DENY, SHUT_OUT, REVIEWED, DETAILS))


@pytest.mark.parametrize(
    ("in_slack", "in_terminal"),
    [
        ("`/leavers`", "`leaverbot list`"),
        ("`/leavers show &lt;user&gt;`", "`leaverbot show USER`"),
        ("See /leavers summary.", "See leaverbot summary."),
        ("See /leavers.", "See leaverbot list."),
        ("`/leavers scan`", "`leaverbot once`"),
        ("`/leavers critical account payments-prod`", "`leaverbot list critical account payments-prod`"),
        ('`/leavers list older 2d account "R &amp; D"`', "`leaverbot list older 2d account '\"R' '&amp;' 'D\"'`"),
        (code("/leavers shut-out Dana O'Hara & Co"), "`leaverbot shut-out 'Dana O'\"'\"'Hara &amp; Co'`"),
        ("Press Revoke access again for a fresh plan.", "Run `leaverbot revoke` again for a fresh plan."),
        ("If that is wrong, press *Lift deny*.", "If that is wrong, run `leaverbot lift`."),
        ("Press *Put deny back* or *Lift deny*.", "Run `leaverbot deny` or `leaverbot lift`."),
        ("If this is wrong, press *Stop*.", "If this is wrong, run `leaverbot stop`."),
        ("To prevent it, press *Stop* in the thread.", "To prevent it, run `leaverbot stop`."),
        ("Until somebody presses *Let it run*.", "Until somebody runs `leaverbot let-run`."),
        ("`/leavers let-run dana`", "`leaverbot let-run dana`"),
        ("*Retry deny* tries it again.", "`leaverbot deny` tries it again."),
        ("Press *Reviewed* on the alert when you have.", "Run `leaverbot reviewed` when you have."),
        (
            "Nothing of it: revoke access, /leaversx, `x/leavers`",
            "Nothing of it: revoke access, /leaversx, `x/leavers`",
        ),
    ],
)
def test_what_is_typed_or_pressed_in_slack_is_a_command_of_the_terminal(in_slack: str, in_terminal: str) -> None:
    assert in_terminal_words(in_slack) == in_terminal


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["`", "/leavers", " ", "show", "Press ", "*Lift deny*", "<", "x"])).map("".join)
)
def test_any_text_is_taken_and_words_of_the_terminal_stay(text: str) -> None:
    assert in_terminal_words(in_terminal_words(text)) == in_terminal_words(text)


@given(st.sampled_from(["revoke", "deny", "lift"]), st.text(min_size=1))
def test_a_command_means_exactly_this_argument_to_a_shell(verb: str, argument: str) -> None:
    words = shlex.split(terminal_command(verb, argument))
    assert [word for word in words[1:] if word != "--" or argument == "--"][-2:] == [verb, argument] or argument == "--"
    assert words[-1] == argument


@pytest.mark.parametrize("argument", ["setup", "list", "-x", "--help"])
def test_a_name_that_would_be_a_word_of_the_command_is_kept_apart(argument: str) -> None:
    assert terminal_command("deny", argument) == f"leaverbot deny -- {argument}"


def test_a_user_is_named_by_the_user_name_unless_that_cannot_be_typed() -> None:
    assert user_argument(USER) == "dana.rossi"
    assert user_argument(replace(USER, user_name="")) == USER.id
    assert user_argument(replace(USER, user_name="da\u200bna")) == USER.id


def test_an_alert_without_buttons_shows_the_commands_to_copy() -> None:
    drawn = case_message(PLAIN)
    assert not buttons(drawn)
    assert [block["elements"][0]["elements"][0]["text"] for block in drawn.blocks if block["type"] == "rich_text"] == [
        "leaverbot revoke dana.rossi\nleaverbot deny dana.rossi\nleaverbot shut-out dana.rossi\nleaverbot reviewed dana.rossi"
    ]


def test_no_roles_in_slack_are_missed_where_there_are_no_buttons() -> None:
    assert "Watch only" in words_of(case_message(replace(PLAIN, watch_only=True, buttons=True)))
    assert "Watch only" not in words_of(case_message(replace(PLAIN, watch_only=True)))


def test_a_loud_deny_and_a_notice_show_the_commands_too() -> None:
    enabled = LoudDeny(USER, IN_FORCE, buttons=False)
    notice = Notice(NoticeKind.DRIFT, "Somebody changed it.", USER, IN_FORCE, buttons=False)
    for drawn in (loud_deny_message(enabled), notice_message(notice)):
        assert not buttons(drawn)
        assert "leaverbot lift dana.rossi" in str(drawn.blocks)
    assert "leaverbot deny dana.rossi" in str(notice_message(notice).blocks)


def test_permission_sets_have_a_command_in_place_of_buttons() -> None:
    sets = (PermissionSet("arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-1111111111111111", "Old"),)
    unused = UnusedList((UnusedSet(sets[0], AT),), 3, AT, may_delete=True, buttons=False)
    emptied = report_message(replace(REVOKED, emptied=sets, buttons=False))
    for drawn in (unused_message(unused), *emptied):
        assert "accessory" not in str(drawn.blocks)
    assert "leaverbot prune PERMISSION-SET" in words_of(unused_message(unused))
    assert "leaverbot prune PERMISSION-SET" in "".join(map(words_of, emptied))


def test_a_message_in_words_of_the_terminal_names_no_command_of_slack() -> None:
    used = case_message(replace(PLAIN, case=replace(CASE, used=USED)))
    for drawn in (help_message(), used):
        assert "/leavers" not in str(without_slack(drawn).content)


def test_every_command_that_messages_name_is_one_of_the_program() -> None:
    real = set(get_group(app).commands)
    named = {*terminal_words._QUESTIONS, *terminal_words._CALLED.values(), *terminal_words._pressed().values()}
    grouped = {f"rules {command}" for command in get_group(rules).commands}
    assert named - real == {"--help", *(grouped & named)}
    assert set(get_group(denies).commands) == terminal_words._SUBCOMMANDS


def test_every_button_that_acts_has_a_command() -> None:
    acting = [*(kind for kind in KINDS.values() if kind is not RENAME), REVIEWED, STOP, LET_RUN]
    assert set(terminal_words._pressed().values()) == {control.name.replace("_", "-") for control in acting}
