"""What people read about the company directory."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core import kinds
from bot.core.directory.outlook import DirectoryKind, Outlook
from bot.slack.dialogs.dialog import dialog_view
from bot.slack.wording.directory import next_step
from tests.slack.test_dialogs import DELETE, words_of

DECEMBER = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)
BY_ENTRA = Outlook(DirectoryKind.ENTRA, DECEMBER)
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
    shown = next_step(Outlook(kind))
    assert said in shown
    assert shown.endswith(COMES_BACK)
    assert "date^" not in shown


@pytest.mark.parametrize("kind", [kinds.DETAILS, kinds.DELETE])
def test_details_and_the_plan_of_a_delete_say_what_the_directory_does_next(kind: kinds.Dialog) -> None:
    view = replace(DELETE, kind=kind)
    assert next_step(BY_ENTRA) in words_of(dialog_view(replace(view, outlook=BY_ENTRA)))
    assert COMES_BACK not in words_of(dialog_view(view))
