"""IAM users that may be a person's: matched by name or by their `email` tag, shown and never changed.

IAM knows nothing of Identity Center's users, so a match is a likeness. How it came about is always shown with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.models import User
from bot.core.typed_names import fold

EMAIL_TAG = "email"


@dataclass(frozen=True, slots=True)
class IamUser:
    """An IAM user. `emails`: the values of its `email` tag, however the key is capitalized."""

    name: str
    arn: str
    created_at: datetime
    emails: tuple[str, ...] = ()


class MatchedBy(StrEnum):
    """Why an IAM user may be a person's, the surest first."""

    EMAIL_TAG = "email_tag"  # its `email` tag is the person's address or user name
    USER_NAME = "user_name"  # it has the user name
    EMAIL = "email"  # its name is the address
    FIRST_PART = "first_part"  # its name is what stands before the @, so it may be somebody else's


def matched_by(iam_user: IamUser, user: User) -> MatchedBy | None:
    """Why it may be this user's; None if nothing says so. Capitals do not count: AWS tells no names apart by them.

    What stands before the @ counts for nothing if the `email` tag names another address.
    """
    name, emails = fold(iam_user.name), {fold(email) for email in iam_user.emails} - {""}
    user_name, email = fold(user.user_name), fold(user.email)
    if emails & {user_name, email}:
        return MatchedBy.EMAIL_TAG
    if name and name == user_name:
        return MatchedBy.USER_NAME
    if name and name == email:
        return MatchedBy.EMAIL
    parts = {text.partition("@")[0] for text in (user_name, email) if "@" in text} - {""}
    return MatchedBy.FIRST_PART if name in parts and not emails else None


def matching(iam_users: Iterable[IamUser], user: User) -> list[tuple[IamUser, MatchedBy]]:
    """The IAM users that may be this user's, the surest first."""
    found = [(one, by) for one in iam_users if (by := matched_by(one, user))]
    return sorted(found, key=lambda match: (list(MatchedBy).index(match[1]), match[0].name))


@dataclass(frozen=True, slots=True)
class Unread:
    """Could not be read: why."""

    why: str


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A long-term key. `status`: "Active", "Inactive" or "Expired", as AWS says."""

    id: str
    status: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A key, and when it was last used; None: IAM knows of no use."""

    key: AccessKey
    last_used: datetime | Unread | None


@dataclass(frozen=True, slots=True)
class Password:
    """A password for the console; `last_used` as with keys."""

    created_at: datetime
    last_used: datetime | Unread | None


@dataclass(frozen=True, slots=True)
class IamMatch:
    """An IAM user that may be a person's, with what it can sign in with. `password`: None if it has none."""

    user: IamUser
    by: MatchedBy
    keys: tuple[KeyUse, ...] | Unread
    password: Password | Unread | None


@dataclass(frozen=True, slots=True)
class IamRead:
    """The IAM users of one account were read at `at`: those that may be the person's, and how many `more` there are."""

    at: datetime
    account_id: str
    account_name: str = ""
    matches: tuple[IamMatch, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class IamNotAsked:
    """Nobody asked to look at IAM users (`LEAVERBOT_IAM_USERS`)."""


IamLook = IamRead | Unread | IamNotAsked
