"""One process at work on a database: lock, store, AWS, engine, and Slack if it has Slack settings.

`leaverbot run`, `leaverbot once`, Lambda and every command that changes something are built on it.
"""

import contextlib
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import TracebackType
from typing import Self, TypeVar

import structlog

from bot import __version__
from bot.aws.events_queue import SqsQueue
from bot.clock import SystemClock
from bot.core.errors import AwsError, LockLost, SettingsError, StoreError, StoreUnavailable
from bot.engine.engine import Engine
from bot.engine.event_worker import EventWorker
from bot.engine.projector import Projector
from bot.engine.upkeep import EVERY_SECONDS, Upkeep
from bot.ports import DenyPolicy, Work
from bot.processes.connect_aws import connect_aws
from bot.processes.connect_entra import connect_source
from bot.processes.context import make_context
from bot.processes.database_lock import DatabaseLock
from bot.services.bulk.carry import look_after as carry_bulks
from bot.services.context import Context
from bot.services.events.trouble import note_trouble
from bot.services.events.work import take_all
from bot.services.kinds.deny.expiry import check_enabled
from bot.services.leaves.carry import look_after
from bot.services.messages.projection import Task, due, show
from bot.services.readiness import check_aws
from bot.services.rules.carry import try_rules
from bot.services.scan.progress import Progress, log_progress
from bot.services.wishes import WishTaker
from bot.settings import SlackSettings, WorkSettings
from bot.slack.connection.client import SlackChat
from bot.slack.connection.no_chat import NoChat
from bot.store.database.connection import connect_durable, normal_url
from bot.store.store import SqlStore

log = structlog.get_logger(__name__)
T = TypeVar("T")

# How long a stop waits for what is under way, in seconds; the rest is left to the next start.
STOP_SECONDS = 4
# How often old workflows, dialogs and messages are deleted, in seconds.
PRUNE_SECONDS = 3600.0
# How often to look for requests from terminals, in seconds: one query of a small table.
WISH_SECONDS = 0.75
# How often rules look whether it is time for something, in seconds. They also look right after people were read.
RULE_SECONDS = 10.0
# How often to look whether a scheduled leave is due, in seconds.
LEAVE_SECONDS = 5.0
# How often to look whether an action on many people gets on, in seconds: one query of an index while there is none.
BULK_SECONDS = 1.0
# Alerts of cases that closed longer ago are not redrawn when the settings change.
REDRAW = timedelta(days=7)


