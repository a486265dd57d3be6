"""The composition root: the only place where the real parts meet; start and stop."""

import contextlib
import hashlib
import json
import threading
import time
import uuid
from collections import Counter
from datetime import timedelta

import structlog

from bot import __version__
from bot.aws.client import background
from bot.aws.waits import Waits
from bot.clock import SystemClock
from bot.connect import connect_aws
from bot.core.deny import denied_users, placeholder_of
from bot.core.errors import AwsDenied, AwsError, AwsNotFound, AwsRejected, DenyError, SettingsError, new_reference
from bot.core.models import Severity
from bot.core.policy import Rules
from bot.engine.engine import Engine
from bot.engine.projector import Projector
from bot.engine.upkeep import Upkeep
from bot.health import HealthServer, raise_file_limit
from bot.observe import Metrics, Numbers
from bot.ports import Deny, DenyPolicy
from bot.services.commands import request_scan
from bot.services.notify import due, show
from bot.services.parts import Parts
from bot.settings import Settings
from bot.slack.client import SlackChat
from bot.slack.connect import check_slack
from bot.slack.listeners import build_app
from bot.slack.people import People
from bot.slack.socket import Socket
from bot.slack.web import web_client
from bot.store.database import connect_durable, normal_url
from bot.store.store import SqlStore

log = structlog.get_logger(__name__)

# How long a stop waits for what is under way, in seconds; then it is left to the next start.
STOP_SECONDS = 4
# How often old workflows, dialogs and messages are forgotten, in seconds.
PRUNE_SECONDS = 3600.0
# Alerts of cases closed longer ago than this are not drawn again when the settings change.
REDRAW = timedelta(days=7)


