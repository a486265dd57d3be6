"""What Entra ID said, for programs."""

from datetime import UTC, datetime

import pytest

from bot.cli.questions.entra_document import look_json, looks_json
from bot.core.directory.source import ActiveThere, CouldNotLook, Looked, Off, OffThere, SourceLook, Unseen
from bot.core.directory.source_counts import ANSWERS, count

AT = datetime(2026, 11, 14, 9, 0, tzinfo=UTC)
TIME = "2026-11-14T09:00:00+00:00"


@pytest.mark.parametrize(
    ("looked", "document"),
    [
        (ActiveThere("dana@x"), {"answer": "active", "name": "dana@x"}),
        (OffThere(Off.DISABLED, None, "dana@x"), {"answer": "disabled", "name": "dana@x", "restorable_until": None}),
        (OffThere(Off.DELETED, AT, "dana@x"), {"answer": "deleted", "name": "dana@x", "restorable_until": TIME}),
        (
            CouldNotLook(Unseen.REFUSED, "No."),
            {"answer": "could_not_look", "why": "refused", "said": "No."},
        ),
    ],
)
def test_each_answer_is_told_apart(looked: Looked, document: dict[str, object]) -> None:
    assert look_json(SourceLook(looked, AT)) == {**document, "looked_at": TIME}


def test_where_nobody_looks_there_is_null_and_not_zero() -> None:
    assert look_json(None) is None
    assert looks_json(count({})) is None


def test_every_answer_is_counted() -> None:
    looks = {str(n): SourceLook(one, AT) for n, one in enumerate([ActiveThere(), CouldNotLook(Unseen.NOT_FOUND)])}
    answers = {**dict.fromkeys(ANSWERS, 0), "active": 1, "could_not_look": 1}
    assert looks_json(count(looks)) == {"answers": answers, "newest_look": TIME}
