"""What the commands that only read have in common: context, errors, and how the answer is printed."""

import logging
from collections.abc import Callable, Iterable
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console

from bot.cli.exits import NOT_COMPLETE, WRONG_USE, code_of, complain
from bot.cli.plain_text import show_blocks
from bot.cli.scan_output import json_text
from bot.core.errors import LeaverbotError, NeverRan
from bot.core.views import Matches
from bot.logs import set_up_logging
from bot.services.context import Context
from bot.settings import WorkSettings
from bot.slack import messages
from bot.slack.blocks import Block

T = TypeVar("T")
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def ask(question: Callable[[Context], T]) -> T:
    """The answer. On an error, the program prints a sentence and exits: with NOT_COMPLETE if it may work later."""
    return ask_knowing(lambda context, _settings: question(context))


def ask_knowing(question: Callable[[Context, WorkSettings], T], *, never_ran: int = WRONG_USE) -> T:
    """The same for a question that also needs the settings. `never_ran`: the exit code if leaverbot never ran here."""
    # Slack's words and the database are of no use to `scan`.
    from bot.processes.reading import reading  # noqa: PLC0415 - see above

    set_up_logging("console", logging.WARNING)
    try:
        settings = WorkSettings.load()
        with reading(settings) as context:
            return question(context, settings)
    except NeverRan as error:
        complain(str(error))
        raise typer.Exit(never_ran) from None
    except LeaverbotError as error:
        complain(str(error))
        raise typer.Exit(code_of(error)) from None


def answer(blocks: Iterable[Block], document: Callable[[], dict[str, Any]], *, as_json: bool) -> None:
    """Print the answer for people, or for programs."""
    if as_json:
        typer.echo(json_text(document()))
    else:
        show_blocks(Console(), blocks)


def nobody(matches: Matches) -> NoReturn:
    """The text names nobody, or several people: print who it may be, and exit."""
    show_blocks(Console(stderr=True), messages.matches_message(matches).blocks)
    raise typer.Exit(NOT_COMPLETE if matches.unread else WRONG_USE)
