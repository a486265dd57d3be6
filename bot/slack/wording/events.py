"""How well AWS's events arrive, in a sentence or two."""

from datetime import datetime

from bot.core.events.counts import Counted, EventCounts
from bot.core.text import plural
from bot.slack.wording.text import took


def how_alive(counts: EventCounts, now: datetime, trouble: str = "") -> str:
    """Whether events arrive, when the newest happened, and whom scans found first. `trouble`: why the queue cannot be
    read now.
    """
    if trouble:
        return f"the queue cannot be read: {trouble} Scans go on."
    if counts.listening_since is None:
        return "not used; scans find everything."
    if counts.newest_at is None:
        return "alive, none came yet."
    ago = took((now - counts.newest_at).total_seconds())
    late = f" Events take {took(counts.delay.total_seconds())} to get here on average." if counts.delay else ""
    return f"alive, newest {ago} ago; {_missed(counts)}{late}"


def _missed(counts: EventCounts) -> str:
    if not counts.leavers:
        return "nobody was disabled since."
    some = f"{counts.found_by_scan:,} of {plural(counts.leavers, 'leaver')}"
    were = "was" if counts.found_by_scan == 1 else "were"
    missed = f"{some} {were} found by the scan first"
    if not counts.late:
        return f"{missed}."
    came = plural(counts.of(Counted.LATE), "event")
    return f"{missed}; {came} came {took(counts.late.total_seconds())} after it on average."
