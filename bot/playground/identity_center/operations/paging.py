"""Pages and their tokens: opaque, bound to one operation and its parameters, safe while the list changes.

A token holds the last sequence number handed out, so deleting or inserting items between two pages neither skips nor
repeats one.
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


# The parameters that say which page is wanted.
PLACES = {"nexttoken", "maxresults", "marker", "maxitems"}


def _bound_to(operation: str, parameters: dict[str, Any]) -> bytes:
    rest = {key: value for key, value in parameters.items() if key.lower() not in PLACES}
    return f"{operation} {json.dumps(rest, sort_keys=True)}".encode()


class Pager:
    """Cuts lists into pages. With `short_pages` a page may have fewer items than asked for (or none: Organizations)."""

    def __init__(self, seed: int, *, short_pages: bool) -> None:
        self._secret = hashlib.sha256(f"page tokens of {seed}".encode()).digest()
        self._random = random.Random(seed)
        self._issued = 0
        self._short_pages = short_pages

    def token(self, operation: str, parameters: dict[str, Any], after: int) -> str:
        self._issued += 1  # no two tokens are the same: a paginator gives up when it sees one twice
        head = struct.pack(">qI", after, self._issued & 0xFFFFFFFF)
        seal = hmac.digest(self._secret, head + _bound_to(operation, parameters), "sha256")[:18]
        return base64.urlsafe_b64encode(head + seal).decode()

    def after(self, operation: str, parameters: dict[str, Any]) -> int:
        """Where this call continues; -1 for a first page. A token from another call is rejected."""
        token = parameters.get("NextToken") or parameters.get("nextToken") or parameters.get("Marker")
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
        """How many items fit on the page; `most` where the model allows fewer in a list than the caller may ask for."""
        largest = 20 if operation.startswith("organizations.") else 100
        asked = int(
            parameters.get("MaxResults") or parameters.get("maxResults") or parameters.get("MaxItems") or largest
        )
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

        For a long list, `items` is a function: `items(number)` gives what comes after that number, so that a page does
        not have to walk through the pages before it.
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
