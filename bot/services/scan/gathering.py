"""Read the leavers while the list of users still comes in, each kind of grant the way that takes fewer calls."""

import contextlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future
from contextvars import copy_context
from dataclasses import dataclass
from typing import TypeVar, TypeVarTuple

from bot.core.access.person_read import PersonRead, Problem
from bot.core.errors import AwsError
from bot.core.models import GrantKind, Orphan, User
from bot.core.scan.coverage import How, Strategy
from bot.core.scan.strategy import LastScan, choose
from bot.core.scan.wording import Because
from bot.ports import Access, Directory
from bot.services.scan.draft import Draft
from bot.services.scan.grant_kinds import KindsReader
from bot.services.scan.person import PersonReader
from bot.services.scan.progress import Phase, Progress
from bot.services.scan.sources import ByLocation, ByPrincipal, Nothing, Rows, groups_of, readers

Ts = TypeVarTuple("Ts")
T = TypeVar("T")
R = TypeVar("R")
# The members of a group on one page.
PAGE = 100
# A bot that scans regularly is content with a list of accounts this old, for names and states. In seconds.
ACCOUNTS_AGE = 3600.0


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was read. `problems` concern everybody; `orphans_all`: there can be no other orphans.

    `principals`: the leavers and their distinct groups. `assigned_sets`: every permission set that anybody is assigned;
    None when not every account was read.
    """

    people: tuple[PersonRead, ...] = ()
    problems: tuple[Problem, ...] = ()
    how: tuple[How, ...] = ()
    orphans: tuple[Orphan, ...] = ()
    orphans_all: bool = False
    assigned_sets: frozenset[str] | None = None
    principals: int = 0


def _assigned_sets(located: Iterable[ByLocation]) -> frozenset[str] | None:
    accounts = next((rows for rows in located if rows.kind is GrantKind.ACCOUNT), None)
    return frozenset(accounts.permission_sets) if accounts and not accounts.problems else None


class Gathering:
    """`found` is told of each leaver as they come; `finish` is called when all are there.

    The account assignments of a leaver are asked for at once, until that has taken about as many calls as reading
    account by account would; further leavers wait until their number is known. So at most about twice the fewest calls
    are made, and the API that lists users and the one that lists assignments are busy at the same time. (The leavers
    found before the accounts were counted, and those whose calls are under way, come on top.)

    With the `last` scan known, all wait where reading by account took fewer calls. Without it (None), nothing is asked
    for the benefit of the next scan.
    """

    def __init__(
        self,
        directory: Directory,
        access: Access,
        pool: Executor,
        progress: Callable[[Progress], None],
        *,
        find_orphans: bool = False,
        only: Strategy | None = None,
        last: LastScan | None = None,
    ) -> None:
        self.reader = PersonReader(directory, access, max_account_age=ACCOUNTS_AGE if last else 0.0)
        self._last = last
        self._directory, self._pool, self._progress = directory, pool, progress
        self._find_orphans = find_orphans
        self._wanted = (only, Because.WANTED) if only else None
        if find_orphans:
            self._wanted = (Strategy.BY_LOCATION, Because.ORPHANS_WANTED)
        self._kinds = KindsReader(access, self.reader, pool, progress, self._wanted)
        self._shared: Future[tuple[Problem, ...]] | None = None
        self._started: list[Future[Draft]] = []
        self._waiting: list[User] = []
        self._accounts_only: str | None = None
        self._expects_accounts: bool | None = None

    def found(self, user: User) -> None:
        """One more leaver."""
        self._prepare()
        if self._at_once():
            self._started.append(self._submit(self._begin, user))
        else:
            self._waiting.append(user)

    def finish(self, users: int, exists: Callable[[str], bool] | None) -> Gathered:
        """Everybody, read. `users`: how many there are; `exists`: whether a user id is among them; None for unknown."""
        nobody = not self._started and not self._waiting
        if nobody and not (self._find_orphans and exists):
            return Gathered()
        self._prepare()
        started = self._each(self._started, Phase.LEAVERS, GrantKind.ACCOUNT)
        problems = self._shared.result() if self._shared else ()
        everybody = frozenset([*(draft.user.id for draft in started), *(user.id for user in self._waiting)])
        with readers() as pool:
            # Groups and assignments have separate quotas, so both are read at the same time.
            begun = [self._submit(self.reader.begin, user, pool=pool) for user in self._by_person(users)]
            how, found = self._read_kinds(started, everybody, exists)
            more, how_members = self._rest(started, found, users, self._each(begun, Phase.LEAVERS))
        drafts = [*started, *more]
        self._add(started, [rows for kind, rows in found.items() if kind is not GrantKind.ACCOUNT])
        self._add(more, list(found.values()))
        people = self._name(drafts)
        located = [rows for rows in found.values() if isinstance(rows, ByLocation)]
        orphans, all_asked = self.reader.orphans(row for rows in located for row in rows.left_behind)
        whole = exists is not None and all(isinstance(rows, (ByLocation, Nothing)) for rows in found.values())
        sound = whole and all_asked and not any(rows.problems for rows in found.values()) and not started
        principals = len(drafts) + len({member.group.id for draft in drafts for member in draft.memberships})
        self._learn(principals)
        return Gathered(people, problems, (*how, *how_members), orphans, sound, _assigned_sets(located), principals)

    def _prepare(self) -> None:
        if self._shared is None:
            self._shared = self._submit(self.reader.prepare)

    def _at_once(self) -> bool:
        if self._accounts_only is None:
            self._accounts_only = self._kinds.only_by_location(self._kinds.accounts)
        if self._accounts_only:
            return False
        if self._wanted:
            return self._wanted[0] is Strategy.BY_PRINCIPAL
        if self._expects_accounts is None:
            self._expects_accounts = self._accounts_were_cheaper()
        if self._expects_accounts:
            return False
        known = self._shared is not None and self._shared.done() and self.reader.names.account_count
        asked = max(len(self._started), self._kinds.direct.asked)
        return not known or asked < self._kinds.cost_of_accounts()

    def _accounts_were_cheaper(self) -> bool:
        """Whether reading by account would have taken fewer calls in the last scan."""
        if not self._last or not self._kinds.accounts.calls_known() or self._shared is None:
            return False
        self._shared.result()
        return 0 < self._kinds.cost_of_accounts() < self._last.principals

    def _learn(self, principals: int) -> None:
        """Find out for the next scan what reading by account takes, where it may take less."""
        # An account takes one call, and one for each of its permission sets.
        if not self._last or self._accounts_only or 2 * self.reader.names.account_count >= principals:
            return
        with contextlib.suppress(AwsError):
            self._kinds.accounts.learn()

    def _begin(self, user: User) -> Draft:
        draft = self.reader.begin(user)
        self.reader.add(draft, self._kinds.direct)
        return draft

    def _read_kinds(
        self, started: Sequence[Draft], everybody: frozenset[str], exists: Callable[[str], bool] | None
    ) -> tuple[list[How], dict[GrantKind, Rows]]:
        """How each kind is read, and the rows of those who were not read at once."""
        groups = len({member.group.id for draft in started for member in draft.memberships})
        expected = (self._last or LastScan()).principals_of(len(everybody))
        how: list[How] = []
        rows: dict[GrantKind, Rows] = {}
        for kind in GrantKind:
            some = kind is GrantKind.ACCOUNT and bool(started)
            people = len(self._waiting) if some else max(expected, len(everybody) + groups)
            if some and not people and not self._find_orphans:
                how.append(self._kinds.at_once(len(everybody)))
                rows[kind] = self._kinds.direct
                continue
            at_once = len(started) if some else 0
            way, rows[kind] = self._kinds.read(kind, people, everybody, exists, at_once=at_once)
            how += [way] if way else []
        return how, rows

    def _by_person(self, users: int) -> Sequence[User]:
        """Those who wait, when reading even one group's members may take as many calls as asking for each of them."""
        if self._wanted and self._wanted[0] is Strategy.BY_LOCATION:
            return ()
        return self._waiting if len(self._waiting) <= users / PAGE else ()

    def _rest(
        self, started: Sequence[Draft], found: dict[GrantKind, Rows], users: int, begun: list[Draft]
    ) -> tuple[list[Draft], list[How]]:
        """Drafts of those who waited, with their memberships: read from the groups when that is certainly cheaper.

        `begun`: the drafts, when it was clear from the start that it is not.
        """
        if not self._waiting:
            return [], [How("membership", Strategy.BY_PRINCIPAL, Because.ONE_CALL_EACH)] if started else []
        if begun:
            return begun, [How("membership", Strategy.BY_PRINCIPAL, Because.ONE_CALL_EACH)]
        located = [rows for rows in found.values() if isinstance(rows, (ByLocation, Nothing))]
        groups = groups_of(located)
        # How many members a group has is not known before it is read, so the most that are possible count.
        most = len(groups) * max(1.0, users / PAGE)
        everything = len(located) == len(found)
        how = choose(
            "membership",
            people=len(self._waiting),
            others=most if everything else float("inf"),
            wanted=self._wanted if everything else None,
        )
        if not everything:
            how = How("membership", Strategy.BY_PRINCIPAL, Because.ONE_CALL_EACH)
        if how.strategy is Strategy.BY_LOCATION:
            return self.reader.begin_by_group(self._waiting, groups, self._map), [how]
        return self._each([self._submit(self.reader.begin, user) for user in self._waiting], Phase.LEAVERS), [how]

    def _add(self, drafts: Sequence[Draft], found: Sequence[Rows]) -> None:
        def add(draft: Draft) -> None:
            for rows in found:
                self.reader.add(draft, rows)

        asked = next((rows.kind for rows in found if isinstance(rows, ByPrincipal)), None)
        phase = Phase.LEAVERS if asked else Phase.PEOPLE
        self._each([self._submit(add, draft) for draft in drafts], phase, asked)

    def _name(self, drafts: Sequence[Draft]) -> tuple[PersonRead, ...]:
        """The finished people. Group names are asked for together, because one list may be cheaper."""
        self._directory.learn_groups({group for draft in drafts for _, group in draft.rows if group})
        return tuple(self._each([self._submit(self.reader.finish, draft) for draft in drafts], Phase.PEOPLE))

    def _each(self, reading: Sequence[Future[R]], phase: Phase, what: GrantKind | None = None) -> list[R]:
        """What was read of each leaver. Tells how many are done."""
        done = []
        for future in reading:
            done.append(future.result())
            self._progress(Progress(phase, len(done), len(reading), what, leavers=len(reading)))
        return done

    def _map(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        return [future.result() for future in [self._submit(work, item) for item in items]]

    def _submit(self, work: Callable[[*Ts], R], *args: *Ts, pool: Executor | None = None) -> Future[R]:
        """Run it in this context, so that its requests are counted as the scan's."""
        context = copy_context()
        return (pool or self._pool).submit(lambda: context.run(work, *args))
