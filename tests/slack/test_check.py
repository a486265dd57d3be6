"""What passes is waited for, what a person must change is told at once; and later it is known when it no longer holds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import ChatUnavailable, SettingsError
from bot.playground.slack_workspace import SlackServer, Workspace
from bot.slack.connection.check import SlackCheck
from tests.slack.desk import Desk


class Place:
    """A workspace with a channel for alerts."""

    def __init__(self) -> None:
        self.workspace = Workspace()
        self.alice = self.workspace.add_user("alice")
        self.channel = self.workspace.add_channel("alerts", members=[self.alice])
        self.slack = SlackServer(self.workspace, rate_limits=False).start()

    def check(self, *, token: str = "", app_token: str = "", groups: tuple[str, ...] = ()) -> SlackCheck:
        given = self.slack.environment()
        token = token or given["SLACK_BOT_TOKEN"]
        return SlackCheck(token, app_token or given["SLACK_APP_TOKEN"], self.slack.api_url, self.channel, groups)


@pytest.fixture
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.slack.stop()


FAULTS: list[dict[str, Any]] = [
    {"kind": "error", "error": "internal_error"},
    {"kind": "error", "error": "fatal_error"},
    {"kind": "error", "error": "team_added_to_org"},
    {"kind": "status", "status": 503},
    {"kind": "ratelimited", "retry_after": 60},
    {"kind": "drop"},
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values())))
@pytest.mark.parametrize("method", ["apps.connections.open", "conversations.info", "auth.test"])
def test_nothing_that_passes_is_told_as_something_to_change(place: Place, method: str, fault: dict[str, Any]) -> None:
    place.slack.faults.add(method, **fault)
    check = place.check()
    if method == "auth.test":
        with pytest.raises(ChatUnavailable):
            check.first()
    assert check.first().team_id == place.workspace.team_id


def test_slack_that_is_not_there_at_all_passes(place: Place) -> None:
    check = place.check()
    place.slack.stop()
    with pytest.raises(ChatUnavailable):
        check.first()


def test_all_that_a_person_must_change_is_told_at_once(place: Place) -> None:
    place.workspace.kick(place.channel)
    with pytest.raises(SettingsError) as caught:
        place.check(app_token="xapp-wrong", groups=("S0NOSUCH",)).first()
    told = "\n".join(caught.value.problems)
    assert "SLACK_APP_TOKEN is not valid" in told
    assert "/invite @leaverbot" in told
    assert "a user group that does not exist" in told


@pytest.mark.parametrize("token", ["xoxb-wrong", "app"])
def test_a_wrong_bot_token_is_told_once(place: Place, token: str) -> None:
    token = place.slack.environment()["SLACK_APP_TOKEN"] if token == "app" else token
    with pytest.raises(SettingsError) as caught:
        place.check(token=token).first()
    assert len(caught.value.problems) == 1


def test_a_bot_out_of_its_channel_is_known_until_it_is_back(place: Place) -> None:
    check = place.check()
    check.first()
    place.workspace.kick(place.channel)
    check.again()
    assert "The bot is not in the channel" in check.trouble
    place.workspace.invite(place.channel)
    check.again()
    assert check.trouble == ""


def test_an_archived_channel_and_a_dead_token_are_known(place: Place) -> None:
    check = place.check()
    place.workspace.archive_channel(place.channel)
    check.again()
    assert "is archived" in check.trouble
    place.slack.faults.add("auth.test", "error", error="token_revoked")
    check.again()
    assert "The Slack token was revoked" in check.trouble


def test_the_app_is_made_without_a_warning_though_its_token_stands_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    Desk(tmp_path).close()
    assert not caplog.records
