"""The Slack side of the bot without its engine: the real app, client and store, against the simulated workspace."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from slack_bolt import BoltRequest, BoltResponse

from bot.core.access.person_read import PersonRead
from bot.core.authorization import DenyRules, Rules
from bot.core.models import Grant, GrantKind, User, UserStatus
from bot.core.models import Path as Way
from bot.core.scan.coverage import Coverage, Scan, ScanStatus
from bot.playground.slack_workspace import SlackServer, Workspace, payloads
from bot.playground.slack_workspace.blockkit.inputs import find_control
from bot.services.questions.status import status
from bot.slack.connection.check import SlackCheck
from bot.slack.connection.client import SlackChat
from bot.slack.connection.web import web_client
from bot.slack.listeners import build_app
from bot.slack.payloads import CASE_MORE
from tests.databases import quick_store
from tests.in_line import sync
from tests.stand_ins import Noted, context_over
from tests.world import choice, words

LEAVER = "00000000-0000-4000-8000-000000000001"
DENY = "case_deny"


class Desk:
    """A channel with the alert of one leaver; alice is an admin, bob is only in the channel; `admins`: more of them;
    `viewers`: who may look in place of the channel's members. `context`: what else is not as usual.
    """

    def __init__(
        self,
        folder: Path,
        workspace: Workspace | None = None,
        *,
        admins: Iterable[str] = (),
        viewers: Iterable[str] = (),
        **context: Any,
    ) -> None:
        self.workspace = workspace or Workspace()
        self.alice, self.bob = self.workspace.add_user("alice"), self.workspace.add_user("bob")
        self.channel = self.workspace.add_channel("security-alerts", members=[self.alice, self.bob])
        self.slack = SlackServer(self.workspace, rate_limits=False).start()
        self.folder = folder
        self.store = quick_store(folder / "desk.db")
        self.work = Noted()
        given = self.slack.environment()
        web = web_client(given["SLACK_BOT_TOKEN"], self.slack.api_url)
        rules = Rules(
            admins=frozenset({self.alice, *admins}),
            viewers=frozenset(viewers or {self.channel}),
            deny=DenyRules(("p-1234567890",)),
        )
        home = SlackCheck(web.token or "", given["SLACK_APP_TOKEN"], self.slack.api_url, self.channel).first()
        chat = SlackChat(given["SLACK_BOT_TOKEN"], self.slack.api_url, self.channel, home.url)
        self.context = context_over(self.store, chat=chat, work=self.work, rules=rules, **context)
        self.app = build_app(self.context, chat, web, home, lambda: status(self.context, {}, None))
        self._found()
        sync(self.context)
        self.alert: Mapping[str, Any] = self.workspace.messages(self.channel)[0]

    def _found(self) -> None:
        """A scan that found the leaver."""
        now = self.context.clock.now()
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
        self.store.save_scan("scan", scan, 20, self.context.new_id)

    def payload(self, action_id: str = DENY, user: str = "") -> dict[str, Any]:
        """What Slack sends when a button of the alert is pressed, or chosen in its menu."""
        post = self.workspace.find_post(self.channel, self.alert["ts"])
        assert post
        chosen = choice({"blocks": post.all_blocks()}, action_id)
        found = find_control(post.all_blocks(), CASE_MORE if chosen else action_id, None)
        assert found
        return payloads.press_on_message(self.workspace, user or self.alice, post, *found, chosen)

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
