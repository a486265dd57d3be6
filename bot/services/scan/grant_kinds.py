"""Each kind of grant, read person by person or location by location, whichever takes fewer calls."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace

from bot.core.errors import AwsError
from bot.core.models import GrantKind
from bot.core.scan.coverage import How, Strategy
from bot.core.scan.strategy import choose
from bot.core.scan.wording import Because
from bot.ports import Access, GrantSource, Location
from bot.services.scan.person import PersonReader
from bot.services.scan.progress import Phase, Progress
from bot.services.scan.sources import ByLocation, ByPrincipal, Nothing, Rows, kind_problem


class KindsReader:
    """The kinds of grants of one scan. `wanted`: the strategy that was asked for, and why.

    `direct`: the account assignments of the leavers who are asked about at once.
    """

    def __init__(
        self,
        access: Access,
        reader: PersonReader,
        pool: Executor,
        progress: Callable[[Progress], None],
        wanted: tuple[Strategy, str] | None,
    ) -> None:
        self._reader, self._pool, self._progress, self._wanted = reader, pool, progress, wanted
        self._sources = {source.kind: source for source in access.grant_sources()}
        self.accounts = self._sources[GrantKind.ACCOUNT]
        self.direct = ByPrincipal(self.accounts)

    def cost_of_accounts(self) -> float:
        """About how many calls it takes to read every account."""
        return self._reader.names.account_count * self.accounts.calls_per_location()

    def only_by_location(self, source: GrantSource) -> str:
        """Why it cannot be read person by person; "" when it can."""
        try:
            return source.only_by_location()
        except AwsError:
            # That this account is unknown is a problem of its own; AWS will say what it does not allow.
            return ""

    def at_once(self, leavers: int) -> How:
        """How account assignments were read when every leaver was asked about at once."""
        why = self._wanted[1] if self._wanted else Because.FEWER_BY_PRINCIPAL.format(leavers, self.cost_of_accounts())
        return How(GrantKind.ACCOUNT, Strategy.BY_PRINCIPAL, why)

    def read(
        self,
        kind: GrantKind,
        people: int,
        everybody: Iterable[str],
        exists: Callable[[str], bool] | None,
        *,
        at_once: int,
    ) -> tuple[How | None, Rows]:
        """How this kind is read (None: it cannot be), and its rows for `everybody`.

        `people`: the calls that it takes person by person; `at_once`: how many leavers were asked about before.
        """
        source = self._sources[kind]
        try:
            locations = source.locations()
        except AwsError as error:
            return self._without_locations(source, error)
        how = self._choose(source, locations, people)
        rows = self._rows(source, how, locations, everybody, exists)
        return replace(how, why=Because.SOME_AT_ONCE.format(at_once, people, how.why)) if at_once else how, rows

    def _without_locations(self, source: GrantSource, error: AwsError) -> tuple[How | None, Rows]:
        """What is left when the locations cannot be listed: person by person, or nothing at all."""
        if source.kind is GrantKind.ENTITLEMENT or self.only_by_location(source):
            self._reader.kinds_missing.add(source.kind)
            return None, Nothing(source.kind, [kind_problem(source.kind, error)])
        return How(source.kind, Strategy.BY_PRINCIPAL, Because.NO_LIST.format(error)), self._by_principal(source)

    def _choose(self, source: GrantSource, locations: Sequence[Location], people: int) -> How:
        if not locations:
            return How(source.kind, Strategy.BY_LOCATION, Because.NONE_THERE)
        return choose(
            source.kind,
            people=people,
            others=len(locations) * source.calls_per_location(),
            only_by_location=self.only_by_location(source),
            wanted=self._wanted,
        )

    def _rows(
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
            return self._by_principal(source)
        rows = ByLocation(source, locations, everybody, exists)
        done = 0

        def step() -> None:
            nonlocal done
            done += 1
            self._progress(Progress(Phase.LOCATIONS, done, len(locations), what=source.kind))

        rows.walk(self._pool, step)
        if rows.problems:
            self._reader.kinds_missing.add(source.kind)
        return rows

    def _by_principal(self, source: GrantSource) -> ByPrincipal:
        return self.direct if source is self.accounts else ByPrincipal(source)
