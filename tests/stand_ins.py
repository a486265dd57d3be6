"""What surrounds the services, for tests: a clock that tests move, work that is only noted, and a whole context."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.aws.requests.client import background
from bot.aws.requests.waits import Waits
from bot.core.actions import Asker
from bot.core.authorization import Rules
from bot.core.kinds import DETAILS
from bot.core.leaves.leave import Terms
from bot.ports import Clock
from bot.processes.connect_aws import connect_aws
from bot.services.context import Context
from bot.services.kinds import SERVICES
from bot.services.questions import details
from bot.slack.connection.client import SlackChat
from bot.slack.wording.reasons import sentence
from bot.store.store import SqlStore
from tests.fakes.aws import FakeAws

_numbers = itertools.count(1)


@dataclass
class StillClock:
    """Implements `ports.Clock`: stands still until a test moves it or somebody sleeps."""

    at: datetime = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.move(seconds=seconds)

    def move(self, **more: float) -> None:
        self.at += timedelta(**more)


def ticking(seconds: float = 0.01) -> Callable[[], float]:
    """A stopwatch that advances by this many seconds each time it is read."""
    ticks = itertools.count()
    return lambda: next(ticks) * seconds


@dataclass
class Noted:
    """Implements `ports.Work`: keeps what was started, for a test to carry out. `broken` may raise instead."""

    actions: list[str] = field(default_factory=list)
    scans: list[str] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)
    leaves: list[tuple[Asker, str, str, Terms]] = field(default_factory=list)
    broken: Callable[[], None] = lambda: None

    def start_action(self, action_id: str) -> None:
        self.broken()
        self.actions.append(action_id)

    def start_scan(self, scan_id: str) -> None:
        self.scans.append(scan_id)

    def start_dialog(self, dialog_id: str) -> None: ...

    def start_bulk_plan(self, bulk_id: str) -> None:
        self.plans.append(bulk_id)

    def start_show(self, asker: Asker, query: str) -> None: ...

    def start_unused(self, asker: Asker, *, may_delete: bool) -> None: ...

    def start_leave(self, asker: Asker, leave_id: str, query: str, terms: Terms) -> None:
        self.leaves.append((asker, leave_id, query, terms))

    def wake(self) -> None: ...


def new_id() -> str:
    return f"id-{next(_numbers)}"


def context_over(store: SqlStore, *, clock: Clock | None = None, aws: FakeAws | None = None, **others: Any) -> Context:
    """The context over this store and these fakes, or the AWS that the environment names. Nothing answers in place of
    Slack.
    """
    edge, clock = aws or connect_aws(), clock or StillClock()
    usual = {
        "directory": edge.directory,
        "access": edge.access,
        "deny": edge.deny,
        "identity": edge.identity,
        "chat": SlackChat("xoxb-1", "http://127.0.0.1:9/api/", "C1"),
        "work": Noted(),
        "background": aws.background if aws else background,
        "waits": Waits(clock.now),
        "words": sentence,
        "rules": Rules(),
        "new_id": new_id,
        "kinds": SERVICES,
        "looks": {DETAILS: details.preview},
    }
    return Context(**{**usual, **others}, store=store, clock=clock)
