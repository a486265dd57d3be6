"""The composition root: the only place where the real context meet; start and stop."""

import contextlib
import hashlib
import json
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from bot import __version__
from bot.aws.requests.client import background
from bot.aws.requests.waits import Waits
from bot.clock import SystemClock
from bot.connect_aws import connect_aws
from bot.core.authorization import Rules
from bot.core.errors import SettingsError, StoreError, StoreUnavailable
from bot.core.kinds import DETAILS
from bot.engine.engine import Engine
from bot.engine.projector import Projector
from bot.engine.upkeep import Upkeep
from bot.health import HealthServer, raise_file_limit
from bot.health_checks import Check, Work, ask_all, in_time, is_written, progress
from bot.metrics import Metrics
from bot.ports import DenyPolicy
from bot.services import details
from bot.services.actions import groups
from bot.services.context import Context
from bot.services.kinds import SERVICES
from bot.services.messages.projection import due, show
from bot.services.readiness import check_aws, keep_placeholders
from bot.services.scan.run import request_scan
from bot.settings import Settings
from bot.slack.connection.check import SlackCheck, Workspace
from bot.slack.connection.client import SlackChat
from bot.slack.connection.socket import Socket
from bot.slack.connection.web import web_client
from bot.slack.listeners import build_app
from bot.slack.wording.reasons import sentence
from bot.startup import Need, first_look
from bot.store.database.connection import connect_durable, normal_url
from bot.store.store import SqlStore

log = structlog.get_logger(__name__)

# How long a stop waits for what is under way, in seconds; the rest is left to the next start.
STOP_SECONDS = 4
# How often old workflows, dialogs and messages are deleted, in seconds.
PRUNE_SECONDS = 3600.0
# Alerts of cases that closed longer ago are not redrawn when the settings change.
REDRAW = timedelta(days=7)


