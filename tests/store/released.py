"""Databases that released versions left: see tests/data."""

import sqlite3
from pathlib import Path

import psycopg
import sqlalchemy as sa

DATA = Path(__file__).parent.parent / "data"
# Databases of released versions, with a revoke that ended and other work that did not.
RELEASED = sorted({file.name.split(".")[0] for file in DATA.glob("*.sql")})


def load(url: str, name: str) -> None:
    """Make the database that a released version left."""
    parsed = sa.make_url(url)
    text = (DATA / f"{name}.{parsed.get_backend_name()}.sql").read_text()
    if parsed.get_backend_name() == "sqlite":
        with sqlite3.connect(str(parsed.database)) as database:
            database.executescript(text)
        database.close()
    else:
        with psycopg.connect(parsed.set(drivername="postgresql").render_as_string(hide_password=False)) as server:
            server.execute(text.encode())
