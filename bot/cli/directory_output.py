"""The part of a `--json` document that is about the company directory."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

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
