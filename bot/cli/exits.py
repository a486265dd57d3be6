"""How a command ends: its exit code, and what is printed of an error."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, TextIO

import typer

from bot.core.errors import AwsConflict, AwsUnavailable, LeaverbotError, StoreUnavailable
from bot.core.text import clean_lines
from bot.redact import redact

# Complete, or stopped as asked; wrong usage, or refused; something was found; not everything could be read.
COMPLETE, WRONG_USE, FINDINGS, NOT_COMPLETE = 0, 1, 2, 3
_STDERR = 2


def open_closed_streams() -> None:
    """Where the shell closed an input or output (`>&-`), have /dev/null in its place: nobody has to expect None, and
    no file that is opened later gets its number.
    """
    while (file := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
        pass
    os.close(file)
    sys.stdin = sys.stdin or _silent()
    sys.stdout = sys.stdout or _silent()
    sys.stderr = sys.stderr or _silent()


def _silent() -> TextIO:
    return Path(os.devnull).open("r+", encoding="utf-8")


def code_of(error: LeaverbotError) -> int:
    """NOT_COMPLETE for what may work later without anybody changing anything, else WRONG_USE."""
    return NOT_COMPLETE if isinstance(error, AwsUnavailable | AwsConflict | StoreUnavailable) else WRONG_USE


def complain(*lines: str) -> None:
    """Print what is wrong on stderr."""
    typer.echo(clean_lines(redact("\n".join(filter(None, lines)))), err=True)


def leave_now(code: int) -> NoReturn:
    """End at once: a parked workflow still has a thread, and the next start continues it.

    The code says how it went, also where nobody can read what was printed.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)
