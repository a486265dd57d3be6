"""Rules carried by the services over the fakes, without the engine: tests move the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.core.actions import Action, Asker
from bot.core.authorization import Rules
from bot.core.kinds import IN_LINE, Role
from bot.core.models import User
from bot.core.rules.announcements import Announcement, AnnouncementState
from bot.core.rules.brake import BrakeState
from bot.core.rules.durations import parse
from bot.core.rules.rules import AutoRules
from bot.services.actions.carry_out import step
from bot.services.context import Context
from bot.services.rules.carry import carry_rules
from bot.store.database import schema
from bot.store.database.rule_tables import announcements, brakes
from bot.store.rows import value_of
from tests.fakes.aws import FakeAws
from tests.fakes.chat import FakeChat
from tests.in_line import sync
from tests.services.denials import Denials, denials

REVOKE_RULE = AutoRules(revoke=parse("1h"))
BY = "rule LEAVERBOT_AUTO_REVOKE_AFTER=1h"
U1 = Asker("U1", "C1")
ROLES = frozenset({Role.RESPONDER})


@dataclass
class Ruled:
    """A world in which rules act. `chat`: the channel."""

    world: Denials
    chat: FakeChat

    @property
    def context(self) -> Context:
        return self.world.context

    def leaver(self, name: str = "dana") -> str:
        """A disabled user with one direct assignment, whom a scan is to find."""
        org = self.world.org
        return self.world.leaver(name, (org.add_account(f"prod of {name}"), org.add_permission_set(f"Set of {name}")))

    def idle(self, name: str = "dana") -> str:
        """A disabled user without any access."""
        return self.world.leaver(name)

    def scan(self) -> None:
        self.world.scan()
        sync(self.context)

    def carry(self, *, show: bool = True) -> int:
        """One pass, and what it says shown in Slack."""
        moved = carry_rules(self.context)
        if show:
            # Twice: an announcement needs the message of its case.
            sync(self.context)
            sync(self.context)
        return moved

    def wait(self, **time: float) -> None:
        self.world.clock.move(**time)

    def act(self) -> list[Action]:
        """Carry out every action to its end."""
        ended = []
        for action in self.context.store.unfinished_actions():
            if action.kind in IN_LINE:
                self.world.work()
                ended.append(self.context.store.action(action.id))
            else:
                ended.append(self.world.carry_on(action.id))
        sync(self.context)
        return ended

    def step(self, action_id: str) -> Action:
        step(self.context, [action_id])
        return self.context.store.action(action_id)

    def asked(self) -> Action:
        """The one action that is not finished."""
        (found,) = self.context.store.unfinished_actions()
        return found

    def announcements(self) -> list[Announcement]:
        """All of them, the oldest first."""
        with self.context.store._db.transaction(reads=True) as connection:  # type: ignore[attr-defined]  # the database
            rows = connection.execute(sa.select(announcements).order_by(announcements.c.made_at, announcements.c.id))
            return [value_of(Announcement, row) for row in rows.mappings()]

    def states(self) -> list[AnnouncementState]:
        return [one.state for one in self.announcements()]

    def audit(self) -> list[tuple[str, str, str]]:
        """Who, what, and what became of it."""
        table = schema.audit
        with self.context.store._db.transaction(reads=True) as connection:  # type: ignore[attr-defined]  # the database
            wanted = sa.select(table.c.who, table.c.what, table.c.verdict).order_by(table.c.seq)
            return [tuple(row) for row in connection.execute(wanted)]

    def forge(self, statement: sa.Executable) -> None:
        """What somebody does who can write to the database."""
        with self.context.store._db.transaction() as connection:  # type: ignore[attr-defined]  # the database
            connection.execute(statement)

    def engage_brake(self) -> None:
        now = self.world.clock.now()
        row = {"id": "brake-1", "state": BrakeState.ENGAGED, "engaged_at": now, "newest_at": now, "users": 10}
        self.forge(brakes.insert().values(**row, ended_by="", asked_at=now, version=1))

    def hide(self, operation: str) -> None:
        """AWS no longer lets leaverbot read this."""
        assert isinstance(self.world.aws, FakeAws)
        self.world.aws.faults.add(operation, code="AccessDeniedException", times=None)

    def under(self, auto: AutoRules | None = None, **rules: Any) -> "Ruled":
        """The same world under other rules."""
        kept: Rules = replace(self.context.rules, **rules)
        context = replace(self.context, rules=kept, auto_rules=auto or self.context.auto_rules)
        return replace(self, world=replace(self.world, context=context))

    def carrying(self, rules: bool) -> "Ruled":
        """The same world, seen by a process that carries rules, or by one that does not."""
        context = replace(self.context, carries_rules=rules)
        return replace(self, world=replace(self.world, context=context))

    def left(self, user_id: str) -> int:
        """How many ways in AWS still gives this user."""
        return len(self.world.org.truth(user_id))

    def exists(self, user_id: str) -> bool:
        return any(user.id == user_id for user in self.world.org.users())


@contextmanager
def ruled(folder: Path, auto: AutoRules, **options: Any) -> Iterator[Ruled]:
    """A world under these rules, in which U1 may do everything."""
    chat = FakeChat()
    with denials(folder, **options) as world:
        context = replace(world.context, chat=chat, auto_rules=auto, carries_rules=True)
        yield Ruled(replace(world, context=context), chat)
        assert not chat.complaints


def asked(here: Ruled, name: str = "dana") -> tuple[str, Action]:
    """Somebody whom the rule has just asked to revoke: the user id, and the action."""
    dana = here.leaver(name)
    here.scan()
    here.carry()
    here.wait(hours=1)
    here.carry()
    return dana, here.asked()


def user(here: Ruled, user_id: str) -> User:
    found = here.context.store.user_read(user_id)
    assert found
    assert found.user
    return found.user
