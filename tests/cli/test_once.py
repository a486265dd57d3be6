"""`leaverbot once`: when it ends, whatever happens."""

import inspect

from bot.cli.once import once


def test_without_a_deadline_it_ends_after_ten_minutes() -> None:
    assert inspect.signature(once).parameters["deadline"].default == 600