class Bot:
    """The running bot: `start`, then `stop`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stack = contextlib.ExitStack()
        self._projector: Projector | None = None
        self._socket: Socket | None = None
        self._engine: Engine | None = None
        self._parts: Parts | None = None
        self._pruned_at = 0.0
        self._started_at = SystemClock().now()

    def start(self) -> None:
        """Check that everything can work, then start it. Raises SettingsError, AwsError, ChatError, StoreError."""
        raise_file_limit()
        settings = self._settings
        token = settings.slack_bot_token.get_secret_value()
        web = web_client(token, settings.slack_api_url)
        rules = rules_of(settings)
        people = People(web, rules)
        workspace = check_slack(web, settings.slack_app_token.get_secret_value(), settings.channel, people)
        aws = connect_aws(settings.instance_arn, dry_run=settings.dry_run, account_access=settings.account_access)
        aws.access.instance()
        policies = _check_deny(aws.deny, settings)
        store = SqlStore.open(settings.database_url)
        self._stack.callback(store.close)
        for policy in policies:
            if not denied_users(policy.text):
                store.keep_placeholder(policy.id, placeholder_of(policy.text))
        now = SystemClock().now()
        store.draw_again_if_changed(_fingerprint(rules, settings), now - REDRAW)
        chat = SlackChat(token, settings.slack_api_url, settings.channel, workspace.url)
        projector = Projector(lambda: due(parts), lambda task: show(parts, task), new_reference)
        url = normal_url(settings.database_url)
        address = url.render_as_string(hide_password=False)
        engine = Engine(address, projector.wake, connect_durable(address))
        parts = Parts(
            directory=aws.directory,
            access=aws.access,
            deny=aws.deny,
            chat=chat,
            store=store,
            work=engine,
            clock=SystemClock(),
            background=background,
            waits=Waits(SystemClock().now),
            rules=rules,
            new_id=lambda: str(uuid.uuid4()),
            digest_after=settings.digest_after,
            trail=aws.trail if settings.check_use else None,
            find_orphans=settings.find_orphans,
            scan_due=settings.scan_due,
        )
        self._parts, self._projector, self._engine = parts, projector, engine
        app = build_app(parts, chat, web, people, workspace=workspace, new_reference=new_reference)
        self._socket = Socket(app, settings.slack_app_token.get_secret_value(), settings.slack_api_url)
        engine.start(
            parts,
            {
                "scan": (settings.scan_schedule, settings.timezone),
                "summary": (settings.summary_schedule, settings.timezone),
            },
        )
        projector.start()
        for upkeep in (Upkeep("work", self._resume, new_reference), Upkeep("people", people.refresh, new_reference)):
            upkeep.start()
            self._stack.callback(upkeep.stop)
        self._serve_health()
        self._socket.connect()
        request_scan(parts, "start")
        projector.wake()
        log.info(
            "leaverbot runs", channel=settings.channel, watch_only=parts.rules.watch_only, dry_run=settings.dry_run
        )

    def stop(self) -> None:
        """Take nothing more, finish or park what is under way, show the last state."""
        log.info("leaverbot stops")
        if self._socket:
            self._socket.close()
        if self._engine:
            self._engine.stop(STOP_SECONDS)
        if self._projector:
            self._projector.stop()
        self._stack.close()

    def _serve_health(self) -> None:
        if self._settings.http_port == 0:
            return
        server = HealthServer(
            self._settings.http_host,
            self._settings.http_port,
            alive=self._alive,
            ready=self._ready,
            metrics=Metrics(self._numbers).registry,
        )
        server.start()
        self._stack.callback(server.stop)

    def _alive(self) -> dict[str, str]:
        projector = self._projector
        return {"projector": "" if projector and projector.alive else "the loop that updates Slack has ended"}

    def _ready(self) -> dict[str, str]:
        checks = self._alive()
        checks["slack"] = self._socket.trouble if self._socket else "no connection to Slack yet"
        checks["database"] = ""
        try:
            if self._parts:
                checks["scans"] = self._late_scans(self._parts)
        except Exception as error:  # noqa: BLE001 - a health check answers whatever happens
            checks["database"] = type(error).__name__
        return checks

    def _late_scans(self, parts: Parts) -> str:
        last, due = parts.store.last_scan(), parts.scan_due(parts.clock.now())
        began = due < self._started_at
        return (
            ""
            if began or (last and last.finished_at >= due)
            else f"no scan has ended since {due:%H:%M}, when one was due"
        )

    def _numbers(self) -> Numbers:
        if self._parts is None:
            return Numbers({}, {}, {}, 0, 0.0, behind=True)
        store = self._parts.store
        open_cases = Counter(str(case.severity) for case in store.open_cases().values())
        scans, actions, last_complete = store.totals()
        return Numbers(
            scans=scans,
            actions=actions,
            open_cases={str(level): open_cases[str(level)] for level in Severity},
            denies=sum(deny.confirmed for deny in store.denies()),
            last_complete=last_complete.timestamp() if last_complete else 0.0,
            behind=bool(self._projector and self._projector.behind),
        )

    def _resume(self) -> None:
        """Take up what is unfinished and carried on by nobody; once an hour forget what nobody needs."""
        if self._engine is None:
            return
        self._engine.resume()
        if time.monotonic() - self._pruned_at > PRUNE_SECONDS:
            self._pruned_at = time.monotonic()
            self._engine.prune()


def _fingerprint(rules: Rules, settings: Settings) -> str:
    """Everything besides the store that decides what an alert shows: the rules, the channel, this version."""
    parts = [sorted(rules.responders), sorted(rules.admins), rules.protected, rules.deny_ready, rules.dry_run]
    text = json.dumps([*parts, rules.deny.hours, settings.channel, __version__])
    return hashlib.sha256(text.encode()).hexdigest()


def _check_deny(deny: Deny, settings: Settings) -> list[DenyPolicy]:
    """A wrong LEAVERBOT_DENY_SCP_ID is found out now, not in the emergency. Raises SettingsError."""
    found = []
    for policy_id in settings.deny_scp_ids:
        try:
            policy = deny.read(policy_id)
            denied_users(policy.text)
        except (AwsDenied, AwsNotFound, AwsRejected, DenyError) as error:
            raise SettingsError([f"LEAVERBOT_DENY_SCP_ID is wrong: {policy_id} can not be used. {error}"]) from error
        except AwsError as error:
            log.warning("the deny policy can not be read now", policy=policy_id, why=str(error))
            continue
        found.append(policy)
        if not policy.targets:
            log.warning("the deny policy is attached to nothing, so a deny would deny nobody", policy=policy.id)
    if len({policy.targets for policy in found}) > 1:
        log.warning("the deny policies are attached to different places, so it matters in which somebody is denied")
    return found


def rules_of(settings: Settings) -> Rules:
    """Who may do what, as the settings say."""
    return Rules(
        responders=frozenset(settings.responders),
        admins=frozenset(settings.admins),
        protected=settings.protected_users,
        deny=settings.deny_rules,
        dry_run=settings.dry_run,
    )


def run(settings: Settings, until: threading.Event) -> None:
    """Run the bot until the event is set."""
    bot = Bot(settings)
    try:
        bot.start()
        until.wait()
    finally:
        bot.stop()
