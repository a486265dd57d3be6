"""Cases as the inside sees them stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.cases import Case
from bot.core.models import RoleAt
from bot.core.sessions import LongSession
from bot.ports.chat import Posted


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case with where its message stands and which version of it that shows (0: none).

    `digest`: it was announced in a digest and has no message of its own yet.
    """

    case: Case
    posted: Posted | None
    shown_version: int
    digest: bool


class CaseStore(Protocol):
    """Cases, of which one a user is open."""

    def open_cases(self) -> dict[str, Case]: ...

    def case(self, case_id: str) -> StoredCase:
        """Raises NotFound."""
        ...

    def places(self) -> dict[str, Posted]:
        """Where the messages of the open cases stand, by case id."""
        ...

    def newest_case(self, user_id: str) -> StoredCase | None: ...

    def cases_since(self, since: datetime) -> list[Case]:
        """Every open case, and every one opened or closed at or after `since`."""
        ...

    def unreviewed(self) -> list[StoredCase]:
        """Every case, open or closed, whose access was used after the disabling and that nobody has reviewed."""
        ...

    def review(self, case_id: str, version: int, by: str, at: datetime) -> Case:
        """Note that `by` looked into the use, and log it; the case as it is then. One that was reviewed already, or
        changed since `version`, stays as it is. Raises NotFound.
        """
        ...

    def mark_stale(self, case_id: str) -> None:
        """The case's message has to be drawn again."""
        ...

    def want_message(self, case_id: str) -> None:
        """A case announced in a digest gets a message of its own."""
        ...

    def draw_again_if_changed(self, fingerprint: str, since: datetime) -> None:
        """Draw the messages of open cases, and of those closed after `since`, again when this is another fingerprint
        of the settings than the last one.
        """
        ...

    def shown(self, case_id: str, version: int, posted: Posted) -> None: ...

    def long_sessions(self, user_id: str) -> tuple[LongSession, ...]:
        """What of all that any case of the user ever had may have sessions that live for days."""
        ...

    def reached(self, user_id: str) -> frozenset[RoleAt]:
        """Every role in an account that any case of the user ever had a usable grant of."""
        ...
