"""One person while being read."""

from dataclasses import dataclass, field

from bot.core.access.person_read import Problem
from bot.core.models import GrantKind, Membership, User
from bot.ports import Row
from bot.services.scan.sources import Rows


@dataclass(slots=True)
class Draft:
    """One person while being read: `rows` come with the group they come through, None for the person's own."""

    user: User
    memberships: list[Membership] = field(default_factory=list)
    rows: dict[tuple[Row, str | None], None] = field(default_factory=dict)
    unread: list[Problem] = field(default_factory=list)
    sources: list[Rows] = field(default_factory=list)
    added: set[tuple[GrantKind, str]] = field(default_factory=set)
    disagreements: int = 0

    @property
    def who(self) -> str:
        user = self.user
        return f"{user.label} ({user.id})" if user.label != user.id else user.id
