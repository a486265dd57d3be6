"""The Slack side of the bot without its engine: the real app, client and store, against the simulated workspace."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from slack_bolt import BoltRequest, BoltResponse

from bot.aws.client import background
from bot.aws.waits import Waits
from bot.connect import connect_aws
from bot.core.coverage import Coverage, Scan, ScanStatus
from bot.core.models import Grant, GrantKind, PersonRead, User, UserStatus
from bot.core.models import Path as Way
from bot.core.policy import DenyRules, Rules
from bot.playground.slack_workspace import SlackServer, Workspace, payloads
from bot.playground.slack_workspace.inputs import find_control
from bot.ports import Asker
from bot.services.parts import Parts
from bot.slack.client import SlackChat
from bot.slack.connect import SlackCheck
from bot.slack.listeners import build_app
from bot.slack.people import People
from bot.slack.web import web_client
from bot.store.store import SqlStore
from tests.in_line import sync
from tests.world import words

LEAVER = "00000000-0000-4000-8000-000000000001"
DENY = "case_deny"


class Now:
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def sleep(self, seconds: float) -> None:
        """Nobody waits here."""


@dataclass
class Begun:
    """Implements `ports.Work`: keeps what was begun. `broken`: what happens instead."""

    actions: list[str] = field(default_factory=list)
    broken: Callable[[], None] = lambda: None

    def start_action(self, action_id: str) -> None:
        self.broken()
        self.actions.append(action_id)

    def start_scan(self, scan_id: str) -> None: ...

    def start_dialog(self, dialog_id: str) -> None: ...

    def start_show(self, asker: Asker, query: str) -> None: ...

    def start_unused(self, asker: Asker, *, may_delete: bool) -> None: ...

    def wake(self) -> None: ...


class Desk:
    """A channel with the alert of one leaver; alice is an admin, bob nobody."""

    def __init__(self, folder: Path, workspace: Workspace | None = None) -> None:
        self.workspace = workspace or Workspace()
        self.alice, self.bob = self.workspace.add_user("alice"), self.workspace.add_user("bob")
        self.channel = self.workspace.add_channel("security-alerts", members=[self.alice, self.bob])
        self.slack = SlackServer(self.workspace, rate_limits=False).start()
        self.folder = folder
        self.store = SqlStore.open(f"sqlite:///{folder / 'desk.db'}")
        self.work = Begun()
        given, edge, numbers = self.slack.environment(), connect_aws(), itertools.count(1)
        web = web_client(given["SLACK_BOT_TOKEN"], self.slack.api_url)
        rules = Rules(admins=frozenset({self.alice}), deny=DenyRules(("p-1234567890",)))
        people = People(web, rules)
        home = SlackCheck(web.token or "", given["SLACK_APP_TOKEN"], self.slack.api_url, self.channel, people).first()
        chat = SlackChat(given["SLACK_BOT_TOKEN"], self.slack.api_url, self.channel, home.url)
        self.parts = Parts(
            directory=edge.directory,
            access=edge.access,
            deny=edge.deny,
            chat=chat,
            store=self.store,
            work=self.work,
            clock=Now(),
            background=background,
            waits=Waits(Now().now),
            rules=rules,
            new_id=lambda: f"id-{next(numbers)}",
        )
        self.app = build_app(self.parts, chat, web, people, workspace=home, new_reference=lambda: "REF-1")
        self._found()
        sync(self.parts)
        self.alert: Mapping[str, Any] = self.workspace.messages(self.channel)[0]

    def _found(self) -> None:
        """A scan that found the leaver."""
        now = self.parts.clock.now()
        user = User(LEAVER, "dana@example.com", "Dana Rossi", "", UserStatus.DISABLED)
        grant = Grant(
            GrantKind.ACCOUNT,
            Way.DIRECT,
            account_id="111111111111",
            account_name="payments-prod",
            account_status="ACTIVE",
            permission_set_arn="arn:aws:sso:::permissionSet/ssoins-1234567890123456/ps-1234567890123456",
            permission_set_name="ReadOnlyAccess",
        )
        read = Coverage(
            ScanStatus.COMPLETE, now, now, tuple(GrantKind), users_read=1, leavers=1, leavers_read=1, calls={}
        )
        self.store.begin_scan("scan", "schedule", None, now)
        scan = Scan(read, (PersonRead(user, (grant,)),), {}, "999999999999")
        self.store.save_scan("scan", scan, 20, self.parts.new_id)

    def payload(self, action_id: str = DENY, user: str = "") -> dict[str, Any]:
        """What Slack sends when a button of the alert is pressed."""
        post = self.workspace.find_post(self.channel, self.alert["ts"])
        assert post
        found = find_control(post.all_blocks(), action_id, None)
        assert found
        return payloads.press_on_message(self.workspace, user or self.alice, post, *found, None)

    def dispatch(self, payload: Mapping[str, Any]) -> BoltResponse:
        """Hand a payload to the app, as the socket does; the answer's status is 200 where it is acknowledged."""
        return self.app.dispatch(BoltRequest(mode="socket_mode", body=dict(payload)))

    def stored(self) -> int:
        return len(self.store.unfinished_actions())

    def told(self, user: str = "") -> str:
        """What the person was told, only for them."""
        return " ".join(words(message) for message in self.workspace.ephemerals(user or self.alice))

    def close(self) -> None:
        self.store.close()
        self.slack.stop()
