"""Connections to PostgreSQL that give up in time."""

import time
from collections.abc import Generator
from typing import Any

import psycopg
import sqlalchemy as sa

# How long to wait for a connection, and for a server that has gone silent, in seconds.
CONNECT_SECONDS = 5
SILENT_SECONDS = 10
# A client that holds a lock and does nothing for this long, in seconds, is gone; the server ends its transaction.
IDLE_SECONDS = 60


class Patient(psycopg.Connection[Any]):
    """A connection that is closed when the server leaves a request unanswered.

    TCP does not notice this: a proxy or load balancer in between may keep acknowledging what it is sent.
    """

    silent_seconds: float = SILENT_SECONDS

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        return super().wait(self._until_silent(gen), *args, **kwargs)

    def _until_silent(self, steps: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """The same steps; psycopg asks for the next one whenever something arrives, and ten times a second."""
        given_up = time.monotonic() + self.silent_seconds
        try:
            wanted = next(steps)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > given_up:
                    self.pgconn.finish()
                    raise psycopg.OperationalError("the server did not answer in time")
                wanted = steps.send(ready)
        except StopIteration as ended:
            return ended.value


def give_up_in_time(engine: sa.Engine, *, statement_seconds: int = 0) -> None:
    """Make this engine use such connections. With 0, the server itself never ends a slow statement."""

    @sa.event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, args: list[Any], kwargs: dict[str, Any]) -> Patient:
        limits = {
            "connect_timeout": CONNECT_SECONDS,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 1000 * SILENT_SECONDS,
        }
        return Patient.connect(*args, **{**limits, **kwargs})

    @sa.event.listens_for(engine, "connect")
    def _limit(connection: Patient, _record: Any) -> None:
        connection.execute(f"SET statement_timeout = '{statement_seconds}s'")
        connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
        # A rollback would undo the settings.
        connection.commit()
