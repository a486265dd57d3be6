"""What is wrong with the AWS credentials, the profile or the clock, and what to do about it."""

import os
import re
import shlex
import unicodedata
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from botocore import exceptions as botocore
from urllib3.exceptions import LocationValueError

from bot.aws.requests import verdicts
from bot.core.errors import AwsCredentials
from bot.core.text import clean, shorten_middle

# The variables that botocore reads. A key never contains a blank; a name or path has none at its ends.
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
_NAMES = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_ENDPOINT_URL",
    "AWS_CA_BUNDLE",
)
_CALLED = {"\n": "a newline", "\r": "a carriage return", "\t": "a tab", " ": "a blank"}
_SOURCES = "Set AWS_PROFILE to a profile of ~/.aws/config, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
NONE_FOUND = f"No AWS credentials were found. {_SOURCES}, or give the machine a role."

_SKEWED = frozenset({"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"})
_SKEW_SAID = re.compile(r"Signature (?:expired|not yet current)")
_STAMP = re.compile(r"\d{8}T\d{6}Z")


def machine_gives_them() -> bool:
    """Whether this machine should have a metadata service that gives it a role. botocore reports one that is away for a
    moment just like one that does not exist.
    """
    if os.environ.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
        return False
    return bool(os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT")) or _maker() == "Amazon EC2"


def _maker() -> str:
    """Who made this machine, according to Linux."""
    try:
        return Path("/sys/class/dmi/id/sys_vendor").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def check_environment() -> None:
    """Raise AwsCredentials for a variable with an invisible character: no request could be sent with it."""
    for name in (*_KEYS, *_NAMES):
        value = os.environ.get(name, "")
        found = _odd(value, blanks=name in _KEYS)
        if found is not None:
            raise AwsCredentials(f"{name} {_where(value, found)}. Set it again without it.")


def _odd(value: str, *, blanks: bool) -> int | None:
    """The position of the first character that does not belong in the value of a variable."""
    for place, char in enumerate(value):
        at_an_end = place in {0, len(value) - 1}
        if not char.isprintable() or (char.isspace() and (blanks or at_an_end)) or (blanks and not char.isascii()):
            return place
    return None


def _where(value: str, place: int) -> str:
    char = value[place]
    called = _CALLED.get(char) or f"the character U+{ord(char):04X} ({unicodedata.name(char, 'without a name')})"
    if place == len(value) - 1:
        return f"ends with {called}"
    return f"begins with {called}" if place == 0 else f"has {called} in it, as character {place + 1} of {len(value)}"


def explain(error: Exception) -> str:
    """What to do about this exception of botocore; "" when it is not about credentials."""
    details: dict[str, Any] = getattr(error, "kwargs", {})
    if isinstance(error, botocore.NoCredentialsError):
        return NONE_FOUND
    if isinstance(error, botocore.PartialCredentialsError):
        return (
            f"The AWS credentials are not complete: {clean(str(details.get('cred_var', '')))} is missing. {_SOURCES}."
        )
    if isinstance(error, botocore.ProfileNotFound):
        return f"There is no AWS profile {clean(str(details.get('profile', '')))} in ~/.aws/config. {_SOURCES}."
    if isinstance(error, botocore.MissingDependencyException):
        return (
            "The AWS profile was made by `aws login`, and that needs one more package: "
            "pip install 'leaverbot[aws-login]'. Or use another profile."
        )
    if isinstance(error, botocore.LoginError):
        return f"The sign-in to AWS is over or was refused. Run `aws login{_profile()}`, then try again."
    if isinstance(error, (botocore.SSOError, botocore.TokenRetrievalError)):
        return f"The sign-in to AWS has expired. Run `aws sso login{_profile()}`, then try again."
    if isinstance(error, botocore.RefreshWithMFAUnsupportedError):
        return "The AWS profile asks for an MFA code each time, which leaverbot cannot provide. Use another profile."
    if verdicts.cannot_be_written(error) and not isinstance(details.get("error"), LocationValueError):
        return (
            "The AWS credentials contain a character that no key has, a newline for example. Enter or fetch them again."
        )
    return ""


def refused(code: str, said: str) -> str:
    """AWS does not accept the credentials."""
    if code.startswith("ExpiredToken"):
        return "The AWS credentials have expired. Sign in again, or use a role that renews them by itself."
    return (
        f"AWS does not accept the credentials ({said or code}). Check AWS_PROFILE, AWS_ACCESS_KEY_ID or the role, and "
        "sign in again if they have expired."
    )


def fetching(error: Exception) -> str:
    """Credentials that could not be fetched now: from where, and what was answered, unless that is a web page."""
    details: dict[str, Any] = getattr(error, "kwargs", {})
    said = clean(str(details.get("error_msg") or error))
    why = "" if "<" in said else f" ({shorten_middle(said, 200)})"
    source = clean(str(details.get("provider", "")))
    return f"The AWS credentials could not be fetched{f' from {source}' if source else ''}{why}."


def wrong_clock(code: str, said: str, headers: dict[str, str], now: datetime) -> str:
    """Both times, when AWS refuses a request for its time; "" when it does not."""
    if code not in _SKEWED and not _SKEW_SAID.search(said):
        return ""
    stamps = [_moment(text) for text in _STAMP.findall(said)]
    # "Signature expired: <ours> is now earlier than <a limit> (<AWS's> - 5 min.)" (docs/facts.md#clock-skew)
    here, there = (stamps[0], stamps[-1]) if len(stamps) >= 2 else (now, _date(headers))
    theirs = f", and AWS says {there:%Y-%m-%d %H:%M:%S} UTC" if there else ""
    return (
        f"The clock of this machine is wrong: it says {here:%Y-%m-%d %H:%M:%S} UTC{theirs}. Set it (NTP), then try "
        "again. The credentials are not the problem."
    )


def _profile() -> str:
    name = os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE")
    return f" --profile {shlex.quote(clean(name))}" if name else ""


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _date(headers: dict[str, str]) -> datetime | None:
    try:
        return parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except (TypeError, ValueError):
        return None
