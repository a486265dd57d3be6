"""One scan: read every user and the access of each leaver, and say what was read and what was not."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.core.access.person_read import PersonRead, Problem, alike
from bot.core.access.severity import severity
from bot.core.deny.user_names import Holders
from bot.core.errors import AwsCredentials, AwsError, AwsRejected
from bot.core.models import GrantKind
from bot.core.scan import wording
from bot.core.scan.coverage import Coverage, Scan, ScanStatus, Strategy
from bot.core.scan.strategy import LastScan
from bot.core.scan.wording import Note, Unread, Why
from bot.ports import Access, Background, Clock, Directory, Trail, Trailed
from bot.services.scan.gathering import Gathered, Gathering
from bot.services.scan.person import PersonReader
from bot.services.scan.progress import Phase, Progress
from bot.services.scan.sources import readers
from bot.services.scan.users import Listing, list_users

log = structlog.get_logger(__name__)

# The most problems that are listed one by one: a broken directory would fill every message.
MOST_PROBLEMS = 200
NOT_LOOKED = Trailed({}, ())


@dataclass(frozen=True, slots=True)
class Scanner:
    """Reads AWS. Writes nothing, decides nothing about cases.

    `trail`: where to look for use of access after the disabling; None: nowhere. `find_orphans`: read account by
    account, so that grants of deleted users are found, too. `only`: read this way wherever AWS allows it.
    """

    directory: Directory
    access: Access
    clock: Clock
    background: Background
    trail: Trail | None = None
    find_orphans: bool = False
    only: Strategy | None = None

    def scan(
        self,
        watched: Iterable[str] = (),
        progress: Callable[[Progress], None] = lambda _: None,
        *,
        strict: bool = False,
        last: LastScan | None = None,
        holders: Holders | None = None,
    ) -> Scan:
        """Read the directory and every leaver. `watched`: user ids of known cases, whose state matters, too.

        Never raises for what AWS does: what could not be read makes the scan partial, and failed when not even the
        first page of users came. `strict`: raises AwsCredentials or AwsRejected for what only the settings of this
        machine can fix (no credentials, no region, no instance). `last`: what a bot that scans regularly knows of the
        scan before; None for a single scan. `holders` is told who has the names it watches.
        """
        started = self.clock.now()
        with self.background() as calls, readers() as pool:
            if strict:
                self._check_settings()
            gathering = Gathering(
                self.directory,
                self.access,
                pool,
                progress,
                find_orphans=self.find_orphans,
                only=self.only,
                last=last,
            )
            listing = list_users(self.directory, watched, gathering.found, progress, holders)
            gathered = gathering.finish(listing.users, listing.exists())
            trailed = self._follow(gathered.people, progress)
            people = [replace(person, used=trailed.uses.get(person.user.id)) for person in gathered.people]
            people.sort(key=lambda person: person.user.id)
            coverage = self._coverage(listing, gathered, gathering.reader, trailed, started, calls)
        log.info("scan read", status=str(coverage.status), users=coverage.users_read, leavers=coverage.leavers)
        return Scan(
            coverage,
            tuple(people),
            listing.watched,
            gathering.reader.management_account_id,
            gathering.reader.caller_account_id,
            gathered.orphans,
            gathered.assigned_sets,
            holders,
            listing.counted.origins(started) if listing.whole else None,
        )

    def _check_settings(self) -> None:
        try:
            self.access.instance()
        except (AwsCredentials, AwsRejected) as error:
            # With a code, AWS said no: then the scan has failed, not the settings.
            if not error.code:
                raise
        except AwsError as error:
            log.debug("the instance cannot be read", why=str(error))

    def _follow(self, people: Iterable[PersonRead], progress: Callable[[Progress], None]) -> Trailed:
        """What CloudTrail saw of leavers who can still get in."""
        # The worst first: with many, the last may not be looked at.
        dangerous = sorted(
            (person for person in people if person.usable),
            key=lambda person: (severity(person.grants, None).rank, -len(person.usable)),
        )
        users = {person.user.id: person.user for person in dangerous}
        if self.trail is None or not users:
            return NOT_LOOKED
        pages = 0

        def page() -> None:
            nonlocal pages
            pages += 1
            progress(Progress(Phase.TRAIL, pages, leavers=len(users)))

        try:
            return self.trail.used(users, page)
        except AwsError as error:
            return Trailed({}, (), (f"{Unread.USE}: {error}",))

    def _coverage(
        self,
        listing: Listing,
        gathered: Gathered,
        reader: PersonReader,
        trailed: Trailed,
        started: datetime,
        calls: Mapping[str, int],
    ) -> Coverage:
        of_people = [problem for person in gathered.people for problem in person.unread]
        problems = list(dict.fromkeys([*listing.problems, *gathered.problems, *of_people]))
        status = ScanStatus.PARTIAL if problems else ScanStatus.COMPLETE
        if listing.users == 0 and not listing.whole:
            status = ScanStatus.FAILED
        read_nothing = status is ScanStatus.FAILED
        return Coverage(
            status=status,
            started_at=started,
            finished_at=self.clock.now(),
            kinds_read=() if read_nothing else tuple(kind for kind in GrantKind if kind not in reader.kinds_missing),
            users_read=listing.users,
            leavers=len(listing.leavers),
            leavers_read=sum(person.complete for person in gathered.people),
            unknown_status=listing.unknown,
            calls=dict(calls),
            problems=_first(problems),
            how=gathered.how,
            notes=(*self._notes(reader, gathered), *wording.use_checked(trailed.looked, trailed.gaps, trailed.back_to)),
            orphans=len(gathered.orphans) if gathered.orphans_all else None,
            disagreements=sum(person.disagreements for person in gathered.people),
            use_checked=self.trail is not None,
            user_list_complete=listing.whole,
            principals=gathered.principals,
        )

    def _notes(self, reader: PersonReader, gathered: Gathered) -> Iterable[str]:
        if not gathered.people:
            return
        yield from wording.outside(reader.caller_account_id, reader.management_account_id)
        if not self._permission_sets():
            yield Note.NO_PERMISSION_SETS
        found = self.access.open_applications()
        yield from wording.open_to_all(found.names, found.unread)
        yield from wording.unknown(len(reader.names.unknown_privileges), len(reader.names.unknown_background))

    def _permission_sets(self) -> bool:
        try:
            return self.access.instance().permission_sets
        except AwsError:
            return True


def _first(problems: list[Problem]) -> tuple[Problem, ...]:
    """One problem for each reason, as many as are listed; the log has the rest."""
    found = alike(problems)
    if len(found) < len(problems) or len(found) > MOST_PROBLEMS:
        for problem in problems:
            log.warning("not read", what=problem.what, why=problem.why)
    more = len(found) - MOST_PROBLEMS
    left_out = [Problem(Unread.MORE.of(more), Why.IN_LOG)] if more > 0 else []
    return (*found[:MOST_PROBLEMS], *left_out)
