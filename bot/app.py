"""The running bot: everything that `leaverbot run` needs from outside, when to begin with what, and its health port."""

import contextlib
import threading
from collections.abc import Callable, Sequence

import structlog

from bot.core.errors import LeaverbotError, SettingsError
from bot.health import HealthServer, raise_file_limit
from bot.health_checks import Check, Loop, Work, ask_all, in_time, is_written, progress
from bot.metrics import Metrics
from bot.ports import DenyPolicy
from bot.processes.database_lock import Held
from bot.processes.process import BULK_SECONDS, LEAVE_SECONDS, RULE_SECONDS, Process
from bot.processes.startup import Need, first_look
from bot.services import viewers
from bot.services.actions import groups
from bot.services.questions.status import Status, status
from bot.services.readiness import keep_placeholders
from bot.services.rules.passes import Passes
from bot.services.scan.progress import Progress, log_progress
from bot.services.scan.run import request_scan
from bot.settings import Settings
from bot.slack.connection.check import SlackCheck, Workspace
from bot.slack.connection.socket import Socket
from bot.slack.connection.web import web_client
from bot.slack.listeners import build_app
from bot.store.database import process_lock
from bot.store.store import SqlStore

log = structlog.get_logger(__name__)


class Bot:
    """The running bot: `start`, then `stop`. Once it has started, only the loss of its database's lock ends it from
    within.

    It needs three things. Without the database nothing begins; without AWS the work in the database waits; without
    Slack nobody can press anything, but what was pressed before is carried on.
    """

    def __init__(
        self,
        settings: Settings,
        stopping: threading.Event | None = None,
        on_end: Callable[[LeaverbotError], None] = lambda _error: None,
        scan_progress: Callable[[Progress], None] = log_progress,
    ) -> None:
        """`on_end` is called once when the bot must end on its own, before `stopping` is set. `scan_progress` is told
        how far a scan is.
        """
        self._settings, self._rules = settings, settings.rules
        self._stopping, self._on_end = stopping or threading.Event(), on_end
        # Why the bot must end on its own.
        self.ended_by: LeaverbotError | None = None
        self._first_look_over = False
        self._stack = contextlib.ExitStack()
        self._process = Process(
            settings,
            "run",
            schedules=settings.schedules,
            on_lost=self._end,
            scan_progress=scan_progress,
            carries_rules=True,
        )
        self._started_at = self._process.clock.now()
        token, self._app_token = (
            settings.slack_bot_token.get_secret_value(),
            settings.slack_app_token.get_secret_value(),
        )
        api_url, channel = settings.slack_api_url, settings.channel
        self._web = web_client(token, api_url)
        self._slack_check = SlackCheck(
            token, self._app_token, api_url, channel, self._rules.groups, self._rules.viewing
        )
        self._database = Need("the database", self._open_store)
        self._work = Need("the work in the database", self._begin_work)
        self._slack = Need("Slack", lambda: self._slack_check.workspace(self._database.found), self._listen)
        self._access = Need("AWS", self._process.deny_policies, self._scan_now)
        self._socket: Socket | None = None

    def start(self) -> None:
        """Look at everything, begin with what answers, and keep trying the rest.

        Raises SettingsError with everything a person must change. Returns early when the program is asked to stop.
        """
        raise_file_limit()
        self._serve_health()
        first_look((self._database, self._slack, self._access), self._stopping)
        self._first_look_over = True
        if self._database.wait(self._stopping) is None:
            return
        self._work.begin(self._stopping)
        if self._work.wait(self._stopping) is None:
            return
        rules, channel = self._rules, self._settings.channel
        log.info("leaverbot runs", channel=channel, watch_only=rules.watch_only, dry_run=rules.dry_run)

    def stop(self) -> None:
        """Accept nothing more, finish or park what is under way, show the last state."""
        log.info("leaverbot stops")
        self._stopping.set()
        if self._socket:
            self._socket.close()
        self._process.stop()
        self._stack.close()

    def _end(self, error: LeaverbotError) -> None:
        if self._stopping.is_set():
            # It is already stopping on request.
            return
        self.ended_by = error
        self._on_end(error)
        self._stopping.set()

    # what is needed, and what is done with it

    def _open_store(self) -> SqlStore:
        try:
            return self._process.open()
        except Held as held:
            if self._first_look_over:
                self._end(held)
            raise SettingsError([str(held)]) from held

    def _begin_work(self) -> Work:
        self._process.begin()
        projector = self._process.projector
        assert projector
        self._process.keep_up("people", self._refresh_people)
        self._process.keep_up("leaves", self._carry_leaves, LEAVE_SECONDS)
        self._process.keep_up("bulks", self._carry_bulks, BULK_SECONDS)
        rules = Passes(self._process.context)
        # Before AWS answers, nobody knows whom leaverbot runs as.
        self._process.keep_up("rules", lambda: rules.look() if self._access.found is not None else None, RULE_SECONDS)
        return Work(self._process.context, self._process.engine, projector)

    def _carry_bulks(self) -> None:
        self._process.carry_bulks()

    def _refresh_people(self) -> None:
        groups.refresh(self._process.context)
        viewers.refresh(self._process.context)

    def _carry_leaves(self) -> None:
        # Before AWS answers for the first time, nobody can be looked up.
        if self._access.found is not None:
            self._process.carry_leaves()

    def _listen(self, workspace: Workspace) -> None:
        work, chat = self._work.wait(self._stopping), self._process.slack
        if work is None or chat is None:
            return
        self._slack_check.remember(work.context, workspace)
        chat.url, chat.people.home = workspace.url, workspace.home
        app = build_app(work.context, chat, self._web, workspace, self._status)
        self._socket = Socket(app, self._app_token, self._settings.slack_api_url)
        self._socket.connect()
        self._process.keep_up("slack", lambda: self._slack_check.again(work.context))

    def _scan_now(self, policies: Sequence[DenyPolicy]) -> None:
        work = self._work.wait(self._stopping)
        if work is None:
            return
        keep_placeholders(work.context.store, policies)
        self._process.listen()
        request_scan(work.context, "start")
        work.engine.wake()

    # what is asked from outside

    def _serve_health(self) -> None:
        host, port = self._settings.http_host, self._settings.http_port
        if port == 0:
            return
        metrics = Metrics(lambda: self._work.found).registry
        alive, ready = lambda: ask_all(self._alive()), lambda: ask_all(self._ready())
        server = HealthServer(host, port, alive=alive, ready=ready, metrics=metrics)
        server.start()
        self._stack.callback(server.stop)

    def _alive(self) -> dict[str, Check]:
        loops: dict[str, Loop] = {**self._process.upkeep}
        if self._process.events:
            loops["events"] = self._process.events
        return progress(self._work.found, loops, self._started_at)

    def _ready(self) -> dict[str, Check]:
        work, socket, events = self._work.found, self._socket, self._process.events
        return {
            **self._alive(),
            "database": lambda: is_written(work.context) if work else self._database.missing or self._work.missing,
            "aws": lambda: self._access.missing,
            "slack": lambda: socket.trouble if socket else self._slack.missing,
            "channel": lambda: self._slack_check.trouble,
            "events": lambda: events.trouble if events else "",
            **(in_time(work, self._started_at) if work else {}),
        }

    def _status(self) -> Status:
        """The health of leaverbot, for people who ask in Slack."""
        return status(self._process.context, ask_all(self._ready()), process_lock.look(self._settings.database_url))


def run(
    settings: Settings, until: threading.Event, on_end: Callable[[LeaverbotError], None] = lambda _error: None
) -> None:
    """Run the bot until the event is set.

    Raises SettingsError with everything a person must change, Held when another process has the database, and LockLost
    when the lock is lost; `on_end` is called first for the last two.
    """
    bot = Bot(settings, until, on_end)
    try:
        bot.start()
        until.wait()
    finally:
        bot.stop()
    if bot.ended_by:
        raise bot.ended_by
