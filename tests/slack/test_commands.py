"""One sentence a test: how what is typed behind /leavers is read."""

import pytest

from bot.slack.answers import COMMANDS
from bot.slack.commands import DIALOG_VERBS, NEEDS_USER, Parsed, Verb, parse


@pytest.mark.parametrize(
    "typed", ["shut-out", "shutout", "shut_out", "shut out", "Shut Out", "shut—out", "SHUT\u2011OUT"]
)
def test_shut_out_is_understood_however_a_phone_writes_it(typed):
    parsed = parse(f"{typed} dana rossi")
    assert (parsed.verb, parsed.argument, parsed.opens_dialog) == (Verb.SHUT_OUT, "dana rossi", True)


def test_shut_alone_gets_a_guess():
    assert parse("shut dana") == Parsed(None, "dana", "shut", "shut-out")


def test_unused_needs_no_user():
    assert parse("unused") == Parsed(Verb.UNUSED, "", "unused")
    assert Verb.UNUSED not in NEEDS_USER


def test_a_dialog_needs_a_user():
    assert not parse("lift").opens_dialog
    assert all(parse(f"{verb} dana").opens_dialog for verb in DIALOG_VERBS)


def test_the_help_has_every_command():
    shown = {command.removeprefix("/leavers").split()[0] if " " in command else "" for command, _ in COMMANDS}
    assert shown == {str(verb) for verb in Verb}
