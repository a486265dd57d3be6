"""Read the leavers while the list of users still comes in, each kind of grant from the end that takes fewer calls."""

import contextlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future
from contextvars import copy_context
from dataclasses import dataclass, replace
from typing import TypeVar, TypeVarTuple

from bot.core.errors import AwsError
from bot.core.models import GrantKind, Orphan, PersonRead, Problem, User
from bot.core.scan.coverage import How, Strategy
from bot.core.scan.strategy import LastScan, choose
from bot.core.scan.words import Because
from bot.ports import Access, Directory, GrantSource, Location
from bot.services.scan.people import Draft, People, groups_of, kind_problem, readers
from bot.services.scan.progress import Phase, Progress
from bot.services.scan.sources import ByLocation, ByPrincipal, Nothing, Rows

Ts = TypeVarTuple("Ts")
T = TypeVar("T")
R = TypeVar("R")
# A page of a group's members.
PAGE = 100
# For names and states of accounts a list this old will do when the bot scans again and again. In seconds.
ACCOUNTS_AGE = 3600.0


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was read: `problems` concern everybody, `orphans_all` says whether there can be no others.

    `principals`: the leavers and their distinct groups. `assigned_sets`: every permission set that anybody is assigned;
    None when not all accounts were gone through.
    """

    people: tuple[PersonRead, ...] = ()
    problems: tuple[Problem, ...] = ()
    how: tuple[How, ...] = ()
    orphans: tuple[Orphan, ...] = ()
    orphans_all: bool = False
    assigned_sets: frozenset[str] | None = None
    principals: int = 0


def _assigned_sets(walked: Iterable[ByLocation]) -> frozenset[str] | None:
    accounts = next((source for source in walked if source.kind is GrantKind.ACCOUNT), None)
    return frozenset(accounts.permission_sets) if accounts and not accounts.problems else None


class Gathering:
    """`found` as the leavers come, `finish` when all are there.

    Account assignments are asked for a leaver at once, until that has cost about as many calls as going through the
    accounts would: the others wait until it is known how many they are. So about twice the fewest calls are made at
    most, and the API that lists users and the one that lists assignments are busy at the same time. (What leavers
    cost whose calls are under way, and those found before the accounts were counted, comes on top.)

    Who knows the `last` scan knows better: when the accounts took fewer calls, everybody waits for them. Without it
    (None) nothing is asked for the sake of the next scan.
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
        self.people = People(directory, access, max_account_age=ACCOUNTS_AGE if last else 0.0)
        self._last = last
        self._directory, self._access, self._pool, self._progress = directory, access, pool, progress
        self._find_orphans = find_orphans
        self._wanted = (only, Because.WANTED) if only else None
        if find_orphans:
            self._wanted = (Strategy.BY_LOCATION, Because.ORPHANS_WANTED)
        self._grant_sources = {source.kind: source for source in access.grant_sources()}
        self._direct = ByPrincipal(self._grant_sources[GrantKind.ACCOUNT])
        self._shared: Future[tuple[Problem, ...]] | None = None
        self._started: list[Future[Draft]] = []
        self._waiting: list[User] = []
        self._accounts_end: str | None = None
        self._expects_accounts: bool | None = None

    def found(self, user: User) -> None:
        """One more leaver."""
        self._prepare()
        if self._at_once():
            self._started.append(self._submit(self._begin, user))
        else:
            self._waiting.append(user)

    def finish(self, users: int, exists: Callable[[str], bool] | None) -> Gathered:
        """Everybody, read. `users`: how many there are; `exists`: whether a user id is among them, None for unknown."""
        nobody = not self._started and not self._waiting
        if nobody and not (self._find_orphans and exists):
            return Gathered()
        self._prepare()
        started = [future.result() for future in self._started]
        problems = self._shared.result() if self._shared else ()
        everybody = frozenset([*(draft.user.id for draft in started), *(user.id for user in self._waiting)])
        with readers() as pool:
            # Lists of groups and lists of assignments have a quota each, so both are read at the same time.
            begun = [self._submit(self.people.begin, user, pool=pool) for user in self._by_person(users)]
            how, sources = self._sources(started, everybody, exists)
            more, how_members = self._rest(started, sources, users, [future.result() for future in begun])
        drafts = [*started, *more]
        self._add(started, [source for source in sources.values() if source.kind is not GrantKind.ACCOUNT])
        self._add(more, list(sources.values()))
        people = self._name(drafts)
        walked = [source for source in sources.values() if isinstance(source, ByLocation)]
        orphans, all_asked = self.people.orphans(row for source in walked for row in source.left_behind)
        whole = exists is not None and all(isinstance(source, (ByLocation, Nothing)) for source in sources.values())
        sound = whole and all_asked and not any(source.problems for source in sources.values()) and not started
        principals = len(drafts) + len({member.group.id for draft in drafts for member in draft.memberships})
        self._learn(principals)
        return Gathered(people, problems, (*how, *how_members), orphans, sound, _assigned_sets(walked), principals)

    def _prepare(self) -> None:
        if self._shared is None:
            self._shared = self._submit(self.people.prepare)

    def _at_once(self) -> bool:
        if self._accounts_end is None:
            self._accounts_end = self._only_by_location(self._grant_sources[GrantKind.ACCOUNT])
        if self._accounts_end:
            return False
        if self._wanted:
            return self._wanted[0] is Strategy.BY_PRINCIPAL
        if self._expects_accounts is None:
            self._expects_accounts = self._accounts_were_cheaper()
        if self._expects_accounts:
            return False
        known = self._shared is not None and self._shared.done() and self.people.names.account_count
        asked = max(len(self._started), self._direct.asked)
        return not known or asked < self._cost_of_accounts()

    def _accounts_were_cheaper(self) -> bool:
        """Whether the last scan's leavers would have been read with fewer calls from the accounts."""
        if not self._last or not self._grant_sources[GrantKind.ACCOUNT].calls_known() or self._shared is None:
            return False
        self._shared.result()
        return 0 < self._cost_of_accounts() < self._last.principals

    def _learn(self, principals: int) -> None:
        """Find out for the next scan what the accounts' end takes, where it may take less."""
        # An account takes one call and one for each permission set.
        if not self._last or self._accounts_end or 2 * self.people.names.account_count >= principals:
            return
        with contextlib.suppress(AwsError):
            self._grant_sources[GrantKind.ACCOUNT].learn()

    def _cost_of_accounts(self) -> float:
        return self.people.names.account_count * self._grant_sources[GrantKind.ACCOUNT].calls_per_location()

    def _begin(self, user: User) -> Draft:
        draft = self.people.begin(user)
        self.people.add(draft, self._direct)
        return draft

    def _sources(
        self, started: Sequence[Draft], everybody: frozenset[str], exists: Callable[[str], bool] | None
    ) -> tuple[list[How], dict[GrantKind, Rows]]:
        """For each kind how it is read, and the rows of those who were not read at once."""
        groups = len({member.group.id for draft in started for member in draft.memberships})
        expected = (self._last or LastScan()).principals_of(len(everybody))
        how: list[How] = []
        sources: dict[GrantKind, Rows] = {}
        for kind, source in self._grant_sources.items():
            people = max(expected, len(everybody) + groups)
            if kind is GrantKind.ACCOUNT and started:
                people = len(self._waiting)
            if kind is GrantKind.ACCOUNT and not people and not self._find_orphans:
                how.append(How(kind, Strategy.BY_PRINCIPAL, self._why_at_once(len(everybody))))
                sources[kind] = self._direct
                continue
            try:
                locations = source.locations()
            except AwsError as error:
                sources[kind], why = self._without_locations(source, error)
                how += [How(kind, Strategy.BY_PRINCIPAL, why)] if why else []
                continue
            way = self._choose(source, locations, people)
            if kind is GrantKind.ACCOUNT and started:
                way = replace(way, why=Because.SOME_AT_ONCE.format(len(started), people, way.why))
            how.append(way)
            sources[kind] = self._source(source, way, locations, everybody, exists)
        return how, sources

    def _without_locations(self, source: GrantSource, error: AwsError) -> tuple[Rows, str]:
        """What is left when the other end cannot be listed: the leavers' end, or nothing at all."""
        if source.kind is GrantKind.ENTITLEMENT or self._only_by_location(source):
            self.people.kinds_missing.add(source.kind)
            return Nothing(source.kind, [kind_problem(source.kind, error)]), ""
        rows = self._direct if source.kind is GrantKind.ACCOUNT else ByPrincipal(source)
        return rows, Because.NO_LIST.format(error)

    def _why_at_once(self, leavers: int) -> str:
        if self._wanted:
            return self._wanted[1]
        return Because.FEWER_BY_PRINCIPAL.format(leavers, self._cost_of_accounts())

    def _choose(self, source: GrantSource, locations: Sequence[Location], people: int) -> How:
        if not locations:
            return How(source.kind, Strategy.BY_LOCATION, Because.NONE_THERE)
        return choose(
            source.kind,
            people=people,
            others=len(locations) * source.calls_per_location(),
            only_by_location=self._only_by_location(source),
            wanted=self._wanted,
        )

    def _source(
        self,
        source: GrantSource,
        how: How,
        locations: Sequence[Location],
        everybody: Iterable[str],
        exists: Callable[[str], bool] | None,
    ) -> Rows:
        if not locations:
            return Nothing(source.kind)
        if how.strategy is Strategy.BY_PRINCIPAL:
            return self._direct if source.kind is GrantKind.ACCOUNT else ByPrincipal(source)
        walked = ByLocation(source, locations, everybody, exists)
        done = 0

        def step() -> None:
            nonlocal done
            done += 1
            self._progress(Progress(Phase.LOCATIONS, done, len(locations), what=source.kind))

        walked.walk(self._pool, step)
        if walked.problems:
            self.people.kinds_missing.add(source.kind)
        return walked

    def _by_person(self, users: int) -> Sequence[User]:
        """Those who wait, when reading the members of even one group may take as many calls as asking for each."""
        if self._wanted and self._wanted[0] is Strategy.BY_LOCATION:
            return ()
        return self._waiting if len(self._waiting) <= users / PAGE else ()

    def _rest(
        self, started: Sequence[Draft], sources: dict[GrantKind, Rows], users: int, begun: list[Draft]
    ) -> tuple[list[Draft], list[How]]:
        """Drafts of those who waited, with their memberships; by the groups when that is certainly cheaper.

        `begun`: the drafts, when it was clear from the beginning that it is not.
        """
        if not self._waiting:
            return [], [How("membership", Strategy.BY_PRINCIPAL, Because.ONE_CALL_EACH)] if started else []
        if begun:
            return begun, [How("membership", Strategy.BY_PRINCIPAL, Because.ONE_CALL_EACH)]
        walked = [source for source in sources.values() if isinstance(source, (ByLocation, Nothing))]
        groups = groups_of(walked)
        # Nobody knows how many members a group has before reading it, so the most there can be are reckoned with.
        most = len(groups) * max(1.0, users / PAGE)
        everything = len(walked) == len(sources)
        how = choose(
            "membership",
            people=len(self._waiting),
            others=most if everything else float("inf"),
            wanted=self._wanted if everything else None,
        )
        if not everything:
            how = How("membership", Strategy.BY_PRINCIPAL, Because.ONE_CALL_EACH)
        if how.strategy is Strategy.BY_LOCATION:
            return self.people.begin_by_group(self._waiting, groups, self._map), [how]
        return self._map(self.people.begin, self._waiting), [how]

    def _add(self, drafts: Sequence[Draft], sources: Sequence[Rows]) -> None:
        def add(draft: Draft) -> None:
            for source in sources:
                self.people.add(draft, source)

        self._map(add, drafts)

    def _name(self, drafts: Sequence[Draft]) -> tuple[PersonRead, ...]:
        """The finished people. Names of groups are asked for together, because a list of them may be cheaper."""
        self._directory.learn_groups({group for draft in drafts for _, group in draft.rows if group})
        people = []
        for future in [self._submit(self.people.finish, draft) for draft in drafts]:
            people.append(future.result())
            self._progress(Progress(Phase.PEOPLE, len(people), len(drafts), leavers=len(drafts)))
        return tuple(people)

    def _only_by_location(self, source: GrantSource) -> str:
        try:
            return source.only_by_location()
        except AwsError:
            # Which account this is could not be read, which is told elsewhere; AWS will say what it does not allow.
            return ""

    def _map(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        return [future.result() for future in [self._submit(work, item) for item in items]]

    def _submit(self, work: Callable[[*Ts], R], *args: *Ts, pool: Executor | None = None) -> Future[R]:
        """In this context, so that requests are counted and known as the scan's."""
        context = copy_context()
        return (pool or self._pool).submit(lambda: context.run(work, *args))
