"""What the program is given from outside: the environment and `.env`, and what in them must never be shown."""

import os
from collections.abc import Mapping

from dotenv import dotenv_values

# Variables whose values must never be shown, and addresses that may hold a password; not all of them are settings.
_SECRETS = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "LEAVERBOT_ENTRA_CLIENT_SECRET",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "PGPASSWORD",
)
_ADDRESSES = ("LEAVERBOT_DATABASE_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def dotenv() -> Mapping[str, str | None]:
    """What `.env` holds; nothing when it cannot be read, which loading the settings tells."""
    try:
        return dotenv_values(".env")
    except (UnicodeDecodeError, OSError):
        return {}


def variable(name: str) -> str:
    """The value of one variable, from the environment before `.env`; "" where it is set nowhere."""
    return os.environ.get(name) or dotenv().get(name) or ""


def secrets() -> list[str]:
    """Every value in the environment and in `.env` that must never be shown, whether it is well formed or not."""
    given = [(name.upper(), value) for source in (dotenv(), os.environ) for name, value in source.items() if value]
    passwords = [_password(value) for name, value in given if name in _ADDRESSES]
    return [value for name, value in given if name in _SECRETS] + [password for password in passwords if password]


def _password(address: str) -> str:
    return address.rpartition("@")[0].partition("://")[2].partition(":")[2]
