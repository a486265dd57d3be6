"""A database that hangs while work is under way: the work goes on when it answers again."""

import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.core.errors import StoreUnavailable
from bot.playground.identity_center import AwsServer
from bot.services.parts import Parts
from bot.store.postgresql import Patient
from tests.databases import POSTGRES
from tests.engine.asking import ask, disabled
from tests.engine.conftest import engine_over
from tests.store.proxy import Proxy, between
from tests.world import eventually


@pytest.fixture
def proxy(url: str) -> Iterator[Proxy]:
    with between(sa.make_url(url)) as proxy:
        yield proxy


@pytest.fixture
def far(url: str, proxy: Proxy, aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parts]:
    monkeypatch.setattr(Patient, "silent_seconds", 0.5)
    through = proxy.url(sa.make_url(url)).update_query_dict({"connect_timeout": "2"})
    with engine_over(through.render_as_string(hide_password=False)) as parts:
        yield parts


@pytest.mark.parametrize("url", [POSTGRES], indirect=True)
@pytest.mark.parametrize("begun", [False, True])
def test_an_action_goes_on_after_a_postgresql_that_hung(far: Parts, proxy: Proxy, aws: AwsServer, begun: bool) -> None:
    if begun:
        aws.faults.add("identitystore.DescribeUser", kind="latency", seconds=1.0)
    action_id = ask(far, disabled(aws, "p"))
    before = aws.calls["identitystore.DescribeUser"]
    if begun:
        far.work.start_action(action_id)
        eventually(lambda: aws.calls["identitystore.DescribeUser"] > before)
    proxy.hang()
    far.work.start_action(action_id)
    with pytest.raises(StoreUnavailable, match="nothing was stored"):
        ask(far, disabled(aws, "q"))
    time.sleep(2)
    proxy.go_on()

    def ended() -> bool:
        # As the look now and then does.
        far.work.start_action(action_id)
        return far.store.action(action_id).view.state.final

    eventually(ended, seconds=40)
