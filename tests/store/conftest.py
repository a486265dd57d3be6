"""The store under test."""

from collections.abc import Iterator

import pytest

from bot.store.store import SqlStore


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    store = SqlStore.open(url)
    yield store
    store.close()
