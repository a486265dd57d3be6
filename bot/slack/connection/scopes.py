"""Which scopes the Slack app was given, as Slack says with every answer."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.core.errors import ChatError
from bot.slack.wording.scopes import POSTS, lacking

# Slack names the scopes of the token in this header (docs/facts.md#granted-scopes).
HEADER = "x-oauth-scopes"


class Scopes:
    """Not known until an answer was read."""

    def __init__(self) -> None:
        self._granted: frozenset[str] | None = None

    def read(self, headers: Mapping[str, Any]) -> None:
        """Take them from the headers of an answer. One without them, as a proxy may leave it, changes nothing."""
        given = next((value for name, value in headers.items() if name.lower() == HEADER), None)
        if given:
            named = given if isinstance(given, str) else ",".join(given)
            self._granted = frozenset(scope.strip() for scope in named.split(",") if scope.strip())

    def lacks(self, scope: str) -> bool:
        """Whether it is known to be missing."""
        return self._granted is not None and scope not in self._granted

    def missing(self, wanted: Iterable[str]) -> tuple[str, ...] | None:
        """Those that are missing; None when Slack did not say."""
        return None if self._granted is None else tuple(scope for scope in wanted if scope not in self._granted)

    def check_required(self) -> None:
        """Raises ChatError without the scope that leaverbot cannot do without."""
        if self.lacks(POSTS):
            raise ChatError(lacking(POSTS), code="missing_scope")
