"""One scan: read every user, read each leaver's ways in, say what was read and what not."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.core.cases import severity
from bot.core.deny.names import Holders
from bot.core.errors import AwsCredentials, AwsError, AwsRejected
from bot.core.models import GrantKind, PersonRead, Problem, alike
from bot.core.scan.coverage import Coverage, Scan, ScanStatus, Strategy
from bot.core.scan.strategy import LastScan
from bot.ports import Access, Background, Clock, Directory, OpenApplications, Trail, Trailed
from bot.services.scan.gathering import Gathered, Gathering
from bot.services.scan.people import People, readers
from bot.services.scan.progress import Phase, Progress
from bot.services.scan.users import Listing, list_users

log = structlog.get_logger(__name__)

# Problems are listed one by one up to here; a broken directory would fill every message otherwise.
MOST_PROBLEMS = 200
# So many names stand in a note.
MOST_NAMES = 5
NOT_LOOKED = Trailed({}, ())


@dataclass(frozen=True, slots=True)
class Scanner:
    """Reads AWS. Writes nothing, decides nothing about cases.

    `trail`: where use of access after the disabling is looked for; None for not at all. `find_orphans`: go through
    every account, so that grants of deleted users are found, too. `only`: read from this end wherever AWS lets us.
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
        """Read the directory and every leaver. `watched` are user ids of known cases whose state matters too.

        Never raises for what AWS does: what could not be read makes the scan partial, and failed when not even
        the first page of users came. `strict`: raises AwsCredentials or AwsRejected for what only the settings
        of this machine can mend (no credentials, no region, no instance). `last`: what is known of the scan before,
        by whoever scans again and again; None for a single scan. `holders` is told who has the names it watches.
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
            coverage = self._coverage(listing, gathered, gathering.people, trailed, started, calls)
        log.info("scan read", status=str(coverage.status), users=coverage.users_read, leavers=coverage.leavers)
        return Scan(
            coverage,
            tuple(people),
            listing.watched,
            gathering.people.management_account_id,
            gathering.people.caller_account_id,
            gathered.orphans,
            gathered.assigned_sets,
            holders,
        )

    def _check_settings(self) -> None:
        try:
            self.access.instance()
        except (AwsCredentials, AwsRejected) as error:
            # With a code it is AWS that says no: then it is the scan that failed, not the settings.
            if not error.code:
                raise
        except AwsError as error:
            log.debug("the instance cannot be read", why=str(error))

    def _follow(self, people: Iterable[PersonRead], progress: Callable[[Progress], None]) -> Trailed:
        """What CloudTrail saw of those who can still get in."""
        # The worst first: of many the last may not be looked at.
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
            return Trailed({}, (), (f"what disabled users did (CloudTrail): {error}",))

    def _coverage(
        self,
        listing: Listing,
        gathered: Gathered,
        people: People,
        trailed: Trailed,
        started: datetime,
        calls: Mapping[str, int],
    ) -> Coverage:
        unread = [problem for person in gathered.people for problem in person.unread]
        problems = list(dict.fromkeys([*listing.problems, *gathered.problems, *unread]))
        status = ScanStatus.PARTIAL if problems else ScanStatus.COMPLETE
        if listing.users == 0 and not listing.whole:
            status = ScanStatus.FAILED
        read_nothing = status is ScanStatus.FAILED
        return Coverage(
            status=status,
            started_at=started,
            finished_at=self.clock.now(),
            kinds_read=() if read_nothing else tuple(kind for kind in GrantKind if kind not in people.kinds_missing),
            users_read=listing.users,
            leavers=len(listing.leavers),
            leavers_read=sum(person.complete for person in gathered.people),
            unknown_status=listing.unknown,
            calls=dict(calls),
            problems=_first(problems),
            how=gathered.how,
            notes=(*self._notes(people, gathered), *_trail_notes(trailed)),
            orphans=len(gathered.orphans) if gathered.orphans_all else None,
            disagreements=sum(person.disagreements for person in gathered.people),
            use_checked=self.trail is not None,
            user_list_complete=listing.whole,
            principals=gathered.principals,
        )

    def _notes(self, people: People, gathered: Gathered) -> Iterable[str]:
        if not gathered.people:
            return
        caller, management = people.caller_account_id, people.management_account_id
        if caller and management and caller != management:
            yield (
                f"leaverbot runs in account {caller}, and only the management account {management} can change access "
                "to itself"
            )
        if not self._permission_sets():
            yield "Permission sets are off in this instance, so there are no account assignments"
        yield from _open_to_all(self.access.open_applications())
        if people.names.unknown_privileges:
            count = len(people.names.unknown_privileges)
            sets = f"{count} permission set{'s allow' if count != 1 else ' allows'}"
            yield f"What {sets} could not be read; the log says why"
        if people.names.unknown_background:
            count = len(people.names.unknown_background)
            applications = f"{count} application{'s' if count != 1 else ''}"
            yield (
                f"Whether sessions of {applications} may live for days could not be read "
                "(sso:GetApplicationSessionConfiguration)"
            )

    def _permission_sets(self) -> bool:
        try:
            return self.access.instance().permission_sets
        except AwsError:
            return True


def _open_to_all(found: OpenApplications) -> Iterable[str]:
    """Access that no assignment shows: with `AssignmentRequired` off "all users have access to the application"."""
    if found.names:
        names = ", ".join(found.names[:MOST_NAMES])
        more = f" and {len(found.names) - MOST_NAMES} more" if len(found.names) > MOST_NAMES else ""
        yield f"Every user is let into these applications without an assignment: {names}{more}"
    if found.unread:
        count = f"{found.unread} application{'s' if found.unread != 1 else ''}"
        yield f"{count} may be open to everyone without an assignment; AWS did not say"


def _trail_notes(trailed: Trailed) -> Iterable[str]:
    if trailed.looked:
        yield f"Checked for use since the disabling: {'; '.join(trailed.looked)}"
    for gap in trailed.gaps:
        yield f"Not checked for use: {gap}"


def _first(problems: list[Problem]) -> tuple[Problem, ...]:
    """Those of one reason as one, with their number."""
    found = [Problem(what, why) for what, why in alike(problems)]
    if len(found) < len(problems) or len(found) > MOST_PROBLEMS:
        for problem in problems:
            log.warning("not read", what=problem.what, why=problem.why)
    more = len(found) - MOST_PROBLEMS
    left_out = [Problem(f"{more} more things", "they are in the log")] if more > 0 else []
    return (*found[:MOST_PROBLEMS], *left_out)
