"""Whether users come from a company directory, and whether it still tells AWS about them (SCIM).

Nobody can see the directory's token or job from AWS's side. What can be seen is which users have an external id, and
when AWS last logged a request of the directory (docs/facts.md#scim-events).
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.directory.next_step import DirectoryKind
from bot.core.models import User

# Two looks further apart leave a gap in which events may have been missed; a daily run leaves none.
GAP = timedelta(hours=25)
# CloudTrail is asked again after this time: one request.
LOOK_AGAIN = timedelta(hours=1)
# How many issuers are told apart; there is one, usually.
MOST_ISSUERS = 10


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the users come from, by a list that was read to its end.

    `external`: how many have an id of another directory; `issuers`: how many have an id of each issuer, as AWS spells
    them, the most first.
    """

    read_at: datetime
    users: int
    external: int
    issuers: tuple[tuple[str, int], ...] = ()


@dataclass(slots=True)
class OriginCounter:
    """Counts users while they are listed."""

    users: int = 0
    external: int = 0
    issuers: Counter[str] = field(default_factory=Counter)

    def note(self, user: User) -> None:
        self.users += 1
        self.external += bool(user.external_ids)
        self.issuers.update({one.issuer for one in user.external_ids})

    def origins(self, at: datetime) -> Origins:
        """What was counted, once the list was read to its end."""
        return Origins(at, self.users, self.external, tuple(self.issuers.most_common(MOST_ISSUERS)))


@dataclass(frozen=True, slots=True)
class Looked:
    """What CloudTrail showed of the directory's requests: when the newest that succeeded was sent, and the newest that
    AWS refused; None: none since `back_to`.
    """

    at: datetime
    back_to: datetime
    newest: datetime | None = None
    refused: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotLooked:
    """CloudTrail could not be read."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class ScimWatch:
    """What is known. `event_at`: the newest request of the directory that AWS ever told of. `trail`: the newest look at
    CloudTrail, None if it is not to be read. `queue_since`: since when the events queue has been read without a gap,
    None if it is not. `checked_at`: when this was last brought up to date.
    """

    origins: Origins | None = None
    event_at: datetime | None = None
    trail: Looked | NotLooked | None = None
    queue_since: datetime | None = None
    checked_at: datetime | None = None

    def listens(self, since: datetime | None, now: datetime) -> "ScimWatch":
        """As checked now. `since`: when leaverbot began to read the events queue; None while it cannot or does not."""
        if since is None:
            return replace(self, queue_since=None, checked_at=now)
        seamless = self.checked_at is not None and now - self.checked_at <= GAP
        began = self.queue_since if seamless and self.queue_since else now
        return replace(self, queue_since=max(began, since), checked_at=now)

    def heard(self, at: datetime | None) -> "ScimWatch":
        """With a request of that time; the newest one counts."""
        return replace(self, event_at=max((one for one in (self.event_at, at) if one), default=None))


@dataclass(frozen=True, slots=True)
class NotCounted:
    """No list of users has been read to its end yet."""


@dataclass(frozen=True, slots=True)
class NoDirectory:
    """No user has an id of another directory."""

    origins: Origins


@dataclass(frozen=True, slots=True)
class Alive:
    """Its newest request is recent."""

    origins: Origins
    event_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class Silent:
    """AWS would have told of a request `since` then, and told of none. `event_at`: the newest that is known, which may
    be older; `refused`: the newest that AWS refused.
    """

    origins: Origins
    event_at: datetime
    since: datetime
    now: datetime
    refused: datetime | None = None


@dataclass(frozen=True, slots=True)
class NeverHeard:
    """AWS never told of a request, and has been watched since `since`: so it is with tokens that log nothing, too."""

    origins: Origins
    since: datetime
    refused: datetime | None = None


@dataclass(frozen=True, slots=True)
class TooEarly:
    """AWS has not been watched long enough to call it silence. `event_at`: the newest request, None for none."""

    origins: Origins
    since: datetime
    event_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CouldNotLook:
    """Neither CloudTrail nor the events queue could be read. `why`: what CloudTrail said; "" if neither is set up."""

    origins: Origins
    why: str = ""
    event_at: datetime | None = None


Provisioning = NotCounted | NoDirectory | Alive | Silent | NeverHeard | TooEarly | CouldNotLook


def judge(watch: ScimWatch, now: datetime, silence: timedelta) -> Provisioning:
    """What can be said about the directory. It is silent only if for longer than `silence` a request would have been
    seen; what happened before anybody looked counts for nothing.
    """
    origins, event_at = watch.origins, watch.event_at
    if origins is None:
        return NotCounted()
    if event_at and now - event_at <= silence:
        return Alive(origins, event_at, now)
    if not origins.external:
        return NoDirectory(origins)
    since = watched_since(watch, now)
    if since is None:
        return CouldNotLook(origins, watch.trail.why if isinstance(watch.trail, NotLooked) else "", event_at)
    if now - since <= silence:
        return TooEarly(origins, since, event_at)
    refused = watch.trail.refused if isinstance(watch.trail, Looked) else None
    if event_at is None:
        return NeverHeard(origins, since, refused)
    return Silent(origins, event_at, max(since, event_at), now, refused)


def watched_since(watch: ScimWatch, now: datetime) -> datetime | None:
    """Since when no request can have been missed; None if nobody looks now."""
    trail = watch.trail.back_to if isinstance(watch.trail, Looked) and now - watch.trail.at <= GAP else None
    queue = watch.queue_since if watch.checked_at and now - watch.checked_at <= GAP else None
    return min((one for one in (trail, queue) if one), default=None)


class Finding(StrEnum):
    """What people are told about once."""

    NONE = ""
    NOBODY = "nobody"
    SILENT = "silent"


def finding_of(found: Provisioning, kind: DirectoryKind | None) -> Finding:
    """What people have to know. Whether users synced from Active Directory have external ids is not documented, so
    there it means nothing that none has.
    """
    if isinstance(found, NoDirectory) and found.origins.users and kind is not DirectoryKind.AD:
        return Finding.NOBODY
    return Finding.SILENT if isinstance(found, Silent) else Finding.NONE


def finding_after(before: Finding, found: Provisioning, kind: DirectoryKind | None) -> Finding:
    """The finding that holds now. What cannot be told now does not end one."""
    now = finding_of(found, kind)
    if now or isinstance(found, Alive | NeverHeard | NoDirectory):
        return now
    ended = before is Finding.NOBODY and not isinstance(found, NotCounted)
    return Finding.NONE if ended else before
