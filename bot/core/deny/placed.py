"""A deny of a user, as leaverbot placed it."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.models import Account, User
from bot.core.sessions import LongSession


@dataclass(frozen=True, slots=True)
class AccountCover:
    """Whether an emergency deny holds in one account; `why` says by what or why not. None: could not be read."""

    account: Account
    covered: bool | None
    why: str


@dataclass(frozen=True, slots=True)
class InlinePlace:
    """A permission set whose inline policy denies a user.

    `account_ids`: where AWS was asked to provision it with that; `provisioned`: where AWS said that it did.
    """

    permission_set_arn: str
    account_ids: tuple[str, ...] = ()
    provisioned: tuple[str, ...] = ()

    def joined(self, more: "InlinePlace") -> "InlinePlace":
        """With what another entry of the same permission set adds."""
        return InlinePlace(
            self.permission_set_arn,
            tuple(dict.fromkeys((*self.account_ids, *more.account_ids))),
            tuple(dict.fromkeys((*self.provisioned, *more.provisioned))),
        )


@dataclass(frozen=True, slots=True)
class PlacedDeny:
    """A deny as we placed it.

    `policy_id` "": in no service control policy (yet). `names`: the user names that are denied besides the id; `lent`:
    those the user had while denied that are not, because somebody else has them now. `long_sessions`: what of the ways
    in may have sessions that live for days.
    `inline`: the permission sets that deny the user. `confirmed` False: it is about to be written, or was and could
    not be read back; nobody may forget to lift it. `clear_since`: since when no way in is left, as far as was seen.
    `missing`: what of it somebody took out by hand. `lifted_at`: when it was lifted, by whom.
    """

    user: User
    policy_id: str
    since: datetime
    by: str
    cover: tuple[AccountCover, ...]
    confirmed: bool = True
    names: tuple[str, ...] = ()
    inline: tuple[InlinePlace, ...] = ()
    reason: str = ""
    not_disabled: bool = False
    clear_since: datetime | None = None
    missing: str = ""
    lent: tuple[str, ...] = ()
    long_sessions: tuple[LongSession, ...] = ()
    id: str = ""
    lifted_at: datetime | None = None
    lifted_by: str = ""
