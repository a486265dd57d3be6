"""Trouble with AWS's events: late, lost, duplicated, or a queue out of reach. The next scan finds what they miss."""

from collections.abc import Callable

from bot.playground.identity_center import Organization
from bot.playground.trouble_kind import INTERNAL, Kind

LATE_SECONDS = 20.0


def event_kinds(org: Organization, aws_fault: Callable[..., Callable[[], bool]]) -> list[Kind]:
    """The kinds of an organization with a rule. `aws_fault` orders a fault and returns whether it is still active."""
    return [
        Kind(
            "events_late",
            "Events",
            f"AWS's events arrive {LATE_SECONDS:.0f} seconds late",
            "Then disable somebody. Real AWS takes about 5 minutes on average, and promises no time.",
            lambda: _go_wrong(org, "delay_seconds", LATE_SECONDS),
        ),
        Kind(
            "events_lost",
            "Events",
            "The next 2 events are lost",
            "Then disable somebody: the next scan, within a minute, still finds them.",
            lambda: _go_wrong(org, "lose", 2),
        ),
        Kind(
            "events_twice",
            "Events",
            "Every event arrives twice",
            "Then disable somebody: there is still only one alert.",
            lambda: _go_wrong(org, "double", None),
        ),
        Kind(
            "queue",
            "Events",
            "The events queue cannot be reached",
            "Until you clear this, only scans find people. Then leaverbot reads what is in the queue.",
            lambda: aws_fault("sqs.*", code=INTERNAL, message="Internal error", times=None),
        ),
    ]


def _go_wrong(org: Organization, what: str, how: float | None) -> Callable[[], bool]:
    for rule in org.bus.rules:
        setattr(rule, what, how)
    return lambda: any(getattr(rule, what) != 0 for rule in org.bus.rules)
