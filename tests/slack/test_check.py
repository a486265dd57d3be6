"""What passes is waited for, what a person must change is told at once; and later it is known when it no longer holds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.core.errors import ChatUnavailable, SettingsError
from bot.core.installation import Installation
from bot.playground.slack_workspace import SlackServer, Workspace
from bot.services.installation import known
from bot.services.questions.status import status
from bot.slack.connection.check import SlackCheck
from bot.slack.messages import status_message
from bot.slack.wording.scopes import OPTIONAL, POSTS, PUBLIC, SHARED, without
from tests.slack.desk import Desk
from tests.slack.examples import words_of


class Place:
    """A workspace with a channel for alerts."""

    def __init__(self) -> None:
        self.workspace = Workspace()
        self.alice = self.workspace.add_user("alice")
        self.channel = self.workspace.add_channel("alerts", members=[self.alice])
        self.slack = SlackServer(self.workspace, rate_limits=False).start()

    def check(self, *, token: str = "", app_token: str = "", **places: tuple[str, ...]) -> SlackCheck:
        """`places`: user groups and channels that the settings name."""
        given = self.slack.environment()
        tokens = token or given["SLACK_BOT_TOKEN"], app_token or given["SLACK_APP_TOKEN"]
        return SlackCheck(*tokens, self.slack.api_url, self.channel, **places)


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


@pytest.mark.parametrize("scope", OPTIONAL)
def test_the_start_works_without_each_optional_scope(place: Place, scope: str) -> None:
    place.workspace.decline(scope)
    check = place.check()
    assert check.first().team_id == place.workspace.team_id
    check.again()
    assert check.trouble == ""


def test_without_the_scope_to_post_nothing_starts_and_without_commands_the_start_says_so(place: Place) -> None:
    place.workspace.decline("commands")
    with capture_logs() as logged:
        place.check().first()
    assert without("commands") in [line["event"] for line in logged]
    place.workspace.decline(POSTS)
    with pytest.raises(SettingsError, match="The Slack app lacks the scope chat:write"):
        place.check().first()


def test_the_start_says_what_is_missing_once_and_again_when_it_changes(place: Place) -> None:
    place.workspace.decline("users:read", "groups:history", "im:write")
    check = place.check()
    with capture_logs() as logged:
        check.first()
        check.again()
    assert [line["event"] for line in logged if line["log_level"] == "warning"] == [PUBLIC, without("users:read")]
    place.workspace.decline("channels:history")
    with capture_logs() as logged:
        check.again()
    assert [line["event"] for line in logged] == [without("channels:history")]


@pytest.mark.parametrize("pending", [False, True])
def test_the_start_warns_of_a_channel_that_others_can_read(place: Place, pending: bool) -> None:
    place.channel = place.workspace.add_channel("secret", [place.alice], private=True)
    with capture_logs() as logged:
        place.check().first()
    assert logged == []
    place.workspace.share_channel(place.channel, pending=pending)
    with capture_logs() as logged:
        place.check().first()
    assert [line["event"] for line in logged] == [SHARED]


def test_a_channel_shared_with_other_workspaces_of_the_organization_alone_is_no_warning(place: Place) -> None:
    place.channel = place.workspace.add_channel("secret", [place.alice], private=True)
    place.workspace.share_channel(place.channel, within=True)
    with capture_logs() as logged:
        place.check().first()
    assert logged == []


def test_an_answer_without_the_header_of_scopes_claims_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place.slack.api, "_scopes", lambda _method, _token: {})
    place.workspace.decline("users:read")
    with capture_logs() as logged:
        place.check().first()
    assert [line["event"] for line in logged] == [PUBLIC]


def test_a_user_group_of_those_who_act_that_may_not_be_read_stops_the_start_and_one_of_viewers_does_not(
    place: Place,
) -> None:
    group = place.workspace.add_user_group("security", [place.alice])
    place.workspace.decline("usergroups:read")
    with pytest.raises(SettingsError, match="usergroups:read was declined"):
        place.check(groups=(group,)).first()
    with capture_logs() as logged:
        place.check(viewing=(group,)).first()
    assert without("usergroups:read") in [line["event"] for line in logged]


def test_viewers_that_are_not_there_are_told_with_their_setting(place: Place) -> None:
    hidden = place.workspace.add_channel("hidden", bot_in=False, private=True)
    with pytest.raises(SettingsError) as caught:
        place.check(viewing=(place.channel, hidden, "S0NOSUCH")).first()
    told = "\n".join(caught.value.problems)
    assert f"LEAVERBOT_VIEWERS names the channel {hidden}, which the bot cannot see" in told
    assert "a user group that does not exist" in told
    assert len(caught.value.problems) == 2


def test_what_was_found_is_kept_for_everybody_who_asks_how_leaverbot_is(tmp_path: Path) -> None:
    workspace = Workspace()
    workspace.decline("users:read")
    desk = Desk(tmp_path, workspace)
    try:
        given = desk.slack.environment()
        check = SlackCheck(given["SLACK_BOT_TOKEN"], "", desk.slack.api_url, desk.channel)
        check.remember(desk.context, check.first())
        assert known(desk.context) == Installation(("users:read",), public=True, shared=False)
        workspace.share_channel(desk.channel)
        check.again(desk.context)
        assert known(desk.context) == Installation(("users:read",), public=True, shared=True)
        assert "Without the scope users:read" in words_of(status_message(status(desk.context, {}, None)))
    finally:
        desk.close()


def test_the_app_is_made_without_a_warning_though_its_token_stands_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    Desk(tmp_path).close()
    assert not caplog.records
