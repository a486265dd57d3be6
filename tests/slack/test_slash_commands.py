"""One sentence a test: how what is typed behind /leavers is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.kinds import SHUT_OUT
from bot.core.lists.filters import WORDS
from bot.playground.slack_workspace import payloads
from bot.slack.messages.help import action_verbs, commands, help_message, note_verbs, question_verbs
from bot.slack.slash_commands import Parsed, parse
from tests.slack.desk import Desk


@pytest.mark.parametrize(
    "typed", ["shut-out", "shutout", "shut_out", "shut out", "Shut Out", "shut—out", "SHUT\u2011OUT"]
)
def test_shut_out_is_understood_however_a_phone_writes_it(typed):
    parsed = parse(f"{typed} dana rossi")
    assert (parsed.verb, parsed.argument, parsed.kind) == ("shut-out", "dana rossi", SHUT_OUT)


CHANGES = ["shut", "revok", "dney", "deney", "lif", "delet", "remove", "lft", "lifted"]


@pytest.mark.parametrize("typed", CHANGES)
def test_an_unknown_verb_is_never_led_to_one_that_changes_something(typed):
    assert parse(f"{typed} dana") == Parsed(None, "dana", typed, None)


@pytest.mark.parametrize("typed", ["", " ", "list", "LIST", "\u200blist", "\ufefflist\u00a0"])
def test_the_list_has_a_name_and_needs_none(typed):
    assert parse(typed).verb == "list"


@pytest.mark.parametrize(
    ("typed", "argument"),
    [
        ("list", ""),
        ("list critical", "critical"),
        ("critical", "critical"),
        ("Critical account payments-prod", "critical account payments-prod"),
        ("older 2d", "older 2d"),
        ("permission set “ReadOnlyAccess”", "permission-set “ReadOnlyAccess”"),
        ('account "the critical one", really', 'account "the critical one", really'),
        ("account <http://payments.example|payments.example>", "account payments.example"),
        ("list group R&amp;D", "group R&D"),
    ],
)
def test_filter_words_are_commands_and_what_follows_them_stays_as_it_was_typed(typed, argument):
    assert (parse(typed).verb, parse(typed).argument) == ("list", argument)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("critcal account a", "critical account a"),
        ("incidents", "incident"),
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
    assert (parse(typed).verb, parse(typed).argument) == ("show", "dana@example.com")


@given(st.text(), st.text())
def test_reading_never_fails_and_never_guesses_at_a_change(verb, rest):
    parsed = parse(f"{verb} {rest}")
    assert parsed.meant is None or parsed.meant.split()[0] in {*question_verbs(), *WORDS}


def test_unused_needs_no_user():
    assert parse("unused") == Parsed("unused", "", "unused")


def test_a_command_for_each_kind_of_action_that_people_ask_for_a_user():
    assert list(action_verbs()) == ["revoke", "deny", "shut-out", "lift", "delete"]
    assert all(parse(f"{verb} dana").kind is kind for verb, kind in action_verbs().items())


def test_the_help_has_every_command():
    shown = [command.split()[0] for command, _ in commands()]
    assert sorted(shown) == sorted([*question_verbs(), *action_verbs(), *note_verbs()])
    assert question_verbs() == [
        "list",
        "show",
        "scan",
        "schedule",
        "orphans",
        "unused",
        "go-on",
        "summary",
        "status",
        "help",
    ]
    assert all(what for _, what in commands())


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    yield made
    made.close()


def answer_to(desk, typed):
    channel = desk.workspace.channels[desk.channel]
    return desk.dispatch(payloads.slash_command(desk.workspace, desk.alice, channel, typed)).body


@pytest.mark.parametrize("verb", action_verbs())
def test_a_dialog_needs_a_user(desk, verb):
    assert f"Who? For example: /leavers {verb} dana.rossi" in answer_to(desk, verb)
    assert desk.workspace.view(desk.alice) is None
    assert answer_to(desk, f"{verb} dana") == ""
    assert desk.workspace.view(desk.alice)


def test_of_the_others_only_show_needs_a_user(desk):
    assert {verb for verb in question_verbs() if "Who?" in answer_to(desk, verb)} == {"show"}
