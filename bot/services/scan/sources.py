"""The rows of one kind of grant, whichever way they are read."""

import itertools
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import fields
from typing import Protocol, TypeVar

from bot.core.access.person_read import Problem
from bot.core.errors import AwsError
from bot.core.models import GrantKind
from bot.core.scan.wording import KIND_NAMES, Unread
from bot.ports import Assignment, GrantSource, Location, Row

T = TypeVar("T")
# Enough to keep the limiters busy while answers travel; the limiters decide how fast AWS is asked.
READERS = 16


class Once:
    """Runs each read once for all who need its result, errors included: one call for each distinct group."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[tuple[str, str], threading.Lock] = {}
        self._results: dict[tuple[str, str], tuple[object, AwsError | None]] = {}

    def get(self, kind: str, key: str, read: Callable[[], T]) -> T:
        """The result of `read` for (kind, key), or the AwsError that it raised the first time."""
        name = (kind, key)
        with self._lock:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._results:
                try:
                    self._results[name] = (read(), None)
                except AwsError as error:
                    self._results[name] = (None, error)
            value, failed = self._results[name]
        if failed:
            raise failed
        return value  # type: ignore[return-value]  # what `read` of this kind and key returned


class Rows(Protocol):
    """The rows of one kind. `problems`: what may hide a row of anybody."""

    @property
    def kind(self) -> GrantKind: ...

    @property
    def problems(self) -> Sequence[Problem]: ...

    def of(self, principal_type: str, principal_id: str) -> Sequence[Row]:
        """Every row of this user or group. Raises AwsError."""
        ...


class ByPrincipal:
    """Asks AWS about each user, and once about each distinct group. `asked`: about how many so far."""

    problems: Sequence[Problem] = ()

    def __init__(self, source: GrantSource) -> None:
        self.kind = source.kind
        self._source, self._once = source, Once()
        self._asked = itertools.count()
        self.asked = 0

    def of(self, principal_type: str, principal_id: str) -> Sequence[Row]:
        if principal_type == "USER":
            return self._ask(principal_type, principal_id)
        return self._once.get(principal_type, principal_id, lambda: self._ask(principal_type, principal_id))

    def _ask(self, principal_type: str, principal_id: str) -> Sequence[Row]:
        # The count helps to choose the cheaper way; one more or less does no harm.
        self.asked = next(self._asked) + 1
        return self._source.of(principal_type, principal_id)


class Nothing:
    """No rows: a kind that this organization does not have, or that could not be read at all."""

    def __init__(self, kind: GrantKind, problems: Sequence[Problem] = ()) -> None:
        self.kind, self.problems = kind, problems

    def of(self, principal_type: str, principal_id: str) -> Sequence[Row]:  # noqa: ARG002 - the shape of Rows
        return ()


class ByLocation:
    """Reads every location, and keeps the rows of groups and of the wanted users.

    `exists`: whether a user id is in the directory; the rows of ids that are not are kept in `left_behind`. None: that
    is unknown. `permission_sets`: those that anybody is assigned anywhere.
    """

    def __init__(
        self,
        source: GrantSource,
        locations: Sequence[Location],
        wanted: Iterable[str],
        exists: Callable[[str], bool] | None = None,
    ) -> None:
        self.kind = source.kind
        self._source, self._locations, self._wanted, self._exists = source, locations, frozenset(wanted), exists
        self._rows: dict[tuple[str, str], list[Row]] = {}
        self._lock = threading.Lock()
        self.left_behind: list[Row] = []
        self.permission_sets: set[str] = set()
        self.problems: list[Problem] = []

    def walk(self, pool: Executor, done: Callable[[], None] = lambda: None) -> None:
        """Read every location on the threads of `pool`; `done` is called after each."""
        for future in [pool.submit(copy_context().run, self._visit, location) for location in self._locations]:
            future.result()
            done()

    def of(self, principal_type: str, principal_id: str) -> Sequence[Row]:
        return self._rows.get((principal_type, principal_id), ())

    def groups(self) -> set[str]:
        """Every group that has a row."""
        return {principal_id for kind, principal_id in self._rows if kind == "GROUP"}

    def _visit(self, location: Location) -> None:
        try:
            for row in self._source.at(location.id):
                self._keep(row)
        except AwsError as error:
            named = f"{location.name} ({location.id})" if location.name else location.id
            what = Unread.GRANTS_AT.of(KIND_NAMES[self.kind], named)
            with self._lock:
                self.problems.append(Problem(what, str(error), passing=error.passes, kind=self.kind))

    def _keep(self, row: Row) -> None:
        if isinstance(row, Assignment):
            self.permission_sets.add(sys.intern(row.permission_set_arn))
        if row.principal_type == "GROUP" or row.principal_id in self._wanted:
            with self._lock:
                self._rows.setdefault((row.principal_type, row.principal_id), []).append(_interned(row))
        elif self._exists and not self._exists(row.principal_id):
            with self._lock:
                self.left_behind.append(row)


def _interned(row: Row) -> Row:
    """The same row, its texts interned: thousands name the same accounts and permission sets."""
    return type(row)(*(sys.intern(getattr(row, field.name)) for field in fields(row)))


def groups_of(rows: Iterable[Rows]) -> set[str]:
    """Every group that gives something, of what was read by location."""
    return {group for one in rows if isinstance(one, ByLocation) for group in one.groups()}


def kind_problem(kind: GrantKind, error: AwsError) -> Problem:
    """A whole kind that could not be read."""
    return Problem(KIND_NAMES[kind], str(error), passing=error.passes, kind=kind, whole=True)


def readers() -> ThreadPoolExecutor:
    """Threads for reading AWS; a context manager."""
    return ThreadPoolExecutor(READERS, thread_name_prefix="reader")
