"""The files of an SQLite database: only their owner can read or write them."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
import structlog

log = structlog.get_logger(__name__)

PRIVATE = 0o600
# The files SQLite puts next to a database; they get the database's mode. The last two are our own.
BESIDE = ("-wal", "-shm", "-journal", "-denies", "-lock")


def path_of(url: sa.URL) -> str:
    """The file of an SQLite database, even for an address like file:/var/lib/leaverbot.db?uri=true."""
    name = url.database or ""
    return unquote(urlsplit(name).path) if name.startswith("file:") else name


def make_private(path: str) -> None:
    """Create an empty file if there is none, and take everybody else's rights away from the files that exist."""
    # If that does not work, SQLite says what is wrong with the file.
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE))
    for file in (Path(path + ending) for ending in ("", *BESIDE)):
        try:
            if stat.S_IMODE(file.stat().st_mode) & ~PRIVATE:
                file.chmod(PRIVATE)
        except FileNotFoundError:
            continue
        except OSError as error:
            log.warning("others may read the database", file=file.name, why=error.strerror)
