"""Worlds for the end-to-end tests: one for each test, all real sockets, the bot a real process."""

from collections.abc import Iterator

import pytest

from tests.world import World, world


@pytest.fixture
def here() -> Iterator[World]:
    """A world that is not started yet, so that the test can furnish it."""
    with world() as made:
        yield made
