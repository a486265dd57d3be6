"""A started engine over a real store and simulated AWS."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.core.authorization import Rules
from bot.engine.engine import Engine
from bot.playground.identity_center import AwsServer, Organization
from bot.services.context import Parts
from bot.store.database.connection import connect_durable
from bot.store.store import SqlStore
from tests.stand_ins import parts_over


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsServer]:
    server = AwsServer(Organization(seed=1), host="127.0.0.1", port=0)
    server.start()
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    yield server
    server.stop()


@contextmanager
def engine_over(url: str, responder: str = "U1") -> Iterator[Parts]:
    """All that the engine works with, started, over this database."""
    store = SqlStore.open(url)
    engine = Engine(url, lambda: None, connect_durable(url))
    made = parts_over(store, clock=SystemClock(), work=engine, rules=Rules(responders=frozenset({responder})))
    try:
        engine.start(made, {"scan": ("0 0 1 1 *", "UTC"), "summary": ("*/2 * * * * *", "Europe/Berlin")})
        yield made
    finally:
        engine.stop(5)
        store.close()


@pytest.fixture
def parts(aws: AwsServer, tmp_path: Path) -> Iterator[Parts]:
    with engine_over(f"sqlite:///{tmp_path / 'engine.db'}") as made:
        yield made
