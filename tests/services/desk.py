"""A store, a channel and everything between them, without the engine: tests call the services themselves."""

from pathlib import Path
from typing import Any

from bot.core.authorization import Rules
from bot.core.models import Grant, GrantKind, PersonRead, User, UserStatus
from bot.core.models import Path as Way
from bot.core.scan.coverage import Coverage, Scan, ScanStatus
from bot.playground.slack_workspace import SlackServer, Workspace
from bot.ports import Asker
from bot.services.context import Parts
from bot.slack.connection.client import SlackChat
from tests.databases import quick_store
from tests.stand_ins import StillClock, parts_over


class Desk:
    """alice may do everything."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace()
        self.alice = self.workspace.add_user("alice")
        self.channel = self.workspace.add_channel("security-alerts", members=[self.alice])
        self.slack = SlackServer(self.workspace, rate_limits=False).start()
        self.store = quick_store(folder / "notify.db")
        self.clock = StillClock()
        self.parts = self.new_parts()

    def new_parts(self) -> Parts:
        """As after a start of the process: the client has forgotten everything."""
        chat = SlackChat(self.slack.environment()["SLACK_BOT_TOKEN"], self.slack.api_url, self.channel)
        rules = Rules(responders=frozenset({self.alice}), admins=frozenset({self.alice}))
        return parts_over(self.store, clock=self.clock, chat=chat, rules=rules)

    def found(self, *people: PersonRead, digest_after: int = 20, status: ScanStatus = ScanStatus.COMPLETE) -> None:
        now = self.clock.now()
        kinds = tuple(GrantKind)
        coverage = Coverage(
            status, now, now, kinds, users_read=9, leavers=len(people), leavers_read=len(people), calls={}
        )
        stored = self.store.begin_scan(self.parts.new_id(), "schedule", None, now)
        self.store.save_scan(stored.id, Scan(coverage, people, {}, "999999999999"), digest_after, self.parts.new_id)

    def messages(self) -> list[dict[str, Any]]:
        return list(self.workspace.messages(self.channel))

    def asker(self) -> Asker:
        return Asker(self.alice, self.channel)


def person(number: int = 1, *accounts: str) -> PersonRead:
    user = User(
        f"00000000-0000-4000-8000-{number:012}", f"user{number}@example.com", f"User {number}", "", UserStatus.DISABLED
    )
    return PersonRead(user, tuple(grant(account) for account in accounts or ("111111111111",)))


def grant(account: str) -> Grant:
    return Grant(
        GrantKind.ACCOUNT,
        Way.DIRECT,
        account_id=account,
        account_name=f"acct-{account[:2]}",
        account_status="ACTIVE",
        permission_set_arn="arn:aws:sso:::permissionSet/ssoins-1234567890123456/ps-1234567890123456",
        permission_set_name="ReadOnlyAccess",
        session_seconds=3600,
    )
