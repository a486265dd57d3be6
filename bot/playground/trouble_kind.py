"""One kind of trouble that a visitor can make on the page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

INTERNAL = "InternalFailure"  # HTTP 500, an error that every service may return


@dataclass(slots=True)
class Kind:
    """One kind of trouble. `make` starts it and returns a function that says whether it is still active."""

    id: str
    side: str
    title: str
    text: str
    make: Callable[[], Callable[[], bool]]
    going_on: Callable[[], bool] = field(default=lambda: False)

    def describe(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "side": self.side,
            "title": self.title,
            "text": self.text,
            "active": self.going_on(),
        }
