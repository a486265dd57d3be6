"""What a company directory is known to do next with a user it disabled in AWS. Sources: docs/facts.md#directories."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.models import User, UserStatus

# Entra keeps a deleted account this long, and only then sends the deletion.
ENTRA_KEEPS = timedelta(days=30)


class DirectoryKind(StrEnum):
    """Which directory manages the users (`LEAVERBOT_DIRECTORY`)."""

    ENTRA = "entra"
    OKTA = "okta"
    GOOGLE = "google"
    AD = "ad"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What `kind` does next; None: nobody said which directory it is.

    `deletion_at`: for Entra, about when it sends the deletion if the account was deleted there when it was disabled in
    AWS; None when that is not known. `past`: that time is over, and AWS still has the user.
    """

    kind: DirectoryKind | None
    deletion_at: datetime | None = None
    past: bool = False


def next_step(kind: DirectoryKind | None, user: User, first_seen: datetime | None, now: datetime) -> NextStep | None:
    """What the directory does next with this user; None for users who are not disabled or come from no directory.

    `first_seen`: when leaverbot first saw the user disabled. AWS does not document whether users synced from Active
    Directory have external ids, so there nobody is left out for having none.
    """
    if user.status is not UserStatus.DISABLED or not (user.scim or kind is DirectoryKind.AD):
        return None
    since = disabled_since(user, first_seen)
    if kind is not DirectoryKind.ENTRA or since is None:
        return NextStep(kind)
    due = since + ENTRA_KEEPS
    return NextStep(kind, due, past=due <= now)


def disabled_since(user: User, first_seen: datetime | None) -> datetime | None:
    """The earliest time at which the user is known to be disabled. AWS only tells of the last change, which may be a
    later one (docs/facts.md#disabled-since).
    """
    return min((at for at in (user.updated_at, first_seen) if at), default=None)
