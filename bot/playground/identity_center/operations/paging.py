"""Pages and their tokens: opaque, bound to one operation and its parameters, safe while the list changes.

A token names the last sequence number that was given out, so a deletion or an insertion between two pages
neither skips nor repeats an item.
"""

import base64
import hashlib
import hmac
import json
import random
import struct
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from bot.playground.identity_center.state.errors import AwsError

Item = TypeVar("Item")


def _bound_to(operation: str, parameters: dict[str, Any]) -> bytes:
    rest = {key: value for key, value in parameters.items() if key.lower() not in {"nexttoken", "maxresults"}}
    return f"{operation} {json.dumps(rest, sort_keys=True)}".encode()


class Pager:
    """Cuts lists into pages. With `short_pages` a page may hold fewer items than asked for (Organizations: none)."""

    def __init__(self, seed: int, *, short_pages: bool) -> None:
        self._secret = hashlib.sha256(f"page tokens of {seed}".encode()).digest()
        self._random = random.Random(seed)
        self._issued = 0
        self._short_pages = short_pages

    def token(self, operation: str, parameters: dict[str, Any], after: int) -> str:
        self._issued += 1  # no two tokens are alike: a paginator gives up when it sees one twice
        head = struct.pack(">qI", after, self._issued & 0xFFFFFFFF)
        seal = hmac.digest(self._secret, head + _bound_to(operation, parameters), "sha256")[:18]
        return base64.urlsafe_b64encode(head + seal).decode()

    def after(self, operation: str, parameters: dict[str, Any]) -> int:
        """Where this call goes on; -1 for a first page. A token of another call is refused."""
        token = parameters.get("NextToken") or parameters.get("nextToken")
        if not token:
            return -1
        try:
            raw = base64.urlsafe_b64decode(token)
        except ValueError:
            raw = b""
        head, seal = raw[:12], raw[12:]
        good = hmac.digest(self._secret, head + _bound_to(operation, parameters), "sha256")[:18]
        if len(raw) != 30 or not hmac.compare_digest(seal, good):
            if operation.startswith("organizations."):
                raise AwsError(
                    "InvalidInputException",
                    "You provided a value that does not match the required pattern.",
                    complaint=True,
                    Reason="INVALID_NEXT_TOKEN",
                )
            code = "InvalidNextTokenException" if operation.startswith("cloudtrail.") else "ValidationException"
            raise AwsError(code, "The pagination token is not valid for this request.", complaint=True)
        return int(struct.unpack(">qI", head)[0])

    def size(self, operation: str, parameters: dict[str, Any], most: int | None = None) -> int:
        """How many items the page has room for; `most` where the model allows fewer in a list than it lets ask for."""
        largest = 20 if operation.startswith("organizations.") else 100
        asked = int(parameters.get("MaxResults") or parameters.get("maxResults") or largest)
        asked = asked if most is None else min(asked, most)
        if not self._short_pages:
            return asked
        if operation.startswith("organizations.") and self._random.random() < 0.4:
            return 0
        return self._random.randint(1, asked)

    def page(
        self,
        operation: str,
        parameters: dict[str, Any],
        items: Iterable[Item] | Callable[[int], Iterable[Item]],
        sequence: Callable[[Item], int],
        most: int | None = None,
    ) -> tuple[list[Item], dict[str, str]]:
        """One page of `items` (ascending by `sequence`), and {"NextToken": …} when more follow.

        A long list is no list but a look: `items(number)` gives what comes after that number, so that a page does
        not walk over the pages before it.
        """
        after, size = self.after(operation, parameters), self.size(operation, parameters, most)
        chosen: list[Item] = []
        for item in items(after) if callable(items) else items:
            if sequence(item) <= after:
                continue
            if len(chosen) == size:
                last = sequence(chosen[-1]) if chosen else after
                return chosen, {"NextToken": self.token(operation, parameters, last)}
            chosen.append(item)
        return chosen, {}
