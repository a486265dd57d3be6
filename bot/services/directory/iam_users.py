"""IAM users that may be a person's, with what they can sign in with. Only looks; nothing is ever changed."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from bot.core.directory.iam_users import (
    AccessKey,
    IamLook,
    IamMatch,
    IamNotAsked,
    IamRead,
    IamUser,
    KeyUse,
    MatchedBy,
    Password,
    Unread,
    matching,
)
from bot.core.errors import AwsError
from bot.core.models import User
from bot.ports import IamUsers
from bot.services.context import Context

T = TypeVar("T")

# Nobody has more; each takes several requests.
MOST_MATCHES = 5
# A list of accounts this old will do for a name, in seconds.
ACCOUNTS_AGE = 3600.0


def iam_users_of(context: Context, user: User) -> IamLook:
    """The IAM users of our own account that may be this user's. What AWS does not answer is part of the answer."""
    if context.iam_users is None:
        return IamNotAsked()
    try:
        account_id = context.access.caller_account_id()
        found = matching(context.iam_users.users(), user)
    except AwsError as error:
        return Unread(str(error))
    matches = tuple(_match(context.iam_users, *one) for one in found[:MOST_MATCHES])
    name = _account_name(context, account_id)
    return IamRead(context.clock.now(), account_id, name, matches, max(len(found) - MOST_MATCHES, 0))


def _account_name(context: Context, account_id: str) -> str:
    try:
        account = context.access.accounts(max_age=ACCOUNTS_AGE).get(account_id)
    except AwsError:
        return ""
    return account.name if account else ""


def _match(iam: IamUsers, user: IamUser, by: MatchedBy) -> IamMatch:
    keys = _tried(lambda: iam.access_keys(user.name))
    uses = keys if isinstance(keys, Unread) else tuple(_use(iam, key) for key in keys)
    return IamMatch(user, by, uses, _password(iam, user.name))


def _use(iam: IamUsers, key: AccessKey) -> KeyUse:
    return KeyUse(key, _tried(lambda: iam.key_last_used(key.id)))


def _password(iam: IamUsers, name: str) -> Password | Unread | None:
    created = _tried(lambda: iam.password_created(name))
    return Password(created, _tried(lambda: iam.password_last_used(name))) if isinstance(created, datetime) else created


def _tried(read: Callable[[], T]) -> T | Unread:
    try:
        return read()
    except AwsError as error:
        return Unread(str(error))
