"""Stored wishes from terminals, as services see them."""

from collections.abc import Sequence
from typing import Protocol

from bot.core.terminal.wishes import Wish, WishState


class WishStore(Protocol):
    """What people asked for from a terminal. The proof of who asked goes once its action has begun or ended."""

    def add_wish(self, wish: Wish) -> None: ...

    def wish(self, wish_id: str) -> Wish:
        """Raises NotFound."""
        ...

    def open_wishes(self) -> Sequence[Wish]:
        """The unanswered ones, oldest first; one that this version cannot read waits for a version that can."""
        ...

    def move_wish(self, wish_id: str, state: WishState, *, answer: str = "") -> bool:
        """Move an open wish on; False when it may not go there any more. Only one that waits can be withdrawn."""
        ...
