"""The documents of `leaverbot status --json` and `leaverbot summary --json`."""

from collections.abc import Mapping
from dataclasses import asdict
from itertools import zip_longest
from typing import Any

from bot.cli.directory_output import directory_json
from bot.cli.leaves.documents import leave_json
from bot.cli.questions.documents import case_json, deny_view_json, time_json
from bot.cli.questions.entra_document import looks_json
from bot.cli.questions.rule_documents import rule_of, rules_json
from bot.cli.scan_output import coverage_json, user_json
from bot.core.access.severity import Severity
from bot.core.installation import Installation
from bot.core.scan.report import Summary
from bot.ports import Holder
from bot.services.questions.status import Status


def summary_json(summary: Summary) -> dict[str, Any]:
    return {
        "at": time_json(summary.at),
        "since": time_json(summary.since),
        "first": summary.first,
        "open": summary.open_now,
        "open_before": summary.open_before,
        "open_by_severity": {str(level): summary.open_by_severity.get(level, 0) for level in Severity},
        "open_by_severity_before": _counts(summary.severity_before),
        "opened": summary.opened,
        "closed": [
            {"reason": reason, "by": who, "rule": rule_of(who), "count": count} for reason, who, count in summary.closed
        ],
        "longest_disabled": case_json(summary.oldest) if summary.oldest else None,
        "longest": [case_json(case) for case in summary.longest],
        "median_seconds": summary.median_seconds,
        "worst_seconds": summary.worst_seconds,
        "week": asdict(summary.week),
        "four_weeks": asdict(summary.four_weeks),
        "used_and_open": summary.used_open,
        "to_review": [case_json(case) for case in summary.incidents],
        "denies": [deny_view_json(deny) for deny in summary.denies],
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


def _counts(counts: Mapping[Severity, int] | None) -> dict[str, int] | None:
    """How many of each severity; null where that is not known."""
    return {str(level): count for level, count in counts.items()} if counts is not None else None


def status_json(status: Status) -> dict[str, Any]:
    return {
        "at": time_json(status.at),
        "version": status.version,
        "checks": {name: why or "ok" for name, why in status.checks.items()},
        "wrong": status.wrong,
        "at_work": _holder(status.holder) if status.holder else None,
        "database": {"kind": status.database, "schema": status.schema},
        "scans": [
            {"id": scan_id, **coverage_json(scan)}
            for scan_id, scan in zip_longest(status.scan_ids, status.scans)
            if scan
        ],
        "last_complete_scan": time_json(status.last_complete),
        "scanning_since": time_json(status.running.started_at) if status.running else None,
        "open_by_severity": {str(level): count for level, count in status.open_by_severity.items()},
        "events": _events(status),
        "directory": directory_json(status.directory),
        "entra": looks_json(status.source),
        "denies": {
            "in_force": status.denies,
            "changed_by_somebody": status.denies_changed,
            "not_confirmed": status.denies_unconfirmed,
            "policies": list(status.deny_policies),
        },
        "scheduled_leaves": [leave_json(view.leave) for view in status.leaves],
        "by_rule": rules_json(status.rules),
        **_stands_still(status),
        "slack": _installation(status.installation) if status.installation else None,
        "waiting": _waiting(status),
    }


def _installation(found: Installation) -> dict[str, Any]:
    """How leaverbot is installed in Slack; null where that is not known."""
    return {
        "missing_scopes": None if found.missing is None else list(found.missing),
        "channel_public": found.public,
        "channel_shared_with_others": found.shared,
    }


def _holder(holder: Holder) -> dict[str, Any]:
    """Which process works on the database."""
    return {
        "command": holder.command or None,
        "host": holder.host or None,
        "pid": holder.pid or None,
        "since": time_json(holder.since),
    }


def _events(status: Status) -> dict[str, Any]:
    events = status.events
    return {
        "listening_since": time_json(events.listening_since),
        "heard_at": time_json(events.heard_at),
        "newest_at": time_json(events.newest_at),
        "leavers": events.leavers,
        "leavers_found_by_scan_first": events.found_by_scan,
        "average_seconds_after_scan": events.late.total_seconds() if events.late is not None else None,
        "average_delay_seconds": events.delay.total_seconds() if events.delay is not None else None,
        "counts": {str(what): count for what, count in events.counts.items()},
        "sources": dict(events.sources),
        "dropped": {str(why): count for why, count in events.dropped.items()},
    }


def _waiting(status: Status) -> dict[str, Any]:
    actions = [
        {
            "id": action.id,
            "kind": str(action.kind),
            "user": user_json(action.user),
            "state": str(action.state),
            "asked_by": action.by,
            "rule": rule_of(action.by),
        }
        for action in status.actions
    ]
    return {
        "actions": actions,
        "messages": status.messages,
        "wishes": status.wishes,
        "people_to_read": status.events.waiting,
    }


def _stands_still(found: Status | Summary) -> dict[str, Any]:
    """What waits for an admin."""
    brake = found.brake
    return {
        "brake": {
            "engaged_at": time_json(brake.brake.engaged_at),
            "disabled_between": [time_json(brake.brake.disabled_after), time_json(brake.brake.newest_at)],
            "people": brake.total,
            "still_disabled": brake.left,
        }
        if brake
        else None,
        "rules_wait": [
            {"why": str(view.hold.why), "since": time_json(view.hold.made_at), "people": view.count}
            for view in found.holds
        ],
    }
