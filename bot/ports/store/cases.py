"""Stored cases, as services see them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.access.sessions import LongSession
from bot.core.actions import Action
from bot.core.cases import Case
from bot.core.deny.placed import PlacedDeny
from bot.core.kinds import Kind, Lane
from bot.core.models import RoleAt
from bot.core.scan.exposure import Exposure
from bot.ports.chat import Posted


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case, where its message is, and which version of the case that shows (0: none).

    `digest`: it was announced in a digest and has no message of its own yet.
    """

    case: Case
    posted: Posted | None
    shown_version: int
    digest: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is stored around a case. `superseded`: its user has a newer case; `deny`: the one in force; `newest`: the
    newest action of each kind in this case, newest first; `busy`: the lanes in which something is under way.
    """

    superseded: bool
    deny: PlacedDeny | None
    newest: Mapping[Kind, Action]
    busy: frozenset[Lane]


class CaseStore(Protocol):
    """Cases, at most one open per user."""

    def open_cases(self) -> dict[str, Case]: ...

    def case(self, case_id: str) -> StoredCase:
        """Raises NotFound."""
        ...

    def around(self, case: Case) -> Surroundings: ...

    def places(self) -> dict[str, Posted]:
        """Where the messages of the open cases are, by case id."""
        ...

    def places_of(self, user_ids: Collection[str]) -> dict[str, Posted]:
        """Where the messages of these users' newest cases are, by user id; nothing of those without one."""
        ...

    def newest_case(self, user_id: str) -> StoredCase | None: ...

    def cases_since(self, since: datetime) -> list[Case]:
        """Every open case, and every one opened or closed at or after `since`."""
        ...

    def exposures_since(self, since: datetime) -> list[Exposure]:
        """Of every case that closed after `since` because its user had no way in any more or was gone."""
        ...

    def unreviewed(self) -> list[StoredCase]:
        """Every case, open or closed, with access used after the user was disabled that nobody has reviewed."""
        ...

    def review(self, case_id: str, version: int, by: str, at: datetime) -> Case:
        """Note that `by` looked into the use, and log it; returns the case as it is then. A case already reviewed, or
        changed since `version`, stays as it is. Raises NotFound.
        """
        ...

    def mark_stale(self, case_id: str) -> None:
        """The case's message has to be drawn again."""
        ...

    def digest_cases(self, digest: str) -> list[Case]:
        """Every case of the digest, open or closed."""
        ...

    def want_message(self, case_id: str) -> None:
        """A case announced in a digest gets a message of its own."""
        ...

    def draw_again_if_changed(self, fingerprint: str, since: datetime) -> None:
        """Draw the messages of open cases, and of those closed after `since`, again if this fingerprint of the settings
        differs from the last one.
        """
        ...

    def shown(self, case_id: str, version: int, posted: Posted) -> None: ...

    def long_sessions(self, user_id: str) -> tuple[LongSession, ...]:
        """Whatever any case of the user ever had whose sessions may live for days."""
        ...

    def reached(self, user_id: str) -> frozenset[RoleAt]:
        """Every role in an account for which any case of the user ever had a usable grant."""
        ...
