"""What a call costs in CPU: one run of the bot's scan, or of a bare boto3 loop that makes the same calls.

Run as a program. Both measure from when everything is imported and every client is made.
"""

import contextlib
import json
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SERVICES = ("sso-admin", "identitystore", "organizations", "account-access", "sts")


def used() -> float:
    """User and system seconds of this process so far."""
    now = resource.getrusage(resource.RUSAGE_SELF)
    return now.ru_utime + now.ru_stime


def scan(*, unlimited: bool) -> None:
    """The command `leaverbot scan --json` as it is, with AWS connected beforehand; without its limiter if wanted."""
    import typer

    from bot import __main__ as program
    from bot.aws.requests.limiter import Limiter

    if unlimited:
        Limiter.acquire = lambda *_arguments, **_options: None  # type: ignore[method-assign]  # only in this process
    parts: Any = program.connect_aws()
    for service in SERVICES:
        parts.aws._client(service)
    vars(program)["connect_aws"] = lambda *_arguments, **_options: parts
    with measured(), contextlib.suppress(typer.Exit):
        program.scan(as_json=True, fail_on_findings=False, check_use=False, find_orphans=False, end=None)


def bare(recorded: Path, seconds: float) -> None:
    """The recorded calls, one after another, with boto3 and nothing else, evenly over so many seconds.

    0 seconds: without a pause, which AWS would not allow.
    """
    import boto3
    from botocore import xform_name

    session = boto3.Session()
    clients: dict[str, Any] = {service: session.client(service) for service in SERVICES}
    calls = []
    for name, parameters in json.loads(recorded.read_text()):
        service, _, operation = name.partition(".")
        calls.append((clients[service], xform_name(operation), parameters))
    with measured():
        started = time.monotonic()
        for number, (client, method, parameters) in enumerate(calls):
            pause = started + seconds * number / len(calls) - time.monotonic()
            if pause > 0:
                time.sleep(pause)
            getattr(client, method)(**parameters)


@contextlib.contextmanager
def measured() -> Iterator[None]:
    """What the block takes goes to stderr, because the scan prints its document on stdout."""
    before, started = used(), time.monotonic()
    yield
    spent = {"cpu": used() - before, "seconds": time.monotonic() - started}
    sys.stdout.flush()
    sys.stderr.write(f"\nspent {json.dumps(spent)}\n")


def main() -> None:
    """`scan`, `unlimited`, or `bare FILE SECONDS`."""
    what, *arguments = sys.argv[1:]
    if what == "bare":
        bare(Path(arguments[0]), float(arguments[1]))
    else:
        scan(unlimited=what == "unlimited")


if __name__ == "__main__":
    main()
