from collections.abc import Iterator

import pytest

from bot.core import kinds
from bot.slack.kinds import presenter
from tests.toy.looks import Walk
from tests.toy.row import WALK


@pytest.fixture(autouse=True)
def known() -> Iterator[None]:
    """The toy kind is known while a test runs, and to no other test."""
    kinds.register(WALK)
    presenter.register(Walk())
    yield
    for table in (kinds._KINDS, presenter._BUTTONS, presenter._ACTIONS):
        table.popitem()
