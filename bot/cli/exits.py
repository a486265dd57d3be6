"""How a command ends: its exit code, and what is printed of an error."""

import os
import sys
from typing import NoReturn

import typer

from bot.core.errors import AwsConflict, AwsUnavailable, LeaverbotError, StoreUnavailable
from bot.core.text import clean_lines
from bot.redact import redact

# Complete, or stopped as asked; wrong usage, or refused; something was found; not everything could be read.
COMPLETE, WRONG_USE, FINDINGS, NOT_COMPLETE = 0, 1, 2, 3


def code_of(error: LeaverbotError) -> int:
    """NOT_COMPLETE for what may work later without anybody changing anything, else WRONG_USE."""
    return NOT_COMPLETE if isinstance(error, AwsUnavailable | AwsConflict | StoreUnavailable) else WRONG_USE


def complain(*lines: str) -> None:
    """Print what is wrong on stderr."""
    typer.echo(clean_lines(redact("\n".join(filter(None, lines)))), err=True)


def leave_now(code: int) -> NoReturn:
    """End at once: a parked workflow still has a thread, and the next start continues it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
