"""What people read about Entra ID: that the directories disagree, that they agree, or that nobody knows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import kinds
from bot.core.directory.source import ActiveThere, CouldNotLook, Looked, Off, OffThere, SourceLook, Unseen
from bot.core.directory.source_counts import count
from bot.core.views import PersonView
from bot.playground.slack_workspace.blockkit.check import check_message
from bot.slack.dialogs.dialog import dialog_view
from bot.slack.messages import case_message, person_message, status_message, summary_message
from bot.slack.wording.directory.source import disagree, disagreements, source_counts, source_line
from bot.slack.wording.text import day
from tests.slack.examples import AT, CASE, READ, SUMMARY, USER, VIEW
from tests.slack.examples import words_of as words_in
from tests.slack.test_dialogs import DELETE, REVOKE, words_of
from tests.slack.test_status import WELL

DETAILS = replace(REVOKE, kind=kinds.DETAILS)
ACTIVE = SourceLook(ActiveThere("dana.rossi@example.com"), AT)
UNTIL = AT + timedelta(days=20)
SAYS = "Entra ID disagrees: the account is active there"


def look(looked: Looked) -> SourceLook:
    return SourceLook(looked, AT)


def test_an_alert_says_that_the_directories_disagree_and_a_notification_too() -> None:
    message = case_message(replace(VIEW, source=ACTIVE))
    assert SAYS in words_in(message)
    assert "Find out which of the two is right before you take access away." in words_in(message)
    assert SAYS in message.text
    assert check_message(message.blocks) is None


@pytest.mark.parametrize(
    "source", [None, look(OffThere(Off.DISABLED)), *(look(CouldNotLook(why)) for why in Unseen)], ids=str
)
def test_an_alert_says_nothing_else_about_it(source: SourceLook | None) -> None:
    assert disagree(source) == ""
    assert case_message(replace(VIEW, source=source)) == case_message(VIEW)


@pytest.mark.parametrize(
    ("looked", "says"),
    [
        (OffThere(Off.DISABLED, None, "dana@x"), "Entra ID: this account is disabled there, too, as"),
        (OffThere(Off.DELETED, UNTIL), f"It can be restored until {day(UNTIL)}."),
        (OffThere(Off.DELETED), "Until when it can be restored is not known."),
        (ActiveThere(), SAYS),
        (CouldNotLook(Unseen.NOT_FOUND), "it has no account that is theirs"),
        (CouldNotLook(Unseen.SEVERAL), "more than one account there may be theirs"),
        (
            CouldNotLook(Unseen.REFUSED, "Authorization_RequestDenied: Insufficient privileges."),
            "Microsoft refused it. Microsoft says: Authorization_RequestDenied: Insufficient privileges.",
        ),
    ],
)
def test_details_and_show_tell_each_answer_apart(looked: Looked, says: str) -> None:
    assert says in source_line(look(looked))
    detailed = words_of(dialog_view(replace(DETAILS, source=look(looked))))
    shown = words_in(person_message(PersonView(READ, CASE.severity, source=look(looked))))
    assert (says in detailed, says in shown) == (True, True)


def test_every_reason_has_a_sentence_of_its_own() -> None:
    said = {source_line(look(CouldNotLook(why))) for why in Unseen}
    assert len(said) == len(Unseen)
    assert all("does not say what became of this account" in one for one in said)


def test_where_nobody_looks_nothing_is_said() -> None:
    assert source_line(None) == ""
    assert "Entra ID" not in words_of(dialog_view(replace(DETAILS, next_step=None)))


def test_what_comes_from_outside_pings_nobody() -> None:
    said = source_line(look(CouldNotLook(Unseen.REFUSED, "<!channel> *bold*")))
    assert "<!channel>" not in said
    assert "<!here>" not in disagree(look(ActiveThere("<!here>")))


def test_the_card_of_a_case_says_once_that_they_disagree() -> None:
    case = replace(VIEW, source=ACTIVE)
    shown = words_in(person_message(PersonView(READ, CASE.severity, case=case, source=ACTIVE)))
    assert shown.count(SAYS) == 1
    off = look(OffThere(Off.DISABLED))
    shown = words_in(person_message(PersonView(READ, CASE.severity, case=VIEW, source=off)))
    assert shown.count("this account is disabled there, too") == 1


def test_the_plan_of_a_delete_warns_while_they_disagree() -> None:
    assert SAYS in words_of(dialog_view(replace(DELETE, source=ACTIVE)))
    assert SAYS not in words_of(dialog_view(DELETE))
    assert DELETE.kind is kinds.DELETE


def test_the_status_counts_the_answers_and_says_why_there_are_none() -> None:
    looks = {
        "1": ACTIVE,
        "2": look(OffThere(Off.DISABLED)),
        "3": look(OffThere(Off.DELETED)),
        **{str(number): look(CouldNotLook(Unseen.NOT_FOUND)) for number in range(4, 9)},
        "9": look(CouldNotLook(Unseen.THROTTLED, "HTTP 429")),
    }
    counted = count(looks)
    assert counted is not None
    assert counted.people == 9
    assert "9 disabled users" in source_counts(counted)
    shown = words_in(status_message(replace(WELL, source=counted)))
    for says in (
        "1 disabled there",
        "1 deleted there",
        "*1 active there*",
        "6 not known",
        "5 not known: it has no account",
    ):
        assert says.replace("*", "") in shown.replace("*", ""), says
    assert count({}) is None
    assert "*Entra ID*" not in words_in(status_message(WELL))


def test_the_summary_names_those_with_access_and_counts_the_others() -> None:
    said = words_in(summary_message(replace(SUMMARY, disagree=(CASE,), disagree_closed=2)))
    assert "Disabled in AWS, but active in Entra ID:" in said
    assert USER.display_name in said
    assert "2 people without access" in said
    assert "active in Entra ID" not in words_in(summary_message(SUMMARY))
    many = disagreements([f"Somebody {number}" for number in range(40)], 0)
    assert "32 more" in many
