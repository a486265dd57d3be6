"""Worlds for the end-to-end tests: one for each test, all real sockets, the bot a real process."""

from collections.abc import Iterator

import pytest

from tests.world import World, world


@pytest.fixture
def here(request: pytest.FixtureRequest) -> Iterator[World]:
    """A world that is not started yet, so that the test can furnish it.

    The program pauses as in tests/paces.py; `@pytest.mark.real_pauses` is for a test that is about time, or that
    interferes in the middle of something.
    """
    with world(quick=request.node.get_closest_marker("real_pauses") is None) as made:
        yield made
