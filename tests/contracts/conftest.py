"""Two ways to reach one organization: the real edge over the wire, and the fakes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from typing import Any

import pytest

from bot.playground.identity_center import Organization
from tests.services.scanning import Connected, connected, faked

# Throttled requests wait only briefly: nothing here needs the quota.
DOORS: dict[str, Callable[..., AbstractContextManager[Connected]]] = {
    "wire": partial(connected, deadline=0.05),
    "fakes": faked,
}


@pytest.fixture(params=DOORS)
def reach(request: pytest.FixtureRequest) -> Iterator[Callable[..., Connected]]:
    """Takes an organization and returns the ports over it; each test runs once each way."""
    with ExitStack() as stack:
        opened: list[Connected] = []

        def through(org: Organization, **options: Any) -> Connected:
            opened.append(stack.enter_context(DOORS[request.param](org, **options)))
            return opened[-1]

        yield through
        for connection in opened:
            assert not connection.server.complaints
