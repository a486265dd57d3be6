"""AWS Lambda: each call is one `leaverbot once`, in a process of its own.

That process ends with all its threads and connections. So while Lambda freezes the function between two calls, nothing
holds the database lock, and no half-finished request resumes at the next call.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import structlog

from bot.aws.requests.client import Aws
from bot.aws.secrets import secret_text
from bot.core.errors import LeaverbotError, SettingsError
from bot.logs import set_up_logging, unforeseen
from bot.redact import keep_secret, redact

log = structlog.get_logger(__name__)

# The variables that name a secret, and the setting that its text is.
SECRETS = {
    "LEAVERBOT_DATABASE_URL_SECRET": "LEAVERBOT_DATABASE_URL",
    "SLACK_BOT_TOKEN_SECRET": "SLACK_BOT_TOKEN",
    "LEAVERBOT_ENTRA_CLIENT_SECRET_SECRET": "LEAVERBOT_ENTRA_CLIENT_SECRET",
}
# Seconds before Lambda's limit: the process gets this much less time than the call, and is killed this late. Unfinished
# work is in the database, and the next call continues.
RESERVE_SECONDS, KILL_SECONDS = 15.0, 2.0
LEAST_SECONDS = 5.0
NEEDS_POSTGRESQL = (
    "On Lambda, leaverbot needs PostgreSQL: an SQLite file is lost when the function ends, even in /tmp. "
    "LEAVERBOT_DATABASE_URL_SECRET is missing or wrong: the ARN of a secret whose plain text is the database's URL, "
    "for example postgresql://leaverbot:…@db.example.com/leaverbot"
)


class Remaining(Protocol):
    """The part of Lambda's context that is used."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends this call."""
        ...


class RunFailed(Exception):
    """The call counts as failed; the text says why, without secrets."""


def handler(_event: object, context: Remaining) -> dict[str, Any]:
    """One scan, and what is unfinished. Returns what `leaverbot once --json` prints.

    Work that Lambda's time limit cuts short is not a failure: the next call continues. Raises RunFailed if the scan is
    not complete, Slack cannot be reached, or somebody has to change something.
    """
    set_up_logging("json")
    try:
        return _run(lambda: context.get_remaining_time_in_millis() / 1000)
    except (LeaverbotError, RunFailed) as error:
        log.error("this call failed", why=str(error))  # noqa: TRY400 - the sentence says it all
        raise RunFailed(redact(str(error))) from None
    except Exception as error:  # noqa: BLE001 - the call ends here; `unforeseen` logs it with a reference
        raise RunFailed(unforeseen(error)) from None


def _run(seconds_left: Callable[[], float]) -> dict[str, Any]:
    if (seconds := seconds_left()) < RESERVE_SECONDS + LEAST_SECONDS:
        raise SettingsError(
            [f"Lambda gives this function {seconds:.0f} s, which is too short. Set its time-out to at least 60 s."]
        )
    code, printed = _once(_settings(os.environ), seconds_left)
    document: dict[str, Any] = json.loads(printed) if printed else {"failed": True, "why": ["The log says why."]}
    if document["failed"]:
        raise RunFailed(" ".join([f"leaverbot once ended with code {code}.", *document["why"]]))
    return document


def _settings(given: Mapping[str, str]) -> dict[str, str]:
    """The environment of the run, with the values of the secrets instead of their names."""
    aws = Aws()
    texts = {setting: secret_text(aws, given[name]) for name, setting in SECRETS.items() if given.get(name)}
    keep_secret(texts.values())
    environment = {name: value for name, value in given.items() if name not in SECRETS} | texts
    if not environment.get("LEAVERBOT_DATABASE_URL", "").startswith("postgres"):
        raise SettingsError([NEEDS_POSTGRESQL])
    return environment


def _once(environment: Mapping[str, str], seconds_left: Callable[[], float]) -> tuple[int, str]:
    """The exit code of `leaverbot once` and what it printed; its log goes where ours goes."""
    deadline = max(1.0, seconds_left() - RESERVE_SECONDS)
    command = [sys.executable, "-m", "bot", "once", "--json", "--deadline", f"{deadline:.1f}"]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            printed, _ = process.communicate(timeout=seconds_left() - KILL_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise RunFailed("leaverbot once did not end in time and was killed. The next call continues.") from None
    return process.returncode, printed
