"""The part of a `--json` document that is about the company directory."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.core.directory.iam_users import IamLook, IamMatch, IamRead, Password, Unread
from bot.core.directory.provisioning import (
    Alive,
    CouldNotLook,
    NeverHeard,
    NoDirectory,
    NotCounted,
    Origins,
    Provisioning,
    Silent,
    TooEarly,
)

_STATES: Mapping[type, str] = {
    NotCounted: "not_counted",
    NoDirectory: "no_directory",
    Alive: "alive",
    Silent: "silent",
    NeverHeard: "never_heard",
    TooEarly: "too_early",
    CouldNotLook: "could_not_look",
}


def directory_json(found: Provisioning) -> dict[str, Any]:
    """What is known of the directory that manages the users."""
    told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(found).items()}
    origins = None if isinstance(found, NotCounted) else origins_json(found.origins)
    return {"state": _STATES[type(found)], **told, "origins": origins}


def origins_json(origins: Origins) -> dict[str, Any]:
    """Where the users come from."""
    return {**asdict(origins), "read_at": origins.read_at.isoformat(), "issuers": dict(origins.issuers)}


def iam_json(look: IamLook) -> dict[str, Any]:
    """IAM users that may be a person's, and whether they were looked at."""
    if not isinstance(look, IamRead):
        return {"looked": False, "why_not": look.why if isinstance(look, Unread) else None}
    return {
        "looked": True,
        "why_not": None,
        "account_id": look.account_id,
        "users": [_match(one) for one in look.matches],
        "more": look.more,
    }


def _match(match: IamMatch) -> dict[str, Any]:
    keys, password = match.keys, match.password
    return {
        "name": match.user.name,
        "arn": match.user.arn,
        "matched_by": str(match.by),
        "access_keys": _unread(keys)
        if isinstance(keys, Unread)
        else [
            {
                "id": use.key.id,
                "status": use.key.status,
                "created_at": use.key.created_at.isoformat(),
                "last_used": _at(use.last_used),
            }
            for use in keys
        ],
        "password": {"created_at": password.created_at.isoformat(), "last_used": _at(password.last_used)}
        if isinstance(password, Password)
        else _at(password),
    }


def _at(at: datetime | Unread | None) -> Any:
    """A time; why it could not be read; null for none."""
    return at.isoformat() if isinstance(at, datetime) else _unread(at) if at else None


def _unread(unread: Unread) -> dict[str, str]:
    return {"not_read": unread.why}
