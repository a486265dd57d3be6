"""What Entra ID said of people, in the JSON documents of `leaverbot show` and `leaverbot status`."""

from datetime import datetime
from typing import Any

from bot.core.directory.source import ActiveThere, CouldNotLook, OffThere, SourceLook
from bot.core.directory.source_counts import CountedLooks, answer_of


def look_json(look: SourceLook | None) -> dict[str, Any] | None:
    """What Entra ID said of a person; null where leaverbot does not look."""
    if look is None:
        return None
    document: dict[str, Any] = {"answer": answer_of(look), "looked_at": _time(look.at)}
    match look.looked:
        case OffThere(_, until, name):
            return {**document, "name": name, "restorable_until": _time(until)}
        case ActiveThere(name):
            return {**document, "name": name}
        case CouldNotLook(why, said):
            return {**document, "why": why.value, "said": said}


def looks_json(counted: CountedLooks | None) -> dict[str, Any] | None:
    """How many disabled users have each answer; null where leaverbot does not look."""
    return {"answers": dict(counted.answers), "newest_look": _time(counted.newest)} if counted else None


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
