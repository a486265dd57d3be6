"""What people read about the company directory."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from bot.core import kinds
from bot.core.directory.next_step import DirectoryKind, NextStep
from bot.core.directory.provisioning import (
    Alive,
    CouldNotLook,
    NeverHeard,
    NoDirectory,
    NotCounted,
    Origins,
    Provisioning,
    ScimWatch,
    Silent,
    TooEarly,
    judge,
)
from bot.playground.slack_workspace.blockkit.check import check_message
from bot.slack.dialogs.dialog import dialog_view
from bot.slack.messages import status_message, summary_message
from bot.slack.wording.directory.directory import finding, next_step, share
from tests.core.test_provisioning import silences, watches
from tests.slack.examples import SUMMARY
from tests.slack.examples import words_of as words_in
from tests.slack.test_dialogs import DELETE, words_of
from tests.slack.test_status import WELL

DECEMBER = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)
BY_ENTRA = NextStep(DirectoryKind.ENTRA, DECEMBER)
COMES_BACK = "after Delete user it comes back with a new AWS id and no access."


def test_of_entra_it_says_when_the_deletion_comes_and_when_it_never_does() -> None:
    assert next_step(BY_ENTRA) == (
        "If the account was deleted in Entra, Entra sends the deletion 30 days later, about "
        f"<!date^{int(DECEMBER.timestamp())}^{{date_short}}|14 Dec 2026>. If the app was unassigned first, it never "
        f"will. Until then the directory may restore this account; {COMES_BACK}"
    )


def test_when_the_day_has_passed_no_deletion_is_promised() -> None:
    said = next_step(replace(BY_ENTRA, past=True))
    assert "Entra should have sent the deletion about" in said
    assert "AWS still has the user" in said
    assert "Entra sends" not in said
    assert "Until then" not in said


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (DirectoryKind.ENTRA, "30 days after that. If the app was unassigned first, it never will."),
        (DirectoryKind.OKTA, "Okta never sends a deletion"),
        (DirectoryKind.GOOGLE, "Whether it ever sends a deletion is not known."),
        (DirectoryKind.AD, "is not known"),
        (None, "Some directories send a deletion later, others never do."),
    ],
)
def test_without_a_date_it_says_what_is_known_and_what_a_delete_means(kind: DirectoryKind | None, said: str) -> None:
    shown = next_step(NextStep(kind))
    assert said in shown
    assert shown.endswith(COMES_BACK)
    assert "date^" not in shown


@pytest.mark.parametrize("kind", [kinds.DETAILS, kinds.DELETE])
def test_details_and_the_plan_of_a_delete_say_what_the_directory_does_next(kind: kinds.Dialog) -> None:
    view = replace(DELETE, kind=kind)
    assert next_step(BY_ENTRA) in words_of(dialog_view(replace(view, next_step=BY_ENTRA)))
    assert COMES_BACK not in words_of(dialog_view(view))


NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
ORIGINS = Origins(NOW, 1_418, 1_234, (("https://scim.aws.com/<!channel>", 1_234),))
SILENT = Silent(ORIGINS, NOW - timedelta(days=19), NOW - timedelta(days=19), NOW)
SINCE = NOW - timedelta(days=8)


def test_a_silent_directory_is_told_with_what_it_may_mean_and_that_it_may_mean_nothing() -> None:
    said = finding(SILENT)
    assert said.startswith(
        "87 % of users come from your directory; its last event was 19 days ago. An expired token (they live a year) or "
        "a provisioning job in quarantine looks like this; Entra gives up after four weeks. A directory in which "
        "nothing changed looks the same."
    )


def test_a_silence_that_nobody_watched_from_its_beginning_is_as_long_as_it_was_watched() -> None:
    said = finding(replace(SILENT, since=SINCE))
    assert "there has been no event for at least 8 days, and the last known is from 2026-11-09" in said
    assert "19 days ago" not in said


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (NotCounted(), "is not known: no list of users has been read to its end yet."),
        (NoDirectory(ORIGINS), "No user comes from a directory: nobody is disabled here by itself."),
        (Alive(ORIGINS, NOW - timedelta(hours=5), NOW), "directory; its last event was 5 h ago."),
        (NeverHeard(ORIGINS, SINCE), "Tokens made before September 2024 log nothing, so this may be normal."),
        (NeverHeard(ORIGINS, SINCE, NOW), "AWS refused what it sent on 2026-11-28"),
        (NeverHeard(ORIGINS, SINCE, NOW), "Look at the token and the provisioning job there."),
        (replace(SILENT, refused=NOW), "AWS refused what it sent on 2026-11-28"),
        (TooEarly(ORIGINS, SINCE), "no event from it is known. leaverbot has watched only since 2026-11-20"),
        (CouldNotLook(ORIGINS, "AWS denied it."), "is not known. CloudTrail could not be read. AWS denied it."),
        (CouldNotLook(ORIGINS), "LEAVERBOT_EVENTS_QUEUE_URL"),
    ],
    ids=lambda value: "" if isinstance(value, str) else type(value).__name__,
)
def test_everything_that_can_be_known_of_the_directory_has_its_own_words(found: Provisioning, said: str) -> None:
    text = finding(found)
    assert said in text
    assert ("token" in text.lower()) == isinstance(found, Silent | NeverHeard)


@pytest.mark.parametrize(
    ("users", "external", "said"),
    [
        (3, 3, "All users come"),
        (200, 199, "99 % of users come"),
        (200, 1, "Less than 1 % of users come"),
        (9, 0, "No user comes from a directory"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_none(users: int, external: int, said: str) -> None:
    assert share(Origins(NOW, users, external)).startswith(said)


@given(watches, silences)
def test_whatever_is_known_is_said_in_whole_sentences(watch: ScimWatch, silence: timedelta) -> None:
    text = finding(judge(watch, NOW, silence))
    assert text.endswith(".") or "denied" in text
    assert text[0].isupper() or text[0].isdigit()
    assert "None" not in text
    assert "  " not in text


def test_status_names_the_issuers_as_they_are_and_harmless() -> None:
    drawn = status_message(replace(WELL, directory=SILENT))
    assert check_message(drawn.blocks) is None
    assert "`https://scim.aws.com/&lt;!channel&gt;` 1,234" in words_in(drawn)


def test_the_summary_tells_of_a_silent_directory_and_of_nothing_else() -> None:
    assert "its last event was 19 days ago" in words_in(summary_message(replace(SUMMARY, directory=SILENT)))
    assert "Directory" not in words_in(summary_message(SUMMARY))
