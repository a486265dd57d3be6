"""The list of users: who is disabled, and whether users with an open case are enabled again or gone."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.core.access.person_read import Problem
from bot.core.deny.user_names import Holders
from bot.core.directory.provisioning import OriginCounter
from bot.core.errors import AwsError, AwsNotFound
from bot.core.models import User, UserStatus
from bot.core.scan.coverage import Seen
from bot.core.scan.wording import Unread, Why
from bot.core.text import plural
from bot.ports import Directory
from bot.services.scan.progress import Phase, Progress


@dataclass(slots=True)
class Listing:
    """What the pages of the user list said. Of users who have not left, only a number is kept."""

    leavers: dict[str, User] = field(default_factory=dict)
    watched: dict[str, Seen] = field(default_factory=dict)
    users: int = 0
    unknown: int = 0
    whole: bool = False
    problems: list[Problem] = field(default_factory=list)
    counted: OriginCounter = field(default_factory=OriginCounter)
    _ids: "array[int]" = field(default_factory=lambda: array("q"))

    def note(self, user_id: str) -> None:
        self._ids.append(hash(user_id))

    def exists(self) -> Callable[[str], bool] | None:
        """Tells whether a user id was in the list; None when the list was not read to its end.

        An id with the same 64-bit hash as another seems to exist: an orphan may be missed, none is made up.
        """
        if not self.whole:
            return None
        ids = array("q", sorted(self._ids))

        def exists(user_id: str) -> bool:
            number = hash(user_id)
            at = bisect_left(ids, number)
            return at < len(ids) and ids[at] == number

        return exists


def list_users(
    directory: Directory,
    watched: Iterable[str],
    found: Callable[[User], None],
    progress: Callable[[Progress], None],
    holders: Holders | None = None,
) -> Listing:
    """Read every page. `found` is told of each leaver once, as they come, `holders` of everybody."""
    listing = Listing(watched=dict.fromkeys(watched, Seen.UNREAD))
    page_number = 0
    try:
        for page_number, page in enumerate(directory.pages(), start=1):  # noqa: B007 - named in the problem
            for user in page:
                listing.note(user.id)
                listing.counted.note(user)
                if holders:
                    holders.note(user)
                _take(user, listing, found)
            listing.users += len(page)
            progress(Progress(Phase.USERS, listing.users, leavers=len(listing.leavers)))
        listing.whole = True
    except AwsError as error:
        listing.problems.append(Problem(Unread.REST_OF_USERS.of(page_number + 1), str(error)))
    if listing.unknown:
        listing.problems.append(_unknown_status(listing))
    _look_after(directory, listing, found)
    return listing


def _take(user: User, listing: Listing, found: Callable[[User], None]) -> None:
    if user.status is UserStatus.DISABLED:
        if user.id not in listing.leavers:
            listing.leavers[user.id] = user
            found(user)
    elif user.status is UserStatus.UNKNOWN:
        listing.unknown += 1
    elif user.id in listing.watched:
        listing.watched[user.id] = Seen.ENABLED


def _look_after(directory: Directory, listing: Listing, found: Callable[[User], None]) -> None:
    """Ask about each known user who was not in the list, if it was read to its end."""
    if not listing.whole:
        return
    for user_id in [
        name for name, seen in listing.watched.items() if seen is Seen.UNREAD and name not in listing.leavers
    ]:
        try:
            user = directory.user(user_id)
        except AwsNotFound:
            listing.watched[user_id] = Seen.GONE
        except AwsError as error:
            listing.problems.append(Problem(Unread.KNOWN_USER.of(user_id), str(error)))
        else:
            # The user came, changed or moved from one page to another meanwhile.
            if user.status is UserStatus.UNKNOWN:
                listing.problems.append(Problem(Unread.KNOWN_STATUS.of(user.label), Why.NO_STATUS))
            else:
                _take(user, listing, found)


def _unknown_status(listing: Listing) -> Problem:
    if listing.unknown == listing.users:
        which = Unread.ALL_USERS if listing.whole else Unread.ALL_USERS_READ
        return Problem(Unread.STATUS.of(which.of(listing.users)), Why.NO_STATUS_AT_ALL)
    return Problem(Unread.STATUS.of(plural(listing.unknown, "user")), Why.NO_STATUS_FOR_SOME)
