"""An organization whose events arrive in a queue, and everything up to the store: tests call the services themselves."""

from pathlib import Path
from typing import Any

from bot.core.cases import Case
from bot.core.events.counts import Counted
from bot.core.events.reads import UserRead
from bot.core.events.subjects import Home
from bot.core.rules.brake import BrakeLimits
from bot.core.rules.rules import AutoRules
from bot.playground.identity_center import Organization
from bot.services.events.reading import read_due
from bot.services.events.work import gather
from bot.services.scan.run import request_scan, run_scan
from tests import event_records
from tests.databases import quick_store
from tests.fakes.aws import FakeAws
from tests.fakes.events import FakeEvents
from tests.stand_ins import Noted, StillClock, context_over

# Limits that nobody reaches.
NO_BRAKE = BrakeLimits(count=1_000_000, percent=100)


class Hearing:
    """Users with a direct grant, their events, and what the bot makes of them. `digest_after`, `brake`: as in the
    settings; the brake is out of the way unless a test wants it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        digest_after: int = 20,
        org: Organization | None = None,
        brake: BrakeLimits = NO_BRAKE,
    ) -> None:
        self.org = org or Organization(seed=1)
        self.account = self.org.add_account("payments-prod")
        self.permission_set = self.org.add_permission_set("ReadOnlyAccess")
        self.aws, self.clock, self.queue, self.work = FakeAws(self.org), StillClock(), FakeEvents(), Noted()
        self.store = quick_store(folder / "events.db")
        self.context = context_over(
            self.store,
            clock=self.clock,
            aws=self.aws,
            work=self.work,
            digest_after=digest_after,
            auto_rules=AutoRules(brake=brake),
        )

    def user(self, name: str = "dana", *, access: bool = True, groups: tuple[str, ...] = ()) -> str:
        """An enabled user."""
        user_id = self.org.add_user(f"{name}@example.com", display_name=name.title())
        for group in groups:
            self.org.add_member(group, user_id)
        if access:
            self.org.assign(self.account, self.permission_set, "USER", user_id)
        return user_id

    def users(self, count: int) -> list[str]:
        return [self.user(f"user{number}") for number in range(count)]

    def disable(self, *user_ids: str) -> None:
        for user_id in user_ids:
            self.org.set_status(user_id, "DISABLED")

    def says(self, name: str, user_id: str, **more: Any) -> Any:
        """The console's event of this name, as of now."""
        instance = self.context.access.instance()
        at = more.pop("at", self.clock.now())
        return event_records.console(name, user_id, at, **{"store": instance.identity_store_id, **more})

    @property
    def home(self) -> Home:
        instance = self.context.access.instance()
        return Home(instance.identity_store_id, instance.arn)

    def put(self, *bodies: Any) -> None:
        """What arrives in the queue; the records know the real account and region."""
        for body in bodies:
            if isinstance(body, dict) and isinstance(body.get("detail"), dict):
                parameters = body["detail"].get("requestParameters") or {}
                if "instanceArn" in parameters:
                    parameters["instanceArn"] = self.home.instance_arn
                body["detail"]["recipientAccountId"] = self.org.management_account_id
        self.queue.put(*bodies)

    def hear(self, *bodies: Any) -> int:
        """These arrive, are taken in, and whoever is due is read; how many people were."""
        self.put(*bodies)
        gather(self.context, self.queue, 0, settle_seconds=0)
        return read_due(self.context)

    def scan(self) -> None:
        """A scan from beginning to end; no time passes."""
        run_scan(self.context, request_scan(self.context, "schedule")[0].id)

    def after(self, seconds: float) -> int:
        """Whoever is due after this time is read; how many people were."""
        self.clock.move(seconds=seconds)
        return read_due(self.context)

    @property
    def cases(self) -> dict[str, Case]:
        return self.store.open_cases()

    def known(self, user_id: str) -> UserRead:
        known = self.store.user_read(user_id)
        assert known, "nobody knows this user"
        return known

    def counted(self, what: Counted) -> int:
        return self.store.event_counts().of(what)
