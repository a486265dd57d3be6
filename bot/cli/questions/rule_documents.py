"""The documents of `--json` about rules."""

from datetime import datetime
from typing import Any

from bot.cli.scan_output import user_json
from bot.core.rules.askers import rule_asker
from bot.core.rules.report import Awaited, RulesReport
from bot.core.rules.views import Foreseen, OnPerson


def rules_json(report: RulesReport) -> dict[str, Any]:
    return {
        "rules": list(report.rules),
        "start": bool(report.rules) and not report.watch_only,
        "did": [
            {"kind": str(kind), "state": str(state), "count": count} for (kind, state), count in report.did.items()
        ],
        "next_24_hours": [_awaited(one) for one in report.coming],
        "waits": [{"why": str(why), **_awaited(one)} for why, awaited in report.waits.items() for one in awaited],
        "asked_for": [
            {
                "action_id": action.id,
                "kind": str(action.kind),
                "user": user_json(action.user),
                "rule": rule_of(action.by),
            }
            for action in report.asked
        ],
        "stopped": [{"user": user_json(user), "by": stop.by, "at": _time(stop.at)} for user, stop in report.stopped],
    }


def _awaited(one: Awaited) -> dict[str, Any]:
    return {"user": user_json(one.user), **_foreseen(one.foreseen)}


def _foreseen(one: Foreseen) -> dict[str, Any]:
    return {"kind": str(one.kind), "rule": one.rule, "at": _time(one.acts_at), "announced": one.announced}


def on_person_json(rules: OnPerson) -> dict[str, Any]:
    return {
        "stopped_by": rules.stop.by if rules.stop else None,
        "stopped_at": _time(rules.stop.at) if rules.stop else None,
        "rules": [
            {**_foreseen(one), "why_not_now": str(one.why) if one.why else None, "never": one.never}
            for one in rules.foreseen
        ],
    }


def rule_of(who: str | None) -> str | None:
    """The rule, as it stands in the settings, if it was one and nobody."""
    asked = rule_asker(who or "")
    return asked.rule if asked else None


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
