"""A company in which many people are disabled, the channel, and what the bot makes of it; rules as a test wants them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.core.actions import Asker
from bot.core.authorization import DenyRules, Refused, Rules
from bot.core.kinds import Role
from bot.core.rules.brake import BrakeLimits
from bot.core.rules.durations import parse
from bot.core.rules.rules import AutoRules
from bot.services.rules.brake import brake_view, release
from bot.services.rules.holds import accept, hold_view
from tests.fakes.chat import FakeChat
from tests.in_line import sync
from tests.services.eventing import Hearing
from tests.world import buttons, words

LIMITS = BrakeLimits(count=3, percent=100)
ALICE, BOB = Asker("U1", "C1"), Asker("U2", "C1")
ADMIN, RESPONDER = frozenset({Role.ADMIN, Role.RESPONDER}), frozenset({Role.RESPONDER})
REVOKES = AutoRules(revoke=parse("3d"), brake=LIMITS)
NO_RULES = AutoRules(brake=LIMITS)


class Braking(Hearing):
    """alice (U1) is an admin, bob (U2) a responder. `restart`: with other settings, over the same database."""

    def __init__(self, folder: Path, rules: AutoRules = NO_RULES) -> None:
        super().__init__(folder)
        self.chat = FakeChat()
        who = Rules(responders=frozenset({"U2"}), admins=frozenset({"U1"}), deny=DenyRules())
        self.context = replace(self.context, chat=self.chat, rules=who, auto_rules=rules, carries_rules=True)

    def restart(self, auto_rules: AutoRules | None = None, **rules: Any) -> None:
        who = replace(self.context.rules, **rules)
        self.context = replace(self.context, rules=who, auto_rules=auto_rules or self.context.auto_rules)

    def scan(self) -> None:
        super().scan()
        self.clock.move(minutes=15)
        assert sync(self.context)

    def enable(self, *user_ids: str) -> None:
        for user_id in user_ids:
            self.org.set_status(user_id, "ENABLED")

    def burst(self, count: int = 4) -> list[str]:
        """A first scan, then so many people disabled, seen by the next."""
        people = self.users(count)
        self.scan()
        self.disable(*people)
        self.scan()
        return people

    def said(self) -> list[str]:
        """The messages of the channel, oldest first, as they are now."""
        sync(self.context)
        return [words(message) for message in self.chat.messages()]

    def buttons(self) -> list[str]:
        """The buttons of the messages of the channel about many people."""
        sync(self.context)
        found = [label for message in self.chat.messages() for label in buttons(message)]
        return [label for label in found if label == "Release" or label.startswith("Let rules")]

    def release(self, who: Asker = ALICE, roles: frozenset[Role] = ADMIN, **drawn: int) -> Refused | None:
        brake = self.store.brake()
        assert brake
        view = brake_view(self.context, brake.id)
        count, version = drawn.get("count", view.left), drawn.get("version", brake.version)
        result = release(self.context, brake.id, count, version, who, roles)
        return result if isinstance(result, Refused) else None

    def accept(self, who: Asker = ALICE, roles: frozenset[Role] = ADMIN, **drawn: int) -> Refused | None:
        (hold,) = self.store.holds()
        view = hold_view(self.context, hold.id)
        count, version = drawn.get("count", view.count), drawn.get("version", hold.version)
        result = accept(self.context, hold.id, count, version, who, roles)
        return result if isinstance(result, Refused) else None
