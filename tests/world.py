"""A whole world for a test: simulated AWS and Slack over real sockets, and the real program as a process."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from bot.playground.identity_center import AwsServer, Organization
from bot.playground.slack_workspace import SlackServer, Workspace
from bot.slack.payloads import CASE_MORE, decode_choice
from bot.slack.payloads import action_id as action_id_of
from tests import zygote
from tests.paces import QUICK_JOBS

T = TypeVar("T")
PLACEHOLDER_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":"*",'
    '"Condition":{"StringEquals":{"identitystore:userId":"Add user ID here"}}}]}'
)


def eventually(look: Callable[[], T], *, seconds: float = 20.0, what: Callable[[], str] | str = "") -> T:
    """The first true value that `look` returns; fails loudly after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = look()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {seconds} s: {what() if callable(what) else what or look}")
        time.sleep(0.02)


class World:
    """An organization, a workspace with alice (admin), bob (responder) and mallory (nobody), and the bot.

    `quick`: the pauses of the program, and the jobs of an organization that is not given, are as in tests/paces.py.
    """

    def __init__(self, org: Organization | None = None, *, quick: bool = True, **settings: str) -> None:
        self.quick = quick
        self.org = org or (Organization(seed=1, job_seconds=QUICK_JOBS) if quick else Organization(seed=1))
        self.aws = AwsServer(self.org, host="127.0.0.1", port=0)
        self.workspace = Workspace(team_name="Example Corp", command="/leavers")
        self.alice = self.workspace.add_user("alice", real_name="Alice Martin")
        self.bob = self.workspace.add_user("bob", real_name="Bob Chen")
        self.mallory = self.workspace.add_user("mallory", real_name="Mallory Jones")
        self.channel = self.workspace.add_channel("security-alerts", members=[self.alice, self.bob, self.mallory])
        self.slack = SlackServer(self.workspace, host="127.0.0.1", port=0)
        self.policy_id = self.org.add_scp("leaverbot-deny", PLACEHOLDER_POLICY, targets=[self.org.root_id])
        self.folder = Path(tempfile.mkdtemp(prefix="leaverbot-test-"))
        self.settings = {
            "LEAVERBOT_CHANNEL": self.channel,
            "LEAVERBOT_ADMINS": self.alice,
            "LEAVERBOT_RESPONDERS": self.bob,
            "LEAVERBOT_DENY_SCP_ID": self.policy_id,
            "LEAVERBOT_DATABASE_URL": f"sqlite:///{self.folder / 'leaverbot.db'}",
            "LEAVERBOT_HTTP_PORT": "0",
            "LEAVERBOT_SCAN_SCHEDULE": "0 0 1 1 *",
            **settings,
        }
        self.process: zygote.Program | None = None
        # The account the bot's credentials belong to; None for the management account.
        self.account_id: str | None = None

    # the program

    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SLACK_", "LEAVERBOT_"))
        }
        given = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "PYTHONWARNINGS": "default"}
        return {**kept, **given, **self.aws.environment(self.account_id), **self.slack.environment(), **self.settings}

    def start(self) -> None:
        """Start the two servers and the bot; returns when the bot is connected."""
        self.aws.start()
        self.slack.start()
        self.start_bot()

    def start_bot(self) -> None:
        with (self.folder / "bot.log").open("ab") as log:
            self.process = zygote.start(
                ["run"], env=self.environment(), cwd=self.folder, stdout=log.fileno(), quick=self.quick
            )
        eventually(
            lambda: self.slack.connections > 0 or self._died(),
            seconds=30,
            what=lambda: f"the bot connects\n{self.log()}",
        )

    def command(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run another command of the program to its end."""
        env = {**self.environment(), **environment}
        return zygote.run_to_end(arguments, env=env, cwd=self.folder, quick=self.quick)

    def kill(self) -> None:
        """kill -9."""
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)
        self.slack.drop_connections()

    def terminate(self) -> int:
        """Send SIGTERM; returns the exit code."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=10)
        self.slack.stop()
        self.aws.stop()

    def log(self) -> str:
        path = self.folder / "bot.log"
        return path.read_text()[-6000:] if path.exists() else ""

    def _died(self) -> bool:
        if self.process and self.process.poll() is not None:
            raise AssertionError(f"the bot ended with {self.process.returncode}\n{self.log()}")
        return False

    # the organization

    def leaver(self, name: str, *assignments: tuple[str, str], groups: tuple[str, ...] = (), **more: Any) -> str:
        """A disabled user with these direct (account, permission set) assignments and groups."""
        user = self.org.add_user(f"{name}@example.com", display_name=name.title(), email=f"{name}@example.com", **more)
        for account, permission_set in assignments:
            self.org.assign(account, permission_set, "USER", user)
        for group in groups:
            self.org.add_member(group, user)
        self.org.set_status(user, "DISABLED")
        return user

    # the channel

    def messages(self) -> list[dict[str, Any]]:
        return list(self.workspace.messages(self.channel))

    def alert(self, name: str, containing: str = "", *, seconds: float = 20.0) -> dict[str, Any]:
        """The newest message about somebody, once it contains `containing`."""

        def look() -> dict[str, Any] | None:
            found = [message for message in self.messages() if name.lower() in words(message).lower()]
            return found[-1] if found and containing.lower() in words(found[-1]).lower() else None

        def shown() -> str:
            found = "\n".join(words(message) for message in self.messages())
            return f"{name}: {containing!r} in\n{found}\n{self.log()}"

        return eventually(look, seconds=seconds, what=shown)

    def thread(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        return list(self.workspace.messages(self.channel, thread_ts=message["ts"]))

    def press(self, who: str, message: dict[str, Any], action_id: str, *, confirm: bool = True) -> Any:
        """Press the button, or choose it in the menu of the case's message."""
        value = choice(message, action_id)
        action_id = CASE_MORE if value else action_id
        return self.workspace.press(who, self.channel, message["ts"], action_id, confirm=confirm, value=value)

    def dialog(self, who: str, containing: str = "", *, seconds: float = 15.0) -> dict[str, Any]:
        """The dialog on somebody's screen, once it is filled and contains `containing`."""

        def look() -> dict[str, Any] | None:
            view = self.workspace.view(who)
            ready = view and "Reading" not in words(view) and containing.lower() in words(view).lower()
            return view if ready else None

        return eventually(
            look,
            seconds=seconds,
            what=lambda: f"a dialog with {containing!r}, not {words(self.workspace.view(who) or {})}\n{self.log()}",
        )

    def told(self, who: str, containing: str, *, seconds: float = 15.0) -> dict[str, Any]:
        """A message that only this person sees, once it contains `containing`."""

        def look() -> dict[str, Any] | None:
            return next(
                (m for m in reversed(self.workspace.ephemerals(who)) if containing.lower() in words(m).lower()), None
            )

        return eventually(
            look,
            seconds=seconds,
            what=lambda: f"{containing!r} in {[words(m) for m in self.workspace.ephemerals(who)]}\n{self.log()}",
        )


def words(thing: Any) -> str:
    """Every text in a message or view, joined."""
    if isinstance(thing, dict):
        if thing.get("type") == "rich_text_preformatted":
            return f"```{words(thing['elements'])}```"
        own = thing.get("text") if isinstance(thing.get("text"), str) else ""
        rest = [
            words(value)
            for key, value in thing.items()
            if not (key == "text" and own) and key not in {"private_metadata", "value"}
        ]
        return " ".join(part for part in [own or "", *rest] if part)
    if isinstance(thing, list):
        return " ".join(words(item) for item in thing)
    return ""


def buttons(message: dict[str, Any]) -> list[str]:
    """The labels of a message's buttons and of its menu's options, in order."""
    return [one["text"]["text"] for element in _elements(message) for one in element.get("options", [element])]


def choice(message: dict[str, Any], action_id: str) -> str | None:
    """The value of what stands in the menu of a case's message; None for a button."""
    menus = [element for element in _elements(message) if element["action_id"] == CASE_MORE]
    options = [option["value"] for menu in menus for option in menu["options"]]
    return next((one for one in options if action_id_of(decode_choice(one)) == action_id), None)


def _elements(message: dict[str, Any]) -> list[dict[str, Any]]:
    blocks = [block for block in message.get("blocks", []) if block["type"] == "actions"]
    return [element for block in blocks for element in block["elements"]]


@contextmanager
def world(org: Organization | None = None, *, quick: bool = True, **settings: str) -> Iterator[World]:
    """A running world; at the end, neither simulator may have a complaint about how it was used."""
    made = World(org, quick=quick, **settings)
    try:
        yield made
        assert not made.aws.complaints, made.aws.complaints
        assert not made.slack.complaints, made.slack.complaints
    finally:
        made.close()
