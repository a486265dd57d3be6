"""Settings for every test."""

import gc
from collections.abc import Iterator
from compileall import compile_dir
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings

import bot
from tests.databases import backend, postgres, url  # noqa: F401 - fixtures for every folder
from tests.zygote import shared

# CI machines are slow and shared: a slow example is not a wrong one.
settings.register_profile("leaverbot", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("leaverbot")
# Thousands of tests leave little garbage, and most objects stay alive.
gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def loggers_follow_each_configuration() -> Iterator[None]:
    """A logger that keeps the configuration of its first use would carry one test's into all the others."""
    configure = structlog.configure
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            structlog,
            "configure",
            lambda *given, **more: configure(*given, **{**more, "cache_logger_on_first_use": False}),
        )
        yield


def pytest_configure(config: pytest.Config) -> None:
    """The workers of a run share the process that programs are forked from, and compile nothing twice."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        compile_dir(Path(bot.__file__).parent, quiet=2, workers=0)
        zygote = shared()
        zygote.__enter__()
        config.add_cleanup(lambda: zygote.__exit__(None, None, None))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from tests.scheduling import ByServer

    return ByServer(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        from tests.scheduling import spread

        spread(items)


def pytest_collection_finish() -> None:
    """Imported objects stay, so the garbage collector need not search them again and again."""
    gc.freeze()


@pytest.fixture(autouse=True)
def nothing_is_left_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """Find a socket or file that a test left open at the end of that test, not in the middle of an innocent one.

    The young generations hold what the test made, so this takes a millisecond.
    """
    yield
    request.node.funcargs.clear()
    gc.collect(1)


def pytest_runtest_teardown() -> None:
    """Keep a test from logging the way another one set up."""
    structlog.reset_defaults()
