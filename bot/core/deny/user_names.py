"""Which names a deny may hold: every name its person has had since, and none that somebody else has now.

A role session carries the user name of the moment it was opened, so a deny holds every name its person had. The
directory may give a freed name to somebody else, who must not be denied for it (docs/facts.md#user-name-case).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.core.deny.policy_document import denied_names, denied_users
from bot.core.deny.statements import by_name
from bot.core.models import User
from bot.core.typed_names import fold


@dataclass(slots=True)
class Holders:
    """Who was seen holding these names; a list may show two holders if a user was renamed while it was being read."""

    wanted: frozenset[str]
    found: dict[str, dict[str, User]]

    @classmethod
    def of(cls, names: Iterable[str]) -> "Holders":
        return cls(frozenset(map(fold, names)), {})

    def note(self, user: User) -> None:
        if self.wanted and user.user_name and fold(user.user_name) in self.wanted:
            self.found.setdefault(fold(user.user_name), {})[user.id] = user

    def other(self, user_name: str, user_id: str) -> User | None:
        """A different user who holds the name."""
        holders = self.found.get(fold(user_name), {})
        return next((user for name, user in holders.items() if name != user_id), None)


@dataclass(frozen=True, slots=True)
class NameChanges:
    """What has to change in one document: the names to remove, with who holds each now, and the names to add."""

    out: Mapping[str, User]
    into: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.out or self.into)


def name_changes(
    text: str, user_id: str, theirs: Collection[str], wanted: Collection[str], holders: Holders
) -> NameChanges:
    """What has to change in the names of this document. `theirs`: every name this user has or had; `wanted`: the ones
    that belong in it. Raises DenyDocumentInvalid.

    A name stays in if its new holder is also denied by id in the same document. No name is added where the user's id is
    missing: somebody took it out by hand, and a person decides whether to put it back.
    """
    names, users = denied_names(text), denied_users(text)
    spellings = set(map(fold, theirs))
    held = {name: holders.other(name, user_id) for name in names if fold(name) in spellings}
    out = {name: holder for name, holder in held.items() if holder and holder.id not in users}
    missing = [name for name in wanted if by_name(name) and name not in names and holders.other(name, user_id) is None]
    return NameChanges(out, tuple(missing) if user_id in users else ())
