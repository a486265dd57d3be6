"""A store, a channel and everything between them, without the engine: tests call the services themselves."""

from pathlib import Path
from typing import Any

from bot.core.access.person_read import PersonRead
from bot.core.actions import Asker
from bot.core.authorization import Rules
from bot.core.models import Grant, GrantKind, User, UserStatus
from bot.core.models import Path as Way
from bot.core.scan.coverage import Coverage, Scan, ScanStatus
from bot.playground.identity_center import Organization
from bot.ports import Chat
from tests.databases import quick_store
from tests.fakes.aws import FakeAws
from tests.fakes.chat import FakeChat
from tests.stand_ins import StillClock, context_over
from tests.world import words


class Desk:
    """alice may do everything. `chat`: another one than the fake."""

    def __init__(self, folder: Path, chat: Chat | None = None, *, alice: str = "U1", channel: str = "C1") -> None:
        self.alice, self.channel = alice, channel
        self.chat = FakeChat(channel)
        self.store = quick_store(folder / "notify.db")
        self.clock = StillClock()
        rules = Rules(responders=frozenset({alice}), admins=frozenset({alice}))
        aws = FakeAws(Organization(seed=1))
        self.context = context_over(self.store, clock=self.clock, aws=aws, chat=chat or self.chat, rules=rules)

    def found(self, *people: PersonRead, digest_after: int = 20, status: ScanStatus = ScanStatus.COMPLETE) -> None:
        now = self.clock.now()
        kinds = tuple(GrantKind)
        coverage = Coverage(
            status, now, now, kinds, users_read=9, leavers=len(people), leavers_read=len(people), calls={}
        )
        stored = self.store.begin_scan(self.context.new_id(), "schedule", None, now)
        self.store.save_scan(stored.id, Scan(coverage, people, {}, "999999999999"), digest_after, self.context.new_id)

    def messages(self) -> list[dict[str, Any]]:
        return self.chat.messages()

    def thread(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        return self.chat.messages(message["ts"])

    def told(self) -> list[str]:
        """What only alice was shown."""
        return [words(message) for message in self.chat.told(self.alice)]

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
