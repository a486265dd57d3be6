"""Settings for every test."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.databases import backend, postgres, url  # noqa: F401 - fixtures for every folder

# Machines in CI are slow and shared: a slow example is no wrong one.
settings.register_profile("leaverbot", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("leaverbot")
# Thousands of tests leave little garbage and hold much that stays.
gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def loggers_follow_each_configuration() -> Iterator[None]:
    """A logger that keeps the configuration of its first use would take one test's into all the others."""
    configure = structlog.configure
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            structlog,
            "configure",
            lambda *given, **more: configure(*given, **{**more, "cache_logger_on_first_use": False}),
        )
        yield


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from tests.scheduling import ByServer

    return ByServer(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        from tests.scheduling import spread

        spread(items)


def pytest_collection_finish() -> None:
    """What was imported stays, and need not be searched for garbage again and again."""
    gc.freeze()


@pytest.fixture(autouse=True)
def nothing_is_left_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """A socket or file that a test forgot is found at its end, not in the middle of an innocent one.

    The young generations hold what the test made, so it takes a millisecond.
    """
    yield
    request.node.funcargs.clear()
    gc.collect(1)


def pytest_runtest_teardown() -> None:
    """No test logs as another one wanted to."""
    structlog.reset_defaults()
