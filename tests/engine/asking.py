"""Actions for the tests of the engine."""

import uuid
from datetime import UTC, datetime

from bot.core.actions import Action, Asker
from bot.core.kinds import REVOKE, Kind
from bot.core.models import User, UserStatus
from bot.engine.engine import Engine
from bot.services.context import Context
from tests.fakes.aws import FakeAws


def engine_of(context: Context) -> Engine:
    assert isinstance(context.work, Engine)
    return context.work


def ask(context: Context, user: User, kind: Kind = REVOKE, *, by: str = "U1") -> str:
    action = Action(str(uuid.uuid4()), str(uuid.uuid4()), kind, user, None, Asker(by, "C1"), datetime.now(UTC))
    return context.store.add_action(action).id


def disabled(aws: FakeAws, name: str) -> User:
    user_id = aws.org.add_user(f"{name}@example.com", display_name=name, email=f"{name}@example.com", status="DISABLED")
    return User(user_id, f"{name}@example.com", status=UserStatus.DISABLED)
