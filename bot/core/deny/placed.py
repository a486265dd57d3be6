"""A deny of a user, as leaverbot placed it."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.access.sessions import LongSession
from bot.core.models import Account, User


@dataclass(frozen=True, slots=True)
class AccountCover:
    """Whether an emergency deny holds in one account (None: could not be read); `why` says through what or why not."""

    account: Account
    covered: bool | None
    why: str


@dataclass(frozen=True, slots=True)
class InlinePlace:
    """A permission set whose inline policy denies a user.

    `account_ids`: where AWS was asked to provision it that way; `provisioned`: where AWS said that it did.
    """

    permission_set_arn: str
    account_ids: tuple[str, ...] = ()
    provisioned: tuple[str, ...] = ()

    def joined(self, more: "InlinePlace") -> "InlinePlace":
        """The place, plus what another entry for the same permission set adds."""
        return InlinePlace(
            self.permission_set_arn,
            tuple(dict.fromkeys((*self.account_ids, *more.account_ids))),
            tuple(dict.fromkeys((*self.provisioned, *more.provisioned))),
        )


@dataclass(frozen=True, slots=True)
class PlacedDeny:
    """A deny as we placed it.

    `policy_id` "": in no service control policy (yet). `names`: the user names that are denied besides the id; `lent`:
    names the user had while denied that are not denied, because somebody else has them now. `long_sessions`: ways in
    whose sessions may live for days. `inline`: the permission sets that deny the user. `confirmed` False: it is about
    to be written, or was written and could not be read back, so it must not be forgotten: it may need lifting.
    `clear_since`: since when no way in has been seen. `enabled_since`: since when every read has shown the user
    enabled. `missing`: the parts that somebody took out by hand. `lifted_at`: when it was lifted, by whom.
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
    enabled_since: datetime | None = None
    missing: str = ""
    lent: tuple[str, ...] = ()
    long_sessions: tuple[LongSession, ...] = ()
    id: str = ""
    lifted_at: datetime | None = None
    lifted_by: str = ""
