"""What a scan says about itself: what it could not read, and what else people must know.

These words are stored with the scan, so they are composed here, before anything shows them.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from bot.core.models import GrantKind
from bot.core.scan.coverage import How, Strategy
from bot.core.text import listed, plural

KIND_NAMES = {
    GrantKind.ACCOUNT: "account assignments",
    GrantKind.APPLICATION: "application assignments",
    GrantKind.ENTITLEMENT: "account access manager",
}
_BY_LOCATION = {
    GrantKind.ACCOUNT: "account by account",
    GrantKind.APPLICATION: "application by application",
    GrantKind.ENTITLEMENT: "in one list",
}


class Unread(StrEnum):
    """Something that can be unreadable; `of` fills in whose or which."""

    REST_OF_USERS = "page {} of the user list and all after it"
    KNOWN_USER = "user {} of an open case"
    KNOWN_STATUS = "the status of {}, who has an open case"
    STATUS = "the status of {}"
    MEMBERSHIPS = "group memberships of {}"
    MEMBERSHIP = "the membership of {} in group {}"
    MEMBERS = "the members of group {}"
    GRANTS_OF = "{} of {}"
    GRANTS_OF_GROUP = "{} of group {}"
    GRANTS_AT = "{} at {}"
    USE = "what disabled users did (CloudTrail)"
    ALL_USERS = "all {} users"
    ALL_USERS_READ = "all {} users read"
    GROUP_NAME = "the name of group {}"
    APPLICATION_NAME = "the name of application {}"
    PERMISSION_SET = "permission set {}"
    ACCOUNT = "account {}"
    ACCOUNTS = "the list of accounts (names and whether they are active)"
    MANAGEMENT_ACCOUNT = "which account is the management account"
    OWN_ACCOUNT = "which account leaverbot runs in"
    ANYTHING = "anything"
    MORE = "{} more things"

    def of(self, *facts: object) -> str:
        return self.format(*facts)


class Why(StrEnum):
    """Reasons that are not AWS errors."""

    NO_STATUS = "AWS gave no UserStatus"
    NO_STATUS_AT_ALL = (
        "AWS gave no UserStatus for any user: this SDK or region does not return it, so leavers cannot be told from "
        "others"
    )
    NO_STATUS_FOR_SOME = "AWS gave no UserStatus for them, so they count neither as enabled nor as disabled"
    NO_SUCH_ACCOUNT = "it is not in the organization's list of accounts"
    IN_LOG = "they are in the log"
    UNFORESEEN = "something went wrong that we did not foresee, reference {}"


class Because(StrEnum):
    """Why something was read the way it was."""

    WANTED = "it was asked for"
    ORPHANS_WANTED = "grants of deleted users are looked for (LEAVERBOT_FIND_ORPHANS)"
    NONE_THERE = "there is nothing of the kind"
    ONE_CALL_EACH = "one call each"
    NO_LIST = "there is no list to read instead: {}"
    FEWER_BY_LOCATION = "about {:,.0f} calls instead of {:,}"
    FEWER_BY_PRINCIPAL = "{:,} calls instead of about {:,.0f}"
    SOME_AT_ONCE = "{:,} leavers at once, and for the {:,} others: {}"


class Note(StrEnum):
    """A fact that is not a failure."""

    OUTSIDE = "leaverbot runs in account {}, and only the management account {} can change access to itself"
    NO_PERMISSION_SETS = "Permission sets are off in this instance, so there are no account assignments"
    OPEN_TO_ALL = "Every user can use these applications without an assignment: {}"
    MAY_BE_OPEN = "{} may be open to everyone without an assignment; AWS did not say"
    UNKNOWN_PRIVILEGES = "What {} could not be read; the log says why"
    UNKNOWN_BACKGROUND = (
        "Whether sessions of {} may last for days could not be read (sso:GetApplicationSessionConfiguration)"
    )
    USE_CHECKED = "CloudTrail checked back to {}"
    USE_READ_IN = "CloudTrail was read for {}"
    USE_NOT_CHECKED = "Not checked for use: {}"


# The most names that a note lists.
MOST_NAMES = 5


def way_read(how: How) -> str:
    """What was read, and how: "account assignments account by account"."""
    by_location = how.strategy is Strategy.BY_LOCATION
    if how.what not in set(GrantKind):
        what = "memberships" if how.what == "membership" else how.what
        return f"{what} {'group by group' if by_location else 'person by person'}"
    kind = GrantKind(how.what)
    return f"{KIND_NAMES[kind]} {_BY_LOCATION[kind] if by_location else 'person by person'}"


def outside(caller: str | None, management: str | None) -> Iterable[str]:
    """That leaverbot does not run in the management account."""
    if caller and management and caller != management:
        yield Note.OUTSIDE.format(caller, management)


def open_to_all(names: Sequence[str], unread: int) -> Iterable[str]:
    """Access that no assignment shows: with `AssignmentRequired` off "all users have access to the application"."""
    if names:
        yield Note.OPEN_TO_ALL.format(listed(names, MOST_NAMES))
    if unread:
        yield Note.MAY_BE_OPEN.format(plural(unread, "application"))


def unknown(privileges: int, background: int) -> Iterable[str]:
    """How many permission sets could not be judged, and for how many applications the session length is not known."""
    if privileges:
        yield Note.UNKNOWN_PRIVILEGES.format(plural(privileges, "permission set allows", "permission sets allow"))
    if background:
        yield Note.UNKNOWN_BACKGROUND.format(plural(background, "application"))


def use_checked(looked: Sequence[str], gaps: Sequence[str], back_to: datetime | None = None) -> Iterable[str]:
    """How far back use of access after the disabling was looked for, where not, and in what."""
    if looked and back_to:
        yield Note.USE_CHECKED.format(f"{back_to.astimezone(UTC):%d %b %Y}")
    yield from (Note.USE_NOT_CHECKED.format(gap) for gap in gaps)
    if looked:
        yield Note.USE_READ_IN.format("; ".join(looked))


def for_people(notes: Iterable[str]) -> list[str]:
    """The notes without those about how it was read."""
    about, _, _ = Note.USE_READ_IN.partition("{")
    return [note for note in notes if not note.startswith(about)]
