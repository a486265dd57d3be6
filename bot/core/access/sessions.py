"""How long open sessions may live on, as far as AWS documents it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from bot.core.models import Grant, GrantKind
from bot.core.text import plural


class LongSession(NamedTuple):
    """Where sessions may outlive `LONGEST_SESSION`; AWS does not say how long they live.

    Either an application with background sessions (docs/facts.md#background-sessions), with `sure` False when AWS did
    not say whether it has them, or an ordinary role of account access manager (docs/facts.md#sign-in-sessions).
    """

    kind: GrantKind
    name: str
    sure: bool = False


def long_session(grant: Grant) -> LongSession | None:
    """Where sessions of this grant may live longer; None when they end in time."""
    if grant.kind is GrantKind.ENTITLEMENT:
        return LongSession(grant.kind, (grant.role_arn or "").rpartition("/")[2])
    if grant.kind is GrantKind.APPLICATION and grant.background is not False:
        return LongSession(grant.kind, _called(grant), sure=grant.background is True)
    return None


def long_sessions(grants: Iterable[Grant], known: Iterable[LongSession] = ()) -> tuple[LongSession, ...]:
    """The long sessions of these usable grants and those known before: a session lives on when its grant is gone.

    An unsure one is dropped once AWS says that there are none.
    """
    grants = [grant for grant in grants if grant.usable]
    none = {(grant.kind, _called(grant)) for grant in grants if grant.background is False}
    found: dict[tuple[GrantKind, str], bool] = {}
    for one in (*known, *filter(None, map(long_session, grants))):
        found[one.kind, one.name] = found.get((one.kind, one.name), False) or one.sure
    return tuple(LongSession(*key, sure) for key, sure in sorted(found.items()) if sure or key not in none)


def lasting(length: timedelta) -> str:
    """A length of time as people say it: 12 hours, 48 hours, 7 days."""
    hours = round(length.total_seconds() / 3600)
    amount, unit = (hours // 24, "day") if hours >= 72 and hours % 24 == 0 else (hours, "hour")
    return plural(amount, unit)


def _called(grant: Grant) -> str:
    return grant.application_name or grant.application_arn or ""
