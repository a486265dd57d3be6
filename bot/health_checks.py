"""What the health port asks the running bot: each check says what is wrong, or "" when all is well."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

import structlog

from bot.core.errors import LeaverbotError, StoreUnreadable, new_reference
from bot.core.scan.coverage import Coverage, ScanStatus
from bot.core.text import listed, plural
from bot.engine.engine import Engine
from bot.engine.projector import Progress, Projector
from bot.services.context import Context
from bot.services.events.trouble import known_trouble
from bot.services.readiness import check_aws
from bot.services.rules.holds import has_looked, reach_now
from bot.services.rules.unposted import unposted

log = structlog.get_logger(__name__)

Check = Callable[[], str]
# For a process whose start time does not matter.
LONG_AGO = datetime.min.replace(tzinfo=UTC)
# A loop whose round takes longer is stuck, in minutes: the slowest waits for Slack's rate limits.
LONGEST_ROUND_MINUTES = 10
# A message that waits longer than this to be shown, in seconds, is not just one of Slack's moods.
LATE_SECONDS = 300.0
# The name under which the database keeps the time of the last write test.
WRITTEN = "last write test"


@dataclass(frozen=True, slots=True)
class Work:
    """What carries out the work once the database is open."""

    context: Context
    engine: Engine
    projector: Projector


def ask_all(checks: Mapping[str, Check]) -> dict[str, str]:
    """What each check says. One that fails counts as not well."""
    return {name: _ask(name, check) for name, check in checks.items()}


def _ask(name: str, check: Check) -> str:
    try:
        return check()
    except LeaverbotError as error:
        return str(error)
    except Exception:  # a health check answers whatever happens
        reference = new_reference()
        log.exception("a health check failed", check=name, reference=reference)
        return f"could not be checked (reference {reference})"


class Loop(Protocol):
    """A thread that does something again and again. `round_ended`: when it last did, by the monotonic clock."""

    @property
    def round_ended(self) -> float: ...

    @property
    def alive(self) -> bool: ...


def stalled(loop: Loop) -> str:
    """Whether the loop has ended or is stuck."""
    minutes = (time.monotonic() - loop.round_ended) / 60
    if not loop.alive:
        return "has ended"
    return f"has not ended a round for {minutes:.0f} minutes" if minutes > LONGEST_ROUND_MINUTES else ""


def progress(work: Work | None, upkeep: Mapping[str, Loop], started_at: datetime) -> dict[str, Check]:
    """Whether the loops of this process make progress; one that has not started yet is not asked."""
    loops = {f"{name} loop": loop for name, loop in upkeep.items()}
    if work:
        loops |= {"projector": work.projector, **{f"{lane.name} lane": lane for lane in work.engine.lanes}}
    asked: dict[str, Check] = {name: partial(stalled, loop) for name, loop in loops.items()}
    if work:
        asked["schedule"] = partial(schedule_stopped, work.context, work.engine, started_at)
    return asked


def in_time(work: Work, started_at: datetime) -> dict[str, Check]:
    """Whether stored messages are shown, unfinished work continues, and scheduled work is done."""
    return {
        "actions": lambda: left_alone(work.context),
        "messages": lambda: unshown(work.projector.progress),
        "scans": lambda: scans_behind(work.context, started_at),
        "rules": lambda: rules_behind(work.context, started_at),
    }


def from_outside(context: Context) -> dict[str, Check]:
    """What another process than the running bot can check; the store has been opened already."""
    return {
        "database": lambda: "",
        "aws": lambda: _answers(context),
        "actions": lambda: left_alone(context),
        "scans": lambda: scans_behind(context, LONG_AGO),
        "rules": lambda: rules_behind(context, LONG_AGO),
        "events": lambda: known_trouble(context),
    }


def _answers(context: Context) -> str:
    check_aws(context.access, context.deny, context.rules.deny.policy_ids)
    return ""


def schedule_stopped(context: Context, engine: Engine, started_at: datetime) -> str:
    """Whether neither of the last two scans that were due has even begun."""
    due = context.scan_due(context.scan_due(context.clock.now()))
    if due < started_at or (engine.ticked_at and engine.ticked_at >= due):
        return ""
    return f"no scan has begun since {due:%d %b %H:%M %Z}, when one was due"


def scans_behind(context: Context, started_at: datetime) -> str:
    """Whether the last two scans failed, or none has been complete since one was due.

    A single failure between two that did not fail does not count; a process that just started is given two turns.
    """
    last_two = context.store.newest_scans(2)
    if len(last_two) == 2 and all(scan.status is ScanStatus.FAILED for scan in last_two):
        return f"the last two scans failed: {_why(last_two[0])}"
    due = context.scan_due(context.scan_due(context.clock.now()))
    complete = context.store.last_complete_scan()
    if due < started_at or (complete and complete >= due):
        return ""
    ended = f"the last one ended {complete:%d %b %H:%M} UTC" if complete else "there never was one"
    why = f"; the newest scan is {last_two[0].status}: {_why(last_two[0])}" if last_two else ""
    return f"no complete scan since {due:%d %b %H:%M %Z}, when one was due: {ended}{why}"


def rules_behind(context: Context, started_at: datetime) -> str:
    """What keeps rules from acting that people should know of: announcements that are not in Slack, or no scan that has
    listed all users since the rules were set.
    """
    late = unposted(context)
    if late:
        many = "1 announcement is" if len(late) == 1 else f"{len(late)} announcements are"
        return f"{many} not in Slack yet, the oldest made {late[0].made_at:%d %b %H:%M} UTC; their rules wait"
    due = context.scan_due(context.scan_due(context.clock.now()))
    if due < started_at or not reach_now(context).acts or has_looked(context):
        return ""
    return "rules wait for a scan that lists all users: there has been none since they were set"


def _why(scan: Coverage) -> str:
    first = next(iter(scan.problems), None)
    return f"{first.what}: {first.why}" if first else "no reason is known"


def unshown(progress: Progress) -> str:
    """Whether a message has waited too long to be shown in Slack."""
    if progress.longest < LATE_SECONDS:
        return ""
    many = "1 message waits" if progress.waiting == 1 else f"{progress.waiting} messages wait"
    why = f": {progress.trouble}" if progress.trouble else ""
    return f"{many} to be shown, the oldest for {progress.longest / 60:.0f} minutes{why}"


def left_alone(context: Context) -> str:
    """Which unfinished actions cannot be continued, because this version cannot read them."""
    unreadable = context.store.unreadable_actions()
    many = plural(len(unreadable), "unfinished action")
    return f"{many} cannot be continued: {StoreUnreadable()} Ids: {listed(unreadable)}" if unreadable else ""


def is_written(context: Context) -> str:
    """Whether the database can be written. Raises StoreError if it cannot."""
    now = context.clock.now()
    context.store.remember(WRITTEN, json.dumps(now.timestamp()), now)
    return ""
