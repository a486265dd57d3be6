"""IAM users of an account: made by its administrators, with keys and passwords of their own."""

from collections.abc import Mapping
from datetime import datetime

from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.iam import AccessKey, IamUser

MOST_KEYS, MOST_TAGS = 2, 50


def add_iam_user(
    org: Estate,
    name: str,
    *,
    account_id: str | None = None,
    tags: Mapping[str, str] | None = None,
    created_at: datetime | None = None,
) -> None:
    """A new IAM user in this account (None: the management account).

    Raises ValueError for a name that is there: "names are not distinguished by case" (IAM API reference, CreateUser).
    """
    with org.edit():
        here = org.iam_users_of.setdefault(account_id or org.management_account_id, {})
        if name.lower() in here:
            raise ValueError(f"there is an IAM user {name} already")
        if len(tags or {}) > MOST_TAGS:
            raise ValueError(f"an IAM user has at most {MOST_TAGS} tags")
        user_id = f"AIDA{org.later_ids.uuid().replace('-', '')[:17].upper()}"
        here[name.lower()] = IamUser(next(org.numbers), name, user_id, created_at or org.now(), dict(tags or {}))


def add_access_key(
    org: Estate,
    name: str,
    *,
    account_id: str | None = None,
    status: str = "Active",
    created_at: datetime | None = None,
    last_used: datetime | None = None,
) -> str:
    """A new access key of this IAM user, which has two at most. Returns its id."""
    with org.edit():
        user = _found(org, name, account_id)
        if len(user.keys) >= MOST_KEYS:
            raise ValueError(f"an IAM user has at most {MOST_KEYS} access keys")
        key_id = f"AKIA{org.later_ids.uuid().replace('-', '')[:16].upper()}"
        user.keys[key_id] = AccessKey(key_id, status, created_at or org.now(), last_used)
        return key_id


def set_password(
    org: Estate,
    name: str,
    *,
    account_id: str | None = None,
    created_at: datetime | None = None,
    last_used: datetime | None = None,
) -> None:
    """Give this IAM user a password for the console, last used then (None: never)."""
    with org.edit():
        user = _found(org, name, account_id)
        user.password_at, user.password_used_at = created_at or org.now(), last_used


def delete_iam_user(org: Estate, name: str, *, account_id: str | None = None) -> None:
    with org.edit():
        del org.iam_users_of[account_id or org.management_account_id][name.lower()]


def _found(org: Estate, name: str, account_id: str | None) -> IamUser:
    return org.iam_users_of[account_id or org.management_account_id][name.lower()]
