"""The brake and the holds, as services see them."""

from datetime import datetime
from typing import Protocol

from bot.core.events.reads import UserRead
from bot.core.rules.brake import Brake
from bot.core.rules.holds import Hold


class BrakeStore(Protocol):
    """Brakes, at most one engaged: `save_scan` and `save_reads` engage and end it."""

    def brake(self) -> Brake | None:
        """The one that is engaged."""
        ...

    def told_brake(self, brake_id: str) -> Brake:
        """One that is engaged or ended. Raises NotFound."""
        ...

    def braked(self, brake_id: str) -> tuple[int, list[UserRead]]:
        """How many people it is about, and the newest reads of those who are still disabled."""
        ...

    def release_brake(self, brake_id: str, version: int, by: str, at: datetime) -> bool:
        """End it, log it, and announce the open cases of its people in one digest. False, and no change, if it has
        ended, or changed since `version`.
        """
        ...

    def redraw_brake(self, brake_id: str) -> None:
        """Its messages have to be drawn again."""
        ...

    def ask_about_brake(self, at: datetime) -> None:
        """Ask in the channel once more about the one that is engaged, if it is time for that."""
        ...


class HoldStore(Protocol):
    """Holds. Whoever is seen enabled again, or gone, drops out of them."""

    def held(self) -> frozenset[str]:
        """Everybody in a hold that nobody has accepted."""
        ...

    def holds(self) -> list[Hold]:
        """Those that nobody has accepted, oldest first."""
        ...

    def told_hold(self, hold_id: str) -> Hold:
        """One that holds or is over. Raises NotFound."""
        ...

    def look_at_rules(self, reach: str, hold: Hold | None, at: datetime) -> None:
        """Remember the reach of the rules that was looked at. With `hold`: store it, and it takes the place of earlier
        ones.
        """
        ...

    def looked_at_rules(self) -> str | None:
        """The reach of the rules that was looked at last; None if none ever was."""
        ...

    def show_hold(self, hold_id: str, at: datetime) -> None:
        """Ask in the channel about this hold; asking again does nothing."""
        ...

    def redraw_hold(self, hold_id: str) -> None:
        """Its message has to be drawn again."""
        ...

    def accept_hold(self, hold_id: str, version: int, by: str, at: datetime) -> bool:
        """Let rules act on its people, and log it. False, and no change, if it is over, or changed since `version`."""
        ...

    def leavers(self) -> list[UserRead]:
        """Everybody who was disabled in their newest read, with that read."""
        ...