class Bot:
    """The running bot: `start`, then `stop`. Nothing outside ends it once it has started.

    It needs three things. Without the database nothing begins; without AWS the work in the database waits; without
    Slack nobody can press anything, but what was pressed before is carried on.
    """

    def __init__(self, settings: Settings, stopping: threading.Event | None = None) -> None:
        self._settings, self._rules = settings, settings.rules
        self._stopping = stopping or threading.Event()
        self._stack = contextlib.ExitStack()
        self._clock = SystemClock()
        self._started_at, self._pruned_at = self._clock.now(), 0.0
        token, self._app_token = (
            settings.slack_bot_token.get_secret_value(),
            settings.slack_app_token.get_secret_value(),
        )
        api_url, channel = settings.slack_api_url, settings.channel
        self._web = web_client(token, api_url)
        self._chat = SlackChat(token, api_url, channel)
        self._slack_check = SlackCheck(token, self._app_token, api_url, channel, self._rules.groups)
        self._aws = connect_aws(settings.instance_arn, dry_run=settings.dry_run, account_access=settings.account_access)
        self._database = Need("the database", self._open_store)
        self._work = Need("the work in the database", self._begin_work)
        self._slack = Need("Slack", lambda: self._slack_check.workspace(self._database.found), self._listen)
        self._access = Need("AWS", self._find_policies, self._scan_now)
        self._socket: Socket | None = None
        self._upkeep: dict[str, Upkeep] = {}

    def start(self) -> None:
        """Look at everything, begin with what answers, and keep trying the rest.

        Raises SettingsError with everything a person must change. Returns early when the program is asked to stop.
        """
        raise_file_limit()
        self._serve_health()
        first_look((self._database, self._slack, self._access), self._stopping)
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
        if work := self._work.found:
            work.engine.stop(STOP_SECONDS)
            work.projector.stop()
        self._stack.close()

    # what is needed, and what is done with it

    def _open_store(self) -> SqlStore:
        try:
            store = SqlStore.open(self._settings.database_url)
        except StoreUnavailable:
            raise
        except StoreError as error:
            raise SettingsError([str(error)]) from error
        self._stack.callback(store.close)
        return store

    def _begin_work(self) -> Work:
        """Take up unfinished work, and show what is stored."""
        store = self._database.found
        if store is None:
            raise StoreUnavailable("The database is not open.")
        store.draw_again_if_changed(_fingerprint(self._rules, self._settings), self._clock.now() - REDRAW)
        projector = Projector(lambda: due(context), lambda task: show(context, task))
        address = normal_url(self._settings.database_url).render_as_string(hide_password=False)
        engine = Engine(address, projector.wake, connect_durable(address))
        context = self._put_together(store, engine)
        with contextlib.ExitStack() as undo:
            undo.callback(engine.stop, 0)
            engine.start(context, self._settings.schedules)
            undo.pop_all()
        projector.start()
        self._keep_up("work", self._resume)
        self._keep_up("people", lambda: groups.refresh(context))
        return Work(context, engine, projector)

    def _put_together(self, store: SqlStore, engine: Engine) -> Context:
        settings = self._settings
        return Context(
            directory=self._aws.directory,
            access=self._aws.access,
            deny=self._aws.deny,
            chat=self._chat,
            store=store,
            work=engine,
            clock=self._clock,
            background=background,
            waits=Waits(self._clock.now),
            words=sentence,
            rules=self._rules,
            new_id=lambda: str(uuid.uuid4()),
            kinds=SERVICES,
            looks={DETAILS: details.preview},
            digest_after=settings.digest_after,
            trail=self._aws.trail if settings.check_use else None,
            find_orphans=settings.find_orphans,
            scan_due=settings.scan_due,
        )

    def _listen(self, workspace: Workspace) -> None:
        work = self._work.wait(self._stopping)
        if work is None:
            return
        self._slack_check.remember(work.context.store, workspace, self._clock.now())
        for group, members in self._slack_check.members.items():
            groups.keep(work.context, group, members)
        self._chat.url = workspace.url
        app = build_app(work.context, self._chat, self._web, workspace)
        self._socket = Socket(app, self._app_token, self._settings.slack_api_url)
        self._socket.connect()
        self._keep_up("slack", self._slack_check.again)

    def _find_policies(self) -> list[DenyPolicy]:
        return check_aws(self._aws.access, self._aws.deny, self._settings.deny_scp_ids)

    def _scan_now(self, policies: Sequence[DenyPolicy]) -> None:
        work = self._work.wait(self._stopping)
        if work is None:
            return
        keep_placeholders(work.context.store, policies)
        request_scan(work.context, "start")
        work.engine.wake()

    def _keep_up(self, name: str, run: Callable[[], None]) -> None:
        self._upkeep[name] = upkeep = Upkeep(name, run)
        upkeep.start()
        self._stack.callback(upkeep.stop)

    def _resume(self) -> None:
        """Take up unfinished work that nothing carries on; once an hour delete what nobody needs."""
        if (work := self._work.found) is None:
            return
        work.engine.resume()
        if time.monotonic() - self._pruned_at > PRUNE_SECONDS:
            self._pruned_at = time.monotonic()
            work.engine.prune()

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
        return progress(self._work.found, self._upkeep, self._started_at)

    def _ready(self) -> dict[str, Check]:
        work, socket = self._work.found, self._socket
        return {
            **self._alive(),
            "database": lambda: is_written(work.context) if work else self._database.missing or self._work.missing,
            "aws": lambda: self._access.missing,
            "slack": lambda: socket.trouble if socket else self._slack.missing,
            "channel": lambda: self._slack_check.trouble,
            **(in_time(work, self._started_at) if work else {}),
        }


def _fingerprint(rules: Rules, settings: Settings) -> str:
    """Everything outside the store that decides what an alert shows: the rules, the channel, this version."""
    context = [sorted(rules.responders), sorted(rules.admins), rules.protected, rules.deny_ready, rules.dry_run]
    text = json.dumps([*context, rules.deny.hours, rules.deny.background_days, settings.channel, __version__])
    return hashlib.sha256(text.encode()).hexdigest()


def run(settings: Settings, until: threading.Event) -> None:
    """Run the bot until the event is set. Raises SettingsError with everything a person must change."""
    bot = Bot(settings, until)
    try:
        bot.start()
        until.wait()
    finally:
        bot.stop()