class Process:
    """`open`, then `begin`, then `stop`; as a context manager, all three.

    `command`: what others see as the lock's holder, for example "run". `schedules`: as for `Engine.start`; none
    by default. `on_lost` is called once, on any thread, when the lock is lost: nothing more is changed in AWS or shown
    in Slack, and the process should end. `scan_progress` is told how far a scan is.
    `carries_rules`: it does by itself what the settings say.
    """

    def __init__(
        self,
        settings: WorkSettings,
        command: str,
        *,
        schedules: Mapping[str, tuple[str, str]] | None = None,
        on_lost: Callable[[LockLost], None] = lambda _error: None,
        scan_progress: Callable[[Progress], None] = log_progress,
        carries_rules: bool = False,
    ) -> None:
        self._settings, self._schedules = settings, dict(schedules or {})
        self._scan_progress, self._carries_rules = scan_progress, carries_rules
        self.clock = SystemClock()
        self.lock = DatabaseLock(settings.database_url, command, on_lost)
        self.aws = connect_aws(
            settings.instance_arn,
            dry_run=settings.dry_run,
            may_change=self.lock.check,
            account_access=settings.account_access,
        )
        self.slack = _slack_chat(settings)
        self.source = connect_source(settings)
        self.projector: Projector | None = None
        self._queue = SqsQueue(self.aws.aws, settings.events_queue_url) if settings.events_queue_url else None
        self.events: EventWorker | None = None
        self.upkeep: dict[str, Upkeep] = {}
        self._store: SqlStore | None = None
        self._context: Context | None = None
        self._engine: Engine | None = None
        self._pruned_at = 0.0
        self._wishes: WishTaker | None = None
        # In a command, the one bulk that it begins and carries on; others are left to those who asked for them.
        self.own_bulk = ""

    def __enter__(self) -> Self:
        try:
            self.open()
            self.begin()
        except BaseException:  # whatever it was, the lock must not stay taken
            self.stop(0)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def lost(self) -> LockLost | None:
        """Why the lock is gone, once it is."""
        return self.lock.lost

    @property
    def store(self) -> SqlStore:
        return _begun(self._store)

    @property
    def context(self) -> Context:
        return _begun(self._context)

    @property
    def engine(self) -> Engine:
        return _begun(self._engine)

    def open(self) -> SqlStore:
        """Take the lock, then bring the database up to date. May be tried again after an error.

        Raises Held, SettingsError for what a person must change, and StoreUnavailable for what may pass.
        """
        try:
            self.lock.take()
            if self._store is None:
                self._store = SqlStore.open(self._settings.database_url)
        except StoreUnavailable:
            raise
        except StoreError as error:
            raise SettingsError([str(error)]) from error
        return self._store

    def deny_policies(self) -> list[DenyPolicy]:
        """The deny policies in the settings; this is the first request to AWS. Raises SettingsError and AwsError."""
        return check_aws(self.aws.access, self.aws.deny, self._settings.deny_scp_ids)

    def begin(self) -> None:
        """Take up unfinished work, and show what is stored. May be tried again after an error. Raises StoreError."""
        settings, store = self._settings, self.store
        self.lock.check()
        projector = None
        if isinstance(settings, SlackSettings):
            store.draw_again_if_changed(_fingerprint(settings), self.clock.now() - REDRAW)
            projector = Projector(lambda: due(context), self._show)
        address = normal_url(settings.database_url).render_as_string(hide_password=False)
        engine = Engine(address, projector.wake if projector else lambda: None, connect_durable(address))
        self._context = context = self.context_over(store, engine)
        with contextlib.ExitStack() as undo:
            undo.callback(engine.stop, 0)
            engine.start(context, self._schedules)
            undo.pop_all()
        self._engine, self.projector = engine, projector
        if projector:
            projector.start()
        self.keep_up("work", self._resume)
        self._wishes = WishTaker(context, self.own_bulk)
        self.keep_up("wishes", self.take_up_wishes, WISH_SECONDS)
        if self._carries_rules:
            self.keep_up("enabled", lambda: check_enabled(context))

    def stop(self, patience_seconds: int = STOP_SECONDS) -> None:
        """Finish or park the work under way, show the last state, and release the database."""
        for upkeep in self.upkeep.values():
            upkeep.stop()
        if self.events:
            self.events.stop()
        if self._engine:
            self._engine.stop(0 if self.lost else patience_seconds)
        if self.projector:
            self.projector.stop()
        if self.source:
            self.source.close()
        if self._store:
            self._store.close()
        self.lock.release()

    def keep_up(self, name: str, run: Callable[[], None], every: float = EVERY_SECONDS) -> None:
        """Call this every so many seconds until the process stops."""
        self.upkeep[name] = upkeep = Upkeep(name, run, every)
        upkeep.start()

    def listen(self) -> None:
        """From now on, act on what arrives in the events queue; note if there is none."""
        self.store.listen(self.clock.now() if self._queue else None)
        if self._queue and not self.events:
            self.events = EventWorker(self.context, self._queue)
            self.events.start()

    def take_events(self, stop: Callable[[], bool]) -> None:
        """Receive the events in the queue, until `stop` says so. Logs a queue out of reach. Raises StoreError."""
        self.store.listen(self.clock.now() if self._queue else None)
        if self._queue:
            try:
                take_all(self.context, self._queue, stop)
                note_trouble(self.context, "")
            except AwsError as error:
                log.warning("the events queue cannot be read", why=str(error))
                note_trouble(self.context, str(error))

    def _show(self, task: Task) -> bool:
        # If the lock is lost, the next process with it shows this.
        self.lock.check()
        return show(self.context, task)

    def context_over(self, store: SqlStore, work: Work) -> Context:
        """The context of the use cases: this process's AWS and Slack, with this store and this engine."""
        return make_context(
            self._settings,
            self.aws,
            self.slack or NoChat(),
            store,
            work,
            self._scan_progress,
            self.source,
            carries_rules=self._carries_rules,
        )

    def carry_leaves(self) -> bool:
        """Do what is due for scheduled leaves; whether that was anything. Only `run` and `once` do this: another
        command that happens to hold the lock is about something else.
        """
        with contextlib.suppress(StoreUnavailable):
            return look_after(self.context)
        return False

    def carry_bulks(self, only: str = "") -> bool:
        """Do what is due for actions on many people; whether that was anything. `run` and `once` do this, and the
        command that asked for one, for that one only.
        """
        with contextlib.suppress(StoreUnavailable):
            return carry_bulks(self.context, only)
        return False

    def carry_rules(self) -> bool:
        """One pass of the rules; whether it changed anything."""
        return bool(try_rules(self.context).moved)

    def take_up_wishes(self) -> None:
        """Start the requests from terminals whose proof is good."""
        # Without the database there are no requests; the upkeep of the work reports that it is away.
        with contextlib.suppress(StoreUnavailable):
            if self._wishes:
                self._wishes.take_up()

    def _resume(self) -> None:
        """Resume unfinished work that nothing is carrying out; once an hour, delete what is no longer needed."""
        self.engine.resume()
        if time.monotonic() - self._pruned_at > PRUNE_SECONDS:
            self._pruned_at = time.monotonic()
            self.engine.prune()


def _begun(part: T | None) -> T:
    if part is None:
        raise StoreUnavailable("The database is not open.")
    return part


def _slack_chat(settings: WorkSettings) -> SlackChat | None:
    if not isinstance(settings, SlackSettings):
        return None
    token, address = settings.slack_bot_token.get_secret_value(), settings.slack_api_url
    return SlackChat(token, address, settings.channel, buttons=settings.buttons)


def _fingerprint(settings: SlackSettings) -> str:
    """Everything outside the store that decides what an alert shows: the rules, the channel, this version."""
    rules = settings.rules
    roles = [sorted(rules.responders), sorted(rules.admins), rules.protected]
    shown = [rules.deny_ready, rules.dry_run, rules.buttons, rules.deny.hours, rules.deny.background_days]
    text = json.dumps([*roles, *shown, settings.channel, __version__])
    return hashlib.sha256(text.encode()).hexdigest()
