"""The playground: the whole bot in this process, against two simulators, with a page to watch and try it."""

import contextlib
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
import uuid
import webbrowser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TextIO

from bot.core.errors import LeaverbotError
from bot.core.events.watched import event_pattern
from bot.logs import set_up_logging
from bot.playground.bot_at_work import BotAtWork
from bot.playground.entra import EntraServer, Tenant
from bot.playground.identity_center import AwsServer
from bot.playground.page_guard import HOST
from bot.playground.page_server import PageServer, open_port
from bot.playground.rule_trouble import RuleTrouble
from bot.playground.sample_org import sample_organization
from bot.playground.scene import Person, Scene
from bot.playground.slack_workspace import SlackServer, Workspace

CHANNEL = "security-alerts"
# The visitor's own accounts must not be touched, and everything is on this machine, so no proxy either.
FOREIGN = ("AWS_", "SLACK_", "LEAVERBOT_", "BOTO_", "DBOS")
PROXIES = {"http_proxy", "https_proxy", "all_proxy"}
FINE, NOT_STARTED = 0, 1
# The simulated AWS refuses calls above AWS's published rates.
AWS_RATES = True
# They make the scan of a large company take longer than a minute.
SMALL, EVERY_MINUTE, EVERY_HALF_HOUR = 200, "* * * * *", "*/30 * * * *"


@dataclass(frozen=True, slots=True)
class Size:
    """How large the sample company is: its people, and how many of them have left (None: nine of sixty)."""

    users: int = 60
    leavers: int | None = None
    seed: int = 7


def play(size: Size, *, port: int, open_page: bool) -> int:
    """Run the playground until Ctrl-C or SIGTERM. Returns the exit code."""
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    set_up_logging("console", logging.WARNING)
    try:
        listening = open_port(port)
    except OSError as error:
        _tell(
            f"Port {port} on this computer cannot be used ({(error.strerror or str(error)).lower()}). "
            "Choose another: leaverbot playground --port 8766",
            sys.stderr,
        )
        return NOT_STARTED
    try:
        with serving(listening, size) as page:
            _tell(welcome(page.url))
            if open_page:
                webbrowser.open(page.url)
            with playground(page, size):
                stop.wait()
                _tell("The playground has stopped.")
    except LeaverbotError as error:
        _tell(str(error), sys.stderr)
        return NOT_STARTED
    return FINE


@contextlib.contextmanager
def serving(listening: socket.socket, size: Size) -> Iterator[PageServer]:
    """The page, which is there before what it shows."""
    page = PageServer(None, listening, f"A company of {size.users:,} people is being built…")
    page.start()
    try:
        yield page
    finally:
        page.stop()


@contextlib.contextmanager
def playground(page: PageServer, size: Size) -> Iterator[None]:
    """Runs both simulators and the bot, and gives the page the scene. Raises LeaverbotError if the bot cannot start."""
    with contextlib.ExitStack() as stack:
        org = sample_organization(size.seed, size.users, size.leavers, throttle=AWS_RATES)
        # What is changed on the page from now on becomes an event, as deploy/events sends it.
        queue = org.add_queue("leaverbot-events", dead_letters=org.add_queue("leaverbot-events-dead"), most_receives=5)
        org.add_rule(event_pattern(), queue)
        workspace, channel, people = workspace_with_people()
        tenant, secret = Tenant(seed=size.seed), uuid.uuid4().hex
        aws, slack = AwsServer(org, host=HOST), SlackServer(workspace, host=HOST)
        entra = EntraServer(tenant, host=HOST)
        for server in (aws, slack, entra):
            server.start()
            stack.callback(server.stop)
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="leaverbot-", ignore_cleanup_errors=True))
        at_work = BotAtWork()
        rules = RuleTrouble(org, tenant, tenant.mirror(org.users()), at_work.change)
        scene = Scene(org, aws, workspace, slack, channel=channel, people=people, rules=rules, reading=at_work.reading)
        stack.callback(scene.trouble.close)
        page.show(scene)
        given = {
            **aws.environment(),
            **slack.environment(),
            **entra.environment(tenant.add_application(secret).client_id, secret),
            "LEAVERBOT_CHANNEL": channel,
            "LEAVERBOT_ADMINS": ",".join(one.id for one in people if one.role == "admin"),
            "LEAVERBOT_RESPONDERS": ",".join(one.id for one in people if one.role == "responder"),
            "LEAVERBOT_DENY_SCP_ID": org.deny_policy_id or "",
            "LEAVERBOT_DATABASE_URL": f"sqlite:///{Path(folder) / 'leaverbot.db'}",
            "LEAVERBOT_EVENTS_QUEUE_URL": queue.url,
            "LEAVERBOT_SCAN_SCHEDULE": EVERY_MINUTE if size.users <= SMALL else EVERY_HALF_HOUR,
            "LEAVERBOT_HTTP_PORT": "0",
            "LEAVERBOT_CHECK_USE": "true",
            "LEAVERBOT_FIND_ORPHANS": "true",
            "LEAVERBOT_DIRECTORY": "entra",
        }
        stack.enter_context(only_environment(given))
        stack.callback(at_work.stop)
        at_work.start()
        scene.started = True
        yield


def workspace_with_people() -> tuple[Workspace, str, tuple[Person, ...]]:
    """A Slack workspace with an admin, a responder and somebody without a role, and a channel for alerts."""
    workspace = Workspace(team_name="Example Corp", command="/leavers")
    people = tuple(
        Person(workspace.add_user(name, real_name=real_name), real_name, role)
        for name, real_name, role in (
            ("alice", "Alice Martin", "admin"),
            ("bob", "Bob Chen", "responder"),
            ("carol", "Carol Jones", "none"),
        )
    )
    return workspace, workspace.add_channel(CHANNEL, members=[one.id for one in people]), people


@contextlib.contextmanager
def only_environment(given: Mapping[str, str]) -> Iterator[None]:
    """The environment without the visitor's own AWS, Slack, leaverbot and proxy settings, plus `given`."""
    before = dict(os.environ)
    try:
        for name in before:
            if name.upper().startswith(FOREIGN) or name.lower() in PROXIES:
                del os.environ[name]
        # botocore reads ~/.aws even if keys are given; an empty file has no profiles and no roles.
        os.environ.update({"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull})
        os.environ.update({"AWS_EC2_METADATA_DISABLED": "true", **given})
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def welcome(url: str) -> str:
    """The address and what to try, in a few lines."""
    return f"""
The leaverbot playground is at {url}  (Ctrl-C stops it). AWS and Slack are simulated; nothing leaves this computer.

  1. Press Revoke access on an alert: the message changes, and the access disappears on the right.
  2. Press "Try to get in as this user" before and after an Emergency deny, or press Shut out.
  3. Disable somebody: an event brings the alert within seconds. Make trouble (also: switch rules on), type /leavers,
     or switch to Carol, who is not allowed to press anything.
"""


def _tell(text: str, where: TextIO | None = None) -> None:
    print(text, file=where or sys.stdout, flush=True)
