"""The documents of `--json` about scheduled leaves."""

from typing import Any

from bot.cli.scan_output import user_json
from bot.core.leaves.leave import Leave
from bot.core.leaves.views import LeaveList


def leaves_json(found: LeaveList) -> dict[str, Any]:
    return {"leaves": [leave_json(view.leave) for view in found.leaves], "timezone": found.zone}


def leave_json(leave: Leave) -> dict[str, Any]:
    return {
        "id": leave.id,
        "user": user_json(leave.user),
        "at": leave.at.isoformat(),
        "revoke": leave.revoke,
        "state": str(leave.state),
        "dry_run": leave.dry_run,
        "scheduled_by": leave.by,
        "scheduled_at": leave.scheduled_at.isoformat(),
        "denied_at": leave.denied_at.isoformat() if leave.denied_at else None,
        "ended_at": leave.ended_at.isoformat() if leave.ended_at else None,
        "ended_by": leave.ended_by or None,
        "why": leave.why or None,
    }
