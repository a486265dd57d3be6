"""Implements `ports.SourceDirectory`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.core.directory.source import CouldNotLook, Looked, SourceAccount, looked
from bot.core.models import User


@dataclass
class FakeSourceDirectory:
    """These accounts, as a test leaves them. `broken`: what everybody is answered instead; `asked`: who was asked for,
    and for how long.
    """

    accounts: list[SourceAccount] = field(default_factory=list)
    broken: CouldNotLook | None = None
    asked: list[tuple[list[str], timedelta]] = field(default_factory=list)

    def look(self, users: Sequence[User], within: timedelta) -> Mapping[str, Looked]:
        self.asked.append(([user.id for user in users], within))
        return {user.id: self.broken or looked(user, self.accounts) for user in users}

    def close(self) -> None: ...
