"""One sentence a test: how what is typed behind /leavers is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.messages.replies import COMMANDS, help_message
from bot.slack.slash_commands import DIALOG_VERBS, NEEDS_USER, Parsed, Verb, parse


@pytest.mark.parametrize(
    "typed", ["shut-out", "shutout", "shut_out", "shut out", "Shut Out", "shut—out", "SHUT\u2011OUT"]
)
def test_shut_out_is_understood_however_a_phone_writes_it(typed):
    parsed = parse(f"{typed} dana rossi")
    assert (parsed.verb, parsed.argument, parsed.opens_dialog) == (Verb.SHUT_OUT, "dana rossi", True)


CHANGES = ["shut", "revok", "dney", "deney", "lif", "delet", "remove", "lft", "lifted"]


@pytest.mark.parametrize("typed", CHANGES)
def test_an_unknown_verb_is_never_led_to_one_that_changes_something(typed):
    assert parse(f"{typed} dana") == Parsed(None, "dana", typed, None)


@pytest.mark.parametrize("typed", ["", " ", "list", "LIST", "\u200blist", "\ufefflist\u00a0"])
def test_the_list_has_a_name_and_needs_none(typed):
    assert parse(typed).verb is Verb.LIST


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("shwo dana", "show dana"),
        ("sohw Dana Rossi", "show Dana Rossi"),
        ("show: dana.rossi@example.com", "show dana.rossi@example.com"),
        ("lits", "list"),
        ("scna now", "scan"),
        ("summery", "summary"),
    ],
)
def test_a_guess_keeps_the_name_that_was_typed(typed, meant):
    assert parse(typed).meant == meant
    assert f"Did you mean `/leavers {meant}`?" in help_message(parse(typed).meant, parse(typed).typed).text


@pytest.mark.parametrize(
    "typed",
    [
        "\u200bshow dana@example.com",
        "\u200eshow\u00a0dana@example.com\u200f",
        "show \ufeff<mailto:dana@example.com|dana@example.com>",
        "show Dana Smith &lt;dana@example.com&gt;",
        "show Dana Smith &lt;<mailto:dana@example.com|dana@example.com>&gt;",
        "sh\u00adow \u201cdana@example.com\u201d",
        "\u3000show  'dana@example.com',",
    ],
)
def test_what_is_pasted_is_read_as_it_looks(typed):
    assert (parse(typed).verb, parse(typed).argument) == (Verb.SHOW, "dana@example.com")


@given(st.text(), st.text())
def test_reading_never_fails_and_never_guesses_at_a_change(verb, rest):
    parsed = parse(f"{verb} {rest}")
    assert parsed.meant is None or parsed.meant.split()[0] not in DIALOG_VERBS


def test_unused_needs_no_user():
    assert parse("unused") == Parsed(Verb.UNUSED, "", "unused")
    assert Verb.UNUSED not in NEEDS_USER


def test_a_dialog_needs_a_user():
    assert not parse("lift").opens_dialog
    assert all(parse(f"{verb} dana").opens_dialog for verb in DIALOG_VERBS)


def test_the_help_has_every_command():
    shown = {command.removeprefix("/leavers").split()[0] if " " in command else "" for command, _ in COMMANDS}
    assert shown == {str(verb) for verb in Verb}
