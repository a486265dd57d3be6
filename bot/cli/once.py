"""`leaverbot once`."""

import logging
import sys
import threading
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import structlog
import typer
from rich.console import Console

from bot.cli.exits import COMPLETE, NOT_COMPLETE, WRONG_USE, complain, leave_now
from bot.cli.scan_output import coverage_json, json_text, say
from bot.cli.scanning.progress_bar import Bar
from bot.cli.stopping import after, end_soon, when_asked_to_stop
from bot.core.errors import LeaverbotError, SettingsError
from bot.core.text import clean, plural
from bot.logs import set_up_logging
from bot.services.scan.progress import log_progress
from bot.settings import SlackSettings

if TYPE_CHECKING:
    from bot.processes.database_lock import Held
    from bot.processes.once import Outcome

log = structlog.get_logger(__name__)

# How long it works without --deadline, in seconds.
DEADLINE_SECONDS = 600.0


def once(
    deadline: Annotated[
        float,
        typer.Option("--deadline", min=1, metavar="SECONDS", help="Stop after this time; the next run continues."),
    ] = DEADLINE_SECONDS,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
) -> None:
    """Scan once, bring Slack up to date, continue unfinished work, and exit. For cron and scheduled containers.

    It does the work of `leaverbot run` and then exits: one scan, alerts posted and edited, unfinished actions
    continued, what rules and scheduled leaves lead to, denies lifted that have run out, the summary if it is due. If it
    reaches its deadline or gets SIGTERM, the next run continues. It needs the settings of `run` without
    SLACK_APP_TOKEN. Buttons in Slack work only while `leaverbot run` listens. Only one leaverbot works on a database at
    a time.

    Exit codes: 0 complete, 1 wrong usage or settings, 3 the scan is partial or failed, or something is left for the
    next run. If another leaverbot holds the database: 0 if a complete scan ended within the last hour, otherwise 3.

    Examples: `leaverbot once` · a line for cron: `*/15 * * * * cd /etc/leaverbot && leaverbot once --deadline 840` ·
    a scheduled ECS task: command `["once", "--deadline", "840"]`
    """
    terminal = sys.stderr.isatty()
    try:
        settings = SlackSettings.load()
        set_up_logging("console" if terminal else settings.log_format, logging.WARNING if terminal else logging.INFO)
        for problem in settings.doubts():
            log.warning(problem)
        _once(settings, deadline, as_json=as_json, bar=terminal)
    except SettingsError as error:
        _leave(WRONG_USE, str(error), as_json=as_json)
    except LeaverbotError as error:
        _leave(NOT_COMPLETE, str(error), as_json=as_json)


def _once(settings: SlackSettings, deadline: float, *, as_json: bool, bar: bool) -> NoReturn:
    # Slack, the database and the engine are half of the memory, and of no use to `scan`.
    from bot.processes.database_lock import Held  # noqa: PLC0415 - see above
    from bot.processes.once import Once  # noqa: PLC0415 - see above

    stop = threading.Event()
    _stop_in_time(stop, deadline)
    with Bar(Console(stderr=True)) if bar else nullcontext() as shown:
        try:
            outcome = Once(settings, stop, shown.show if shown else log_progress).run()
        except Held as held:
            _leave_to(settings, held, as_json=as_json)
    if as_json:
        typer.echo(json_text(_json(outcome)))
    else:
        _show(outcome, Console())
    leave_now(COMPLETE if outcome.complete else NOT_COMPLETE)


def _stop_in_time(stop: threading.Event, deadline: float) -> None:
    """Stop at the deadline and at SIGTERM, and exit soon after that even if something hangs."""

    def ask_to_stop() -> None:
        stop.set()
        end_soon(NOT_COMPLETE)

    when_asked_to_stop(ask_to_stop)
    after(deadline, ask_to_stop)


def _leave_to(settings: SlackSettings, held: "Held", *, as_json: bool) -> NoReturn:
    """Another process holds the database."""
    from bot.processes.once import scanned_lately  # noqa: PLC0415 - see _once

    lately = scanned_lately(settings.database_url)
    told = "A complete scan ended within the last hour." if lately else "No complete scan ended within the last hour."
    _leave(COMPLETE if lately else NOT_COMPLETE, str(held), told, as_json=as_json)


def _leave(code: int, *lines: str, as_json: bool) -> NoReturn:
    complain(*lines)
    if as_json:
        typer.echo(json_text({"complete": False, "failed": code != COMPLETE, "why": list(lines)}))
    leave_now(code)


def _json(outcome: "Outcome") -> dict[str, Any]:
    return {
        "complete": outcome.complete,
        "failed": outcome.failed,
        "scan": coverage_json(outcome.coverage) if outcome.coverage else None,
        "unfinished_actions": outcome.actions,
        "messages_not_shown": outcome.messages,
        "why": list(_left(outcome)),
    }


def _show(outcome: "Outcome", console: Console) -> None:
    coverage = outcome.coverage
    if coverage:
        say(console, f"{plural(coverage.users_read, 'user')} read, {coverage.checked}. Scan {coverage.status}.")
    for line in _left(outcome):
        say(console, line)


def _left(outcome: "Outcome") -> list[str]:
    """What is not done, and why."""
    left = [outcome.lost] if outcome.lost else []
    if outcome.coverage is None and not outcome.lost:
        left.append("The scan did not end in time. The next run scans again; give it more time with --deadline.")
    if outcome.coverage:
        left += [f"Not read: {problem.what}: {problem.why}" for problem in outcome.coverage.problems]
    if outcome.actions:
        left.append(f"{plural(outcome.actions, 'action')} unfinished. The next run continues.")
    if outcome.messages:
        why = f": {outcome.trouble}" if outcome.trouble else "."
        left.append(f"{plural(outcome.messages, 'message')} not in Slack yet{why}")
    return [clean(line) for line in left]
