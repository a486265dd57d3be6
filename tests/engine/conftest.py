"""A started engine over a real store and the fakes of AWS."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.core.authorization import Rules
from bot.engine.engine import Engine
from bot.playground.identity_center import Organization
from bot.services.context import Context
from bot.store.database.connection import connect_durable
from bot.store.store import SqlStore
from tests.fakes.aws import FakeAws
from tests.stand_ins import context_over


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws(Organization(seed=1))


@contextmanager
def engine_over(aws: FakeAws, url: str, responder: str = "U1", **more: Any) -> Iterator[Context]:
    """All that the engine works with, started, over these fakes and this database."""
    store = SqlStore.open(url)
    engine = Engine(url, lambda: None, connect_durable(url))
    usual = {"rules": Rules(responders=frozenset({responder}))}
    made = context_over(store, clock=SystemClock(), aws=aws, work=engine, **{**usual, **more})
    try:
        engine.start(made, {"scan": ("0 0 1 1 *", "UTC"), "summary": ("*/2 * * * * *", "Europe/Berlin")})
        yield made
    finally:
        engine.stop(5)
        store.close()


@pytest.fixture
def context(aws: FakeAws, tmp_path: Path) -> Iterator[Context]:
    with engine_over(aws, f"sqlite:///{tmp_path / 'engine.db'}") as made:
        yield made
