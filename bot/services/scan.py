"""One scan: read every user, read each leaver's ways in, compare with the known cases, save."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from bot.core.errors import AwsCredentials, AwsError, AwsNotFound, AwsRejected
from bot.core.models import (
    Coverage,
    GrantKind,
    PersonRead,
    Problem,
    Scan,
    ScanStatus,
    Seen,
    User,
    UserStatus,
)
from bot.ports import Access, Clock, Counting, Directory
from bot.services.reading import People

log = structlog.get_logger(__name__)

# Problems are listed one by one up to here; a broken directory would fill every message otherwise.
MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scan is: users read, leavers found so far, leavers read. `listing` ends before reading starts."""

    users: int
    leavers: int
    read: int
    listing: bool


@dataclass(slots=True)
class _Listing:
    """What the pages of the user list said."""

    leavers: dict[str, User] = field(default_factory=dict)
    watched: dict[str, Seen] = field(default_factory=dict)
    users: int = 0
    unknown: int = 0
    whole: bool = False
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scanner:
    """Reads AWS. Writes nothing, decides nothing about cases."""

    directory: Directory
    access: Access
    clock: Clock
    counting: Counting

    def scan(
        self,
        watched: Iterable[str] = (),
        progress: Callable[[Progress], None] = lambda _: None,
        *,
        strict: bool = False,
    ) -> Scan:
        """Read the directory and every leaver. `watched` are user ids of known cases whose state matters too.

        Never raises for what AWS does: what could not be read makes the scan partial, and failed when not even
        the first page of users came. `strict`: raises AwsCredentials or AwsRejected for what only the settings
        of this machine can mend (no credentials, no region, no instance).
        """
        started = self.clock.now()
        with self.counting() as calls:
            if strict:
                self._check_settings()
            listing = self._list(frozenset(watched), progress)
            people = People(self.directory, self.access)
            shared = people.prepare() if listing.leavers else ()
            read: list[PersonRead] = []

            def done(person: PersonRead) -> None:
                read.append(person)
                progress(Progress(listing.users, len(listing.leavers), len(read), listing=False))

            people.read_all(listing.leavers.values(), done)
            read.sort(key=lambda person: person.user.id)
            coverage = self._coverage(listing, read, shared, started, calls)
        log.info("scan read", status=str(coverage.status), users=coverage.users_read, leavers=coverage.leavers)
        return Scan(coverage, tuple(read), listing.watched, people.management_account_id)

    def _check_settings(self) -> None:
        try:
            self.access.instance()
        except (AwsCredentials, AwsRejected) as error:
            # With a code it is AWS that says no: then it is the scan that failed, not the settings.
            if not error.code:
                raise
        except AwsError as error:
            log.debug("the instance can not be read", why=str(error))

    def _list(self, watched: frozenset[str], progress: Callable[[Progress], None]) -> _Listing:
        listing = _Listing(watched=dict.fromkeys(watched, Seen.UNREAD))
        page_number = 0
        try:
            for page_number, page in enumerate(self.directory.pages(), start=1):  # noqa: B007 - named in the problem
                for user in page:
                    self._take(user, listing)
                listing.users += len(page)
                progress(Progress(listing.users, len(listing.leavers), 0, listing=True))
            listing.whole = True
        except AwsError as error:
            listing.problems.append(Problem(f"page {page_number + 1} of the user list and all after it", str(error)))
        if listing.unknown:
            listing.problems.append(_unknown_status(listing))
        self._look_after(listing)
        return listing

    def _take(self, user: User, listing: _Listing) -> None:
        if user.status is UserStatus.DISABLED:
            listing.leavers[user.id] = user
        elif user.status is UserStatus.UNKNOWN:
            listing.unknown += 1
        elif user.id in listing.watched:
            listing.watched[user.id] = Seen.ENABLED

    def _look_after(self, listing: _Listing) -> None:
        """Ask about each known user who was not in the list, once the list was read to its end."""
        if not listing.whole:
            return
        for user_id in [
            name for name, seen in listing.watched.items() if seen is Seen.UNREAD and name not in listing.leavers
        ]:
            try:
                user = self.directory.user(user_id)
            except AwsNotFound:
                listing.watched[user_id] = Seen.GONE
            except AwsError as error:
                listing.problems.append(Problem(f"user {user_id} of an open case", str(error)))
            else:
                # It came, changed or moved between pages.
                if user.status is UserStatus.UNKNOWN:
                    why = "AWS gave no UserStatus"
                    listing.problems.append(Problem(f"the status of {user.label}, who has an open case", why))
                else:
                    self._take(user, listing)

    def _coverage(
        self,
        listing: _Listing,
        read: list[PersonRead],
        shared: tuple[Problem, ...],
        started: datetime,
        calls: Mapping[str, int],
    ) -> Coverage:
        unread = [problem for person in read for problem in person.unread]
        problems = list(dict.fromkeys([*listing.problems, *shared, *unread]))
        status = ScanStatus.PARTIAL if problems else ScanStatus.COMPLETE
        if listing.users == 0 and not listing.whole:
            status = ScanStatus.FAILED
        if len(problems) > MOST_PROBLEMS:
            more = Problem(f"{len(problems) - MOST_PROBLEMS} more things", "they are in the log")
            for problem in problems[MOST_PROBLEMS:]:
                log.warning("not read", what=problem.what, why=problem.why)
            problems = [*problems[:MOST_PROBLEMS], more]
        return Coverage(
            status=status,
            started_at=started,
            finished_at=self.clock.now(),
            kinds_read=(GrantKind.ACCOUNT,),
            users_read=listing.users,
            leavers=len(listing.leavers),
            leavers_read=sum(person.complete for person in read),
            unknown_status=listing.unknown,
            calls=dict(calls),
            problems=tuple(problems),
        )


def _unknown_status(listing: _Listing) -> Problem:
    if listing.unknown == listing.users:
        why = (
            "AWS gave no UserStatus for any user: this SDK or region does not return it, so leavers can not be "
            "told from others"
        )
        return Problem(f"the status of all {listing.users} users", why)
    what = f"the status of {listing.unknown} user{'s' if listing.unknown != 1 else ''}"
    return Problem(what, "AWS gave no UserStatus for them, so they count neither as enabled nor as disabled")
