"""The documents of `--json` about what was asked for many people at once."""

from collections.abc import Sequence
from typing import Any

from bot.cli.bulks.results import ShownBulk, undo_of
from bot.cli.questions.documents import time_json
from bot.cli.scan_output import user_json
from bot.core.actions import Action
from bot.core.bulk.next_step import BulkResult, counts


def bulks_json(found: Sequence[ShownBulk]) -> dict[str, Any]:
    return {"bulks": [_summary(one) for one in found]}


def bulk_json(shown: ShownBulk) -> dict[str, Any]:
    """One of them with each of its people."""
    people = [_person(result, shown.actions.get(result.person.number)) for result in shown.results]
    return {**_summary(shown), "people": people}


def _summary(shown: ShownBulk) -> dict[str, Any]:
    bulk, found = shown.bulk, counts(shown.results)
    return {
        "id": bulk.id,
        "kind": str(bulk.kind),
        "bulk_state": str(bulk.state),
        "filter": bulk.filter_text,
        "asked_by": bulk.by,
        "made_at": time_json(bulk.made_at),
        "began_at": time_json(bulk.began_at),
        "ended_at": time_json(bulk.ended_at),
        "stopped_by": bulk.stopped_by or None,
        "dry_run": bulk.dry_run,
        "raises_limit": bulk.raises_limit,
        "count": found.total,
        "done": found.done,
        "not_done": found.not_done,
        "left": found.left,
    }


def _person(result: BulkResult, action: Action | None) -> dict[str, Any]:
    person = result.person
    return {
        "user": user_json(person.user),
        "case_id": person.case_id,
        "action_id": action.id if action else None,
        "fate": str(result.fate),
        "state": str(result.state) if result.state else None,
        "left_out": str(person.left_out) if person.left_out else None,
        "why": result.why or None,
        "undo": undo_of(action),
    }
