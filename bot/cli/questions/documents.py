"""The documents of `--json`, for programs. Times are ISO 8601 in UTC; lists are complete."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.cli.directory_output import directory_json, iam_json
from bot.cli.leaves.documents import leave_json
from bot.cli.questions.entra_document import look_json, looks_json
from bot.cli.questions.rule_documents import on_person_json, rule_of, rules_json
from bot.cli.scan_output import coverage_json, grant_json, user_json
from bot.core.access.person_read import PersonRead
from bot.core.access.severity import Severity
from bot.core.actions import Action
from bot.core.cases import Case
from bot.core.deny.placed import PlacedDeny
from bot.core.history import Entry, History
from bot.core.models import Grant, Use, worst_first
from bot.core.scan.report import Summary
from bot.core.views import CaseList, DenyView, OrphanList, PersonView, UnusedList
from bot.services.questions.status import Status


def cases_json(found: CaseList) -> dict[str, Any]:
    return {
        "cases": [{**case_json(case), "deny": _denied(found, case.user.id)} for case in found.cases],
        "closed_to_review": found.to_review,
        "scan": coverage_json(found.last_scan) if found.last_scan else None,
        "scanning": found.scanning,
    }


def case_json(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "user": user_json(case.user),
        "state": str(case.state),
        "severity": str(case.severity),
        "opened_at": _time(case.opened_at),
        "disabled_at_the_latest": _time(case.disabled_by),
        "read_at": _time(case.read_at),
        "read_complete": case.read_complete,
        "used": _used(case.used),
        "reviewed_at": _time(case.reviewed_at),
        "reviewed_by": case.reviewed_by,
        "closed_at": _time(case.closed_at),
        "closed_reason": str(case.closed_reason) if case.closed_reason else None,
        "closed_by": case.closed_by,
        "closed_by_rule": rule_of(case.closed_by),
        "grants": _grants(case.grants, case.management_account_id),
    }


def person_json(person: PersonView) -> dict[str, Any]:
    read = person.read
    return {
        "user": user_json(read.user),
        "status": str(read.user.status),
        "severity": str(person.severity),
        "protected": person.protected,
        "grants": _grants(read.grants, person.management_account_id),
        "groups": [{"id": member.group.id, "name": member.group.name or None} for member in read.memberships],
        "complete": read.complete,
        "not_read": _unread(read),
        "used": _used(read.used),
        "case": case_json(person.case.case) if person.case else None,
        "deny": _deny(person.deny),
        "iam_users": iam_json(person.iam) if person.iam else None,
        "entra": look_json(person.source),
        "by_rule": on_person_json(person.rules),
    }


def history_json(history: History) -> dict[str, Any]:
    return {
        "user": user_json(history.user),
        "protected": history.protected,
        "entries": [_entry(entry) for entry in history.entries],
        "deny": _deny(history.deny),
    }


def unused_json(found: UnusedList) -> dict[str, Any]:
    return {
        "permission_sets": [
            {
                "arn": one.permission_set.arn,
                "name": one.permission_set.name or None,
                "unused_since_at_least": _time(one.since),
            }
            for one in found.sets
        ],
        "total": found.total,
        "read_at": _time(found.read_at),
    }


def orphans_json(found: OrphanList) -> dict[str, Any]:
    return {
        "orphans": [{"user_id": orphan.user_id, **grant_json(orphan.grant)} for orphan in found.orphans],
        "found_at": _time(found.found_at),
        "looked_for_all": found.looked_for_all,
        "scan": coverage_json(found.last_scan) if found.last_scan else None,
    }


def summary_json(summary: Summary) -> dict[str, Any]:
    return {
        "at": _time(summary.at),
        "since": _time(summary.since),
        "first": summary.first,
        "open": summary.open_now,
        "open_before": summary.open_before,
        "open_by_severity": {str(level): summary.open_by_severity.get(level, 0) for level in Severity},
        "opened": summary.opened,
        "closed": [
            {"reason": reason, "by": who, "rule": rule_of(who), "count": count} for reason, who, count in summary.closed
        ],
        "longest_disabled": case_json(summary.oldest) if summary.oldest else None,
        "median_seconds": summary.median_seconds,
        "worst_seconds": summary.worst_seconds,
        "used_and_open": summary.used_open,
        "to_review": [case_json(case) for case in summary.incidents],
        "denies": [_deny(deny) for deny in summary.denies],
        "denies_unconfirmed": summary.denies_unconfirmed,
        "directory": directory_json(summary.directory) if summary.directory else None,
        "scans": {
            "complete": summary.scans_complete,
            "failed": summary.scans_failed,
            "total": summary.scans_total,
            "last": coverage_json(summary.last_scan) if summary.last_scan else None,
        },
        "all_clear": summary.all_clear,
        "scheduled_leaves": [leave_json(view.leave) for view in summary.leaves],
        "by_rule": rules_json(summary.rules),
        **_stands_still(summary),
    }


def _stands_still(found: Status | Summary) -> dict[str, Any]:
    """What waits for an admin."""
    brake = found.brake
    return {
        "brake": {
            "engaged_at": _time(brake.brake.engaged_at),
            "disabled_between": [_time(brake.brake.disabled_after), _time(brake.brake.newest_at)],
            "people": brake.total,
            "still_disabled": brake.left,
        }
        if brake
        else None,
        "rules_wait": [
            {"why": str(view.hold.why), "since": _time(view.hold.made_at), "people": view.count} for view in found.holds
        ],
    }


def status_json(status: Status) -> dict[str, Any]:
    holder, events = status.holder, status.events
    return {
        "at": _time(status.at),
        "version": status.version,
        "checks": {name: why or "ok" for name, why in status.checks.items()},
        "wrong": status.wrong,
        "at_work": {
            "command": holder.command or None,
            "host": holder.host or None,
            "pid": holder.pid or None,
            "since": _time(holder.since),
        }
        if holder
        else None,
        "database": {"kind": status.database, "schema": status.schema},
        "scans": [coverage_json(scan) for scan in status.scans],
        "last_complete_scan": _time(status.last_complete),
        "scanning_since": _time(status.running.started_at) if status.running else None,
        "open_by_severity": {str(level): count for level, count in status.open_by_severity.items()},
        "events": {
            "listening_since": _time(events.listening_since),
            "heard_at": _time(events.heard_at),
            "newest_at": _time(events.newest_at),
            "leavers": events.leavers,
            "leavers_found_by_scan_first": events.found_by_scan,
            "average_seconds_after_scan": events.late.total_seconds() if events.late is not None else None,
            "average_delay_seconds": events.delay.total_seconds() if events.delay is not None else None,
            "counts": {str(what): count for what, count in events.counts.items()},
            "sources": dict(events.sources),
            "dropped": {str(why): count for why, count in events.dropped.items()},
        },
        "directory": directory_json(status.directory),
        "entra": looks_json(status.source),
        "denies": {
            "in_force": status.denies,
            "changed_by_somebody": status.denies_changed,
            "not_confirmed": status.denies_unconfirmed,
        },
        "scheduled_leaves": [leave_json(view.leave) for view in status.leaves],
        "by_rule": rules_json(status.rules),
        **_stands_still(status),
        "waiting": {
            "actions": [
                {
                    "id": action.id,
                    "kind": str(action.kind),
                    "user": user_json(action.user),
                    "state": str(action.state),
                    "asked_by": action.by,
                    "rule": rule_of(action.by),
                }
                for action in status.actions
            ],
            "messages": status.messages,
            "wishes": status.wishes,
            "people_to_read": events.waiting,
        },
    }


def _entry(entry: Entry) -> dict[str, Any]:
    told: dict[str, Any] = {"at": _time(entry.at), "what": str(entry.what), "who": entry.who or None}
    told |= {"rule": rule_of(entry.who)}
    if entry.case:
        told |= {"case_id": entry.case.id, "closed_reason": entry.case.closed_reason, "used": _used(entry.case.used)}
    if entry.change:
        told |= {"added": _grants(entry.change.added, None), "removed": _grants(entry.change.removed, None)}
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
        "checked_again_at": _time(action.verified_at),
        "left": _grants(action.left, None),
    }


def _denied(found: CaseList, user_id: str) -> str | None:
    if user_id in found.denied:
        return "everywhere"
    return "in_part" if user_id in found.denied_in_part else None


def _deny(deny: DenyView | None) -> dict[str, Any] | None:
    return deny_json(deny) | {"ends_at": _time(deny.ends_at)} if deny else None


def deny_json(deny: PlacedDeny) -> dict[str, Any]:
    return {
        "user": user_json(deny.user),
        "since": _time(deny.since),
        "by": deny.by,
        "rule": rule_of(deny.by),
        "reason": deny.reason or None,
        "changed_by_somebody": bool(deny.missing),
        "accounts": [
            {"id": cover.account.id, "name": cover.account.name, "blocked": cover.covered} for cover in deny.cover
        ],
    }


def _grants(grants: tuple[Grant, ...], management: str | None) -> list[dict[str, Any]]:
    return [grant_json(grant) for grant in worst_first(grants, management)]


def _unread(read: PersonRead) -> list[dict[str, str]]:
    return [{"what": problem.what, "why": problem.why} for problem in read.unread]


def _used(use: Use | None) -> dict[str, Any] | None:
    return {**asdict(use), "at": _time(use.at)} if use else None


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
