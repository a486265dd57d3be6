"""`leaverbot status`."""

from typing import TYPE_CHECKING

import typer

from bot.cli.exits import NOT_COMPLETE
from bot.cli.questions.asking import AsJson, answer, ask_knowing
from bot.cli.questions.status_documents import status_json
from bot.services.context import Context
from bot.settings import WorkSettings
from bot.slack import messages

if TYPE_CHECKING:
    from bot.services.questions.status import Status


def status(as_json: AsJson = False) -> None:
    """Show leaverbot's health: database, AWS, scans, events, denies, rules, who holds the database lock, waiting work.

    Checks that the database and AWS answer, that the deny policies can be used, that scans are on time, that rules can
    announce what they will do, and that the running bot can read the events queue. Takes no lock, posts nothing and
    changes nothing. `/readyz` of the running bot checks more.

    Exit codes: 0 all checks passed, 1 wrong usage or settings, 3 something is wrong, or leaverbot has not run here yet.

    Examples: `leaverbot status` · `leaverbot status --json | jq .wrong`
    """
    found = ask_knowing(_look, never_ran=NOT_COMPLETE)
    answer(messages.status_message(found).blocks, lambda: status_json(found), as_json=as_json)
    if found.wrong:
        raise typer.Exit(NOT_COMPLETE)


def _look(context: Context, settings: WorkSettings) -> "Status":
    # The loops and the engine, which this knows how to check, are of no use to `scan`.
    from bot.health_checks import ask_all, from_outside  # noqa: PLC0415 - see above
    from bot.services.questions.status import status as status_of  # noqa: PLC0415 - see above
    from bot.store.database.process_lock import look  # noqa: PLC0415 - see above

    checks = ask_all(from_outside(context))
    return status_of(context, checks, look(settings.database_url))
