"""A database that hangs while work is under way: the work goes on when it answers again."""

import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.core.errors import StoreUnavailable
from bot.services.context import Context
from bot.store.database.postgresql import Patient
from tests.databases import POSTGRES
from tests.engine.asking import ask, disabled
from tests.engine.conftest import engine_over
from tests.fakes.aws import FakeAws
from tests.store.proxy import Proxy, between
from tests.world import eventually


@pytest.fixture
def proxy(url: str) -> Iterator[Proxy]:
    with between(sa.make_url(url)) as proxy:
        yield proxy


@pytest.fixture
def far(url: str, proxy: Proxy, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Context]:
    monkeypatch.setattr(Patient, "silent_seconds", 0.5)
    through = proxy.url(sa.make_url(url)).update_query_dict({"connect_timeout": "2"})
    with engine_over(aws, through.render_as_string(hide_password=False)) as context:
        yield context


@pytest.mark.parametrize("backend", [POSTGRES])
def test_what_was_begun_and_what_was_pressed_goes_on_after_a_postgresql_that_hung(
    far: Context, proxy: Proxy, aws: FakeAws
) -> None:
    asked = [ask(far, disabled(aws, name)) for name in ("begun", "pressed")]
    aws.faults.add("identitystore.DescribeUser", kind="latency", seconds=1.0)
    before = aws.calls["identitystore.DescribeUser"]
    far.work.start_action(asked[0])
    eventually(lambda: aws.calls["identitystore.DescribeUser"] > before)
    proxy.hang()
    far.work.start_action(asked[1])
    with pytest.raises(StoreUnavailable, match="nothing was stored"):
        ask(far, disabled(aws, "refused"))
    time.sleep(1)
    proxy.go_on()

    def ended() -> bool:
        # As the look now and then does.
        for action_id in asked:
            far.work.start_action(action_id)
        return all(far.store.action(action_id).state.final for action_id in asked)

    eventually(ended, seconds=40)
