"""How the property tests run."""

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no defect of the bot: no example fails for being slow.
settings.register_profile("leaverbot", max_examples=75, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("leaverbot")


@pytest.fixture(autouse=True)
def nothing_is_left_open() -> None:
    """The core opens nothing, so there is nothing to look for; the search would take a tenth of these tests' time."""
