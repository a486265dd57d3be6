"""Collections listed in pages: kept in order of their numbers, so that a page costs only what is on it."""

import bisect
import heapq
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter, itemgetter
from typing import Any, Generic, TypeVar

Key = TypeVar("Key")
Item = TypeVar("Item")

SHORT = 16  # below this, sorting is cheaper than merging

_first: Callable[[Any], int] = itemgetter(0)
_sequence: Callable[[Any], int] = attrgetter("sequence")


def _from(items: list[Item], start: int) -> Iterator[Item]:
    """The items from this index on; `islice` would step through all those before it."""
    return map(items.__getitem__, range(start, len(items)))


class Numbered(dict[Key, int], Generic[Key]):
    """Keys, each with a number. A key that is added has a higher number than all before it."""

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[int, Key]] = []

    def add(self, key: Key, number: int) -> None:
        self[key] = number
        self._rows.append((number, key))

    def discard(self, key: Key) -> bool:
        """Whether it was there."""
        number = self.pop(key, None)
        if number is None:
            return False
        del self._rows[bisect.bisect_left(self._rows, number, key=_first)]
        return True

    def after(self, number: int) -> Iterator[tuple[int, Key]]:
        """(number, key) of everything with a higher number."""
        return _from(self._rows, bisect.bisect_right(self._rows, number, key=_first))


class Sequenced(list[Item], Generic[Item]):
    """Records in ascending order of their `sequence`."""

    def discard(self, item: Item) -> None:
        """Take out a record that is in it."""
        del self[bisect.bisect_left(self, _sequence(item), key=_sequence)]

    def after(self, number: int) -> Iterator[Item]:
        return _from(self, bisect.bisect_right(self, number, key=_sequence))


def merged(parts: Iterable[tuple[Key, Numbered[Item] | None]], number: int) -> Iterator[tuple[int, Item, Key]]:
    """(number, key, whose part it is in) of everything in any part with a higher number, ascending."""

    def rows(whose: Key, part: Numbered[Item]) -> Iterator[tuple[int, Item, Key]]:
        return ((at, key, whose) for at, key in part.after(number))

    short: list[tuple[int, Item, Key]] = []
    long: list[Iterator[tuple[int, Item, Key]]] = []
    for whose, part in parts:
        if part and len(part) <= SHORT:
            short += [(at, key, whose) for key, at in part.items() if at > number]
        elif part:
            long.append(rows(whose, part))
    short.sort(key=_first)
    return heapq.merge(short, *long, key=_first)
