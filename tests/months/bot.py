"""The bot as a process: the real services and store over the fakes, without the engine, one look at everything a time."""

import tempfile
import traceback
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.actions import Action
from bot.core.authorization import DenyRules, DenyStrategy, Rules
from bot.core.cases import Change
from bot.core.errors import LeaverbotError
from bot.core.kinds import IN_LINE
from bot.core.rules.rules import AutoRules
from bot.core.scan.coverage import Scan
from bot.services.actions.carry_out import Progress, step
from bot.services.context import Context
from bot.services.events.reading import read_due
from bot.services.events.work import gather
from bot.services.rules import limits
from bot.services.rules.carry import carry_rules
from bot.services.scan.run import request_scan, run_scan
from bot.store.store import SqlStore
from tests import event_records
from tests.databases import quick_store
from tests.fakes.events import FakeEvents
from tests.in_line import sync
from tests.months.aws import Killed
from tests.months.channel import WatchedChat
from tests.months.company import Company
from tests.months.elsewhere import Elsewhere
from tests.months.history import Asked, Began, History, Saved
from tests.stand_ins import context_over

ALICE = "U1"
# More rounds of one look at everything mean that something goes on for ever.
ROUNDS = 60


class InLine(Executor):
    """Does everything at once, in this thread: what a scan reads comes in the same order every time."""

    def submit(self, work: Any, /, *args: Any, **more: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(work(*args, **more))
        except Exception as error:  # noqa: BLE001 - as a pool does: it is raised where the result is asked for
            future.set_exception(error)
        return future


class Loud:
    """A log that remembers what nobody foresaw."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def info(self, _event: str, **_more: Any) -> None: ...

    def exception(self, event: str, **_more: Any) -> None:
        self.heard.append(f"{event}: {traceback.format_exc()}")


@contextmanager
def in_one_thread() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in ("scan.scanner", "scan.gathering", "events.people"):
            patch.setattr(f"bot.services.{module}.readers", InLine)
        loud = Loud()
        patch.setattr("bot.services.rules.carry.log", loud)
        yield
        assert not loud.heard, loud.heard


@dataclass(frozen=True)
class Settings:
    """What the people who run the bot decided."""

    rules: AutoRules = field(default_factory=AutoRules)
    protected: frozenset[str] = frozenset()
    tenant: bool = False
    watch_only: bool = False
    dry_run: bool = False
    deny_ready: bool = True
    run_as: bool = False
    scan_every: timedelta = timedelta(days=1)
    events: bool = False


class Bot:
    """`down`: it does not run."""

    def __init__(self, company: Company, history: History, settings: Settings, folder: Path) -> None:
        self.company, self.clock, self.history, self.settings = company, company.clock, history, settings
        self.chat = WatchedChat(self.clock, history)
        self.queue, self.elsewhere = FakeEvents(), Elsewhere(self.clock, history)
        self._folder, self._databases, self._ids = folder, 0, 0
        self.down, self._scanned_at = False, datetime.min.replace(tzinfo=self.clock.true.tzinfo)
        self._moved_at: dict[str, datetime] = {}
        self.lose_database()

    def lose_database(self) -> None:
        if self._databases:
            self.store.close()
        self._databases += 1
        self.store = quick_store(self._folder / f"{self._databases}.db")
        self._watch(self.store)
        self.start()

    def start(self, **changed: Any) -> None:
        """A new process, with these settings changed."""
        self.settings = replace(self.settings, **changed)
        self.company.call_as_operator(self.settings.run_as)
        self.context = self._context()
        self._moved_at.clear()
        settings = self.settings
        self._add(
            Began(
                rules=settings.rules,
                protected=self._ids_of(settings.protected),
                tenant=settings.tenant,
                watch_only=settings.watch_only,
                dry_run=settings.dry_run,
                deny_ready=settings.deny_ready,
                database=self._databases,
                own=self.company.operator if settings.run_as else "",
            )
        )

    def _ids_of(self, names: frozenset[str]) -> frozenset[str]:
        return frozenset(user for user in self.company.people if self.company.name(user) in names)

    @property
    def next_scan(self) -> datetime:
        return self._scanned_at + self.settings.scan_every

    def work(self) -> None:
        """Everything a running process does now: scan if it is time, then look until nothing moves."""
        if self.down:
            return
        try:
            self._work()
        except Killed:
            self.company.aws.working.clear()
            self.start()

    def hear(self, name: str, user: str) -> None:
        """AWS says so in the events queue."""
        if self.settings.events and not self.company.aws.away and not self.clock.wrong:
            instance = self.company.aws.access.instance()
            body = event_records.console(name, user, self.clock.true, store=instance.identity_store_id)
            body["detail"]["recipientAccountId"] = self.company.org.management_account_id
            self.queue.put(body)

    def _work(self) -> None:
        if self.clock.true >= self.next_scan:
            self._scanned_at = self.clock.true
            with suppress(LeaverbotError):
                self.scan()
        if self.settings.events:
            with suppress(LeaverbotError):
                gather(self.context, self.queue, 0, settle_seconds=0)
                read_due(self.context)
        for _ in range(ROUNDS):
            if not self._round():
                return
        raise AssertionError("the bot never comes to rest")

    def scan(self) -> None:
        running = self.store.running_scans()
        run_scan(self.context, running[0].id if running else request_scan(self.context, "schedule")[0].id)

    def _round(self) -> bool:
        """One look at rules, messages and actions; whether anything moved."""
        calls, moved = self.chat.calls, 0
        with suppress(LeaverbotError):
            moved = carry_rules(self.context)
        moved += self._carry_out()
        sync(self.context)
        return moved > 0 or self.chat.calls > calls

    def _carry_out(self) -> bool:
        """One step of everything that is unfinished."""
        unfinished = self.store.unfinished_actions()
        limits.look_again(self.context, unfinished)
        parked = limits.not_now(self.context, unfinished)
        unfinished = [action for action in unfinished if action.id not in parked]
        in_line = [action for action in unfinished if action.kind in IN_LINE]
        alone = [[action] for action in unfinished if action.kind not in IN_LINE]
        moved = [self._step(actions) for actions in [in_line, *alone] if actions]
        return any(moved)

    def _step(self, actions: list[Action]) -> bool:
        aws, now = self.company.aws, self.clock.true
        idle = {one.id: (now - self._moved_at.setdefault(one.id, now)).total_seconds() for one in actions}
        aws.working = {action.user.id: action for action in actions}
        try:
            with suppress(LeaverbotError):
                progress = step(self.context, list(idle), idle)
                moved = [name for name, what in progress.items() if what in {Progress.MOVED, Progress.ENDED}]
                self._moved_at.update(dict.fromkeys(moved, now))
                return bool(moved)
            return False
        finally:
            aws.working = {}

    def _context(self) -> Context:
        settings = self.settings
        people = frozenset() if settings.watch_only else frozenset({ALICE})
        deny = DenyRules((self.company.policy,) if settings.deny_ready else (), DenyStrategy.SCP)
        rules = Rules(people, people, tuple(sorted(settings.protected)), deny, dry_run=settings.dry_run)
        aws = self.company.aws.anew()
        return context_over(
            self.store,
            clock=self.clock,
            aws=aws,
            chat=self.chat,
            rules=rules,
            auto_rules=settings.rules,
            carries_rules=True,
            trail=aws.trail,
            source=self.elsewhere if settings.tenant else None,
            new_id=self._new_id,
        )

    def _new_id(self) -> str:
        self._ids += 1
        return f"id-{self._ids}"

    def _watch(self, store: SqlStore) -> None:
        """Note what the store was told that was read."""
        save_scan, save_reads, add = store.save_scan, store.save_reads, store.add_announced_action

        def scan_saved(scan_id: str, scan: Scan, *more: Any, **others: Any) -> list[Change]:
            found = save_scan(scan_id, scan, *more, **others)
            self._note_saved(scan)
            return found

        def reads_saved(scan: Scan, *more: Any, **others: Any) -> list[Change]:
            found = save_reads(scan, *more, **others)
            self._note_saved(scan)
            return found

        def asked(announcement_id: str, action: Action) -> Action | None:
            found, user = add(announcement_id, action), action.user.id
            if found:
                aws, deny = self.company.aws, store.deny(user)
                true, denied = (aws.status(user), aws.severity(user)), deny is not None and deny.confirmed
                self._add(Asked(user, str(action.kind), action.by, action.id, *true, denied))
            return found

        store.save_scan, store.save_reads = scan_saved, reads_saved  # type: ignore[method-assign]  # to watch it
        store.add_announced_action = asked  # type: ignore[method-assign]  # to watch it

    def _note_saved(self, scan: Scan) -> None:
        people = {read.user.id: read.complete for read in scan.people}
        others = {user: str(seen) for user, seen in (scan.others or {}).items() if user not in people}
        users = scan.coverage.users_read if scan.coverage.user_list_complete else 0
        self._add(Saved(people, others, users, self.company.severities()))

    def _add(self, event: Began | Saved | Asked) -> None:
        self.history.add(self.clock.true, event)


@contextmanager
def memory() -> Iterator[Path]:
    """A folder in memory, for databases that need not survive."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)
