"""The documents of `--json`, for programs. Times are ISO 8601 in UTC; lists are complete."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.cli.directory_output import iam_json
from bot.cli.leaves.documents import leave_json
from bot.cli.questions.entra_document import look_json
from bot.cli.questions.rule_documents import on_person_json, rule_of
from bot.cli.scan_output import coverage_json, grant_json, user_json
from bot.core.access.person_read import PersonRead
from bot.core.actions import Action
from bot.core.cases import Case
from bot.core.deny.placed import PlacedDeny
from bot.core.history import Entry, History
from bot.core.lists.views import DenyMark, ListPage
from bot.core.models import Grant, Use, worst_first
from bot.core.views import DenyView, OrphanList, PersonView, UnusedList

# What is said of somebody's emergency deny; null without one.
_DENIES = {DenyMark.EVERYWHERE: "everywhere", DenyMark.IN_PART: "in_part"}


def list_json(found: ListPage, top: int | None) -> dict[str, Any]:
    """The first `top` of the list, or all of it."""
    return {
        "cases": [{**case_json(row.case), "deny": _DENIES.get(row.deny)} for row in found.rows[:top]],
        "closed_to_review": found.to_review,
        "scan": coverage_json(found.last_scan) if found.last_scan else None,
        "scanning": found.scanning,
        "filter": str(found.filter),
        "matching": found.total,
    }


def case_json(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "user": user_json(case.user),
        "state": str(case.state),
        "severity": str(case.severity),
        "opened_at": time_json(case.opened_at),
        "disabled_at_the_latest": time_json(case.disabled_by),
        "read_at": time_json(case.read_at),
        "read_complete": case.read_complete,
        "used": _used(case.used),
        "reviewed_at": time_json(case.reviewed_at),
        "reviewed_by": case.reviewed_by,
        "closed_at": time_json(case.closed_at),
        "closed_reason": str(case.closed_reason) if case.closed_reason else None,
        "closed_by": case.closed_by,
        "closed_by_rule": rule_of(case.closed_by),
        "grants": grants_json(case.grants, case.management_account_id),
    }


def person_json(person: PersonView) -> dict[str, Any]:
    read = person.read
    return {
        "user": user_json(read.user),
        "status": str(read.user.status),
        "severity": str(person.severity),
        "protected": person.protected,
        "grants": grants_json(read.grants, person.management_account_id),
        "groups": [{"id": member.group.id, "name": member.group.name or None} for member in read.memberships],
        "complete": read.complete,
        "not_read": _unread(read),
        "used": _used(read.used),
        "case": case_json(person.case.case) if person.case else None,
        "deny": deny_view_json(person.deny),
        "iam_users": iam_json(person.iam) if person.iam else None,
        "entra": look_json(person.source),
        "by_rule": on_person_json(person.rules),
    }


def history_json(history: History) -> dict[str, Any]:
    return {
        "user": user_json(history.user),
        "protected": history.protected,
        "entries": [_entry(entry) for entry in history.entries],
        "deny": deny_view_json(history.deny),
    }


def unused_json(found: UnusedList) -> dict[str, Any]:
    return {
        "permission_sets": [
            {
                "arn": one.permission_set.arn,
                "name": one.permission_set.name or None,
                "unused_since_at_least": time_json(one.since),
            }
            for one in found.sets
        ],
        "total": found.total,
        "read_at": time_json(found.read_at),
    }


def orphans_json(found: OrphanList) -> dict[str, Any]:
    return {
        "orphans": [{"user_id": orphan.user_id, **grant_json(orphan.grant)} for orphan in found.orphans],
        "found_at": time_json(found.found_at),
        "looked_for_all": found.looked_for_all,
        "scan": coverage_json(found.last_scan) if found.last_scan else None,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    told: dict[str, Any] = {"at": time_json(entry.at), "what": str(entry.what), "who": entry.who or None}
    told |= {"rule": rule_of(entry.who)}
    if entry.case:
        told |= {"case_id": entry.case.id, "closed_reason": entry.case.closed_reason, "used": _used(entry.case.used)}
    if entry.change:
        told |= {"added": grants_json(entry.change.added, None), "removed": grants_json(entry.change.removed, None)}
    if entry.action:
        told |= _action(entry.action)
    if entry.leave:
        told |= {"leave": leave_json(entry.leave)}
    if entry.refusal:
        told |= {"kind": entry.refusal.what, "text": entry.refusal.reason}
    if entry.rule:
        told |= {"kind": entry.rule.what, "text": entry.rule.reason}
    return {**told, "text": entry.text} if entry.text else told


def _action(action: Action) -> dict[str, Any]:
    return {
        "action_id": action.id,
        "kind": str(action.kind),
        "state": str(action.state),
        "dry_run": action.dry_run,
        "reason": action.reason or None,
        "message": action.message or None,
        "done": action.done,
        "operations": len(action.outcomes),
        "checked_again_at": time_json(action.verified_at),
        "left": grants_json(action.left, None),
    }


def deny_view_json(deny: DenyView | None) -> dict[str, Any] | None:
    return deny_json(deny) | {"ends_at": time_json(deny.ends_at)} if deny else None


def deny_json(deny: PlacedDeny) -> dict[str, Any]:
    return {
        "user": user_json(deny.user),
        "since": time_json(deny.since),
        "by": deny.by,
        "rule": rule_of(deny.by),
        "reason": deny.reason or None,
        "changed_by_somebody": bool(deny.missing),
        "accounts": [
            {"id": cover.account.id, "name": cover.account.name, "blocked": cover.covered} for cover in deny.cover
        ],
    }


def grants_json(grants: tuple[Grant, ...], management: str | None) -> list[dict[str, Any]]:
    return [grant_json(grant) for grant in worst_first(grants, management)]


def _unread(read: PersonRead) -> list[dict[str, str]]:
    return [{"what": problem.what, "why": problem.why} for problem in read.unread]


def _used(use: Use | None) -> dict[str, Any] | None:
    return {**asdict(use), "at": time_json(use.at)} if use else None


def time_json(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
