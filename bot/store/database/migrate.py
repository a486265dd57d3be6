"""Brings a database to the newest schema: numbered SQL texts, each run in one transaction together with its record.

A released text never changes. `0002.sql` is for every database, `0002.sqlite.sql` and `0002.postgresql.sql` for one; a
statement ends with a semicolon at the end of a line.
"""

from importlib.resources import files

import sqlalchemy as sa

from bot.core.errors import StoreError
from bot.store.database.connection import write_alone
from bot.store.database.schema import versions


def migrations(dialect: str) -> dict[int, str]:
    """The SQL text of each migration for "sqlite" or "postgresql", by number."""
    texts = {}
    for file in (files("bot.store.database") / "migrations").iterdir():
        number, *only_for, _ = file.name.split(".")
        if only_for in ([], [dialect]):
            texts[int(number)] = file.read_text(encoding="utf-8")
    return texts


def migrate(engine: sa.Engine) -> None:
    """Bring the tables to the newest version. Raises StoreError if a newer leaverbot made them."""
    texts = migrations(engine.dialect.name)
    while _step(engine, texts):
        pass


def _step(engine: sa.Engine, texts: dict[int, str]) -> bool:
    """Run the next migration; False when there is none. If several processes try at once, only one runs it."""
    newest = max(texts)
    with engine.begin() as connection:
        write_alone(connection)
        versions.create(connection, checkfirst=True)
        done = connection.execute(sa.select(sa.func.max(versions.c.version))).scalar() or 0
        if done > newest:
            raise too_new(done, newest)
        if done == newest:
            return False
        for statement in filter(str.strip, texts[done + 1].split(";\n")):
            connection.exec_driver_sql(statement)
        connection.execute(versions.insert().values(version=done + 1))
    return True


def version_of(connection: sa.Connection) -> int:
    """The migration that the tables are from; 0 if there are none."""
    if not connection.dialect.has_table(connection, versions.name):
        return 0
    return connection.execute(sa.select(sa.func.max(versions.c.version))).scalar() or 0


def newest_version(dialect: str) -> int:
    """The migration that this version of leaverbot needs."""
    return max(migrations(dialect))


def too_new(version: int, newest: int) -> StoreError:
    """The error for tables of a newer leaverbot."""
    return StoreError(
        f"The database was made by a newer leaverbot (schema {version}, this one knows {newest}). "
        "Run that version, or restore the backup from before the upgrade."
    )
