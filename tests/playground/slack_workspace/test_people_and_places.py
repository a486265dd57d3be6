"""What Slack says of people and channels: guests, strangers, sister workspaces, members page after page, and scopes."""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.slack_workspace import SlackServer, Workspace


class Place:
    """A served workspace with alice in a channel, and a client of the bot's."""

    def __init__(self, **more: Any) -> None:
        self.ws = Workspace(**more)
        self.alice = self.ws.add_user("alice")
        self.channel = self.ws.add_channel("alerts", [self.alice])
        self.server = SlackServer(self.ws).start()
        self.client = WebClient(self.ws.bot_token, base_url=self.server.api_url, retry_handlers=[])

    def user(self, user: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.users_info(user=user)["user"]
        return found

    def info(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.conversations_info(channel=self.channel)["channel"]
        return found

    def refusal(self, method: str, **arguments: Any) -> dict[str, Any]:
        with pytest.raises(SlackApiError) as refused:
            getattr(self.client, method)(**arguments)
        said: dict[str, Any] = refused.value.response.data
        return said


@pytest.fixture
def make() -> Iterator[Any]:
    made: list[Place] = []

    def place(**more: Any) -> Place:
        made.append(Place(**more))
        return made[-1]

    yield place
    for one in made:
        one.server.stop()


@pytest.fixture
def place(make: Any) -> Place:
    found: Place = make()
    return found


@pytest.mark.parametrize(("guest", "flags"), [("", (False, False)), ("multi", (True, False)), ("single", (True, True))])
def test_a_guest_of_one_channel_is_a_guest_of_several_too(place: Place, guest: str, flags: tuple[bool, bool]) -> None:
    told = place.user(place.ws.add_user("gina", guest=guest))
    assert (told["is_restricted"], told["is_ultra_restricted"]) == flags


def test_people_of_another_organization_are_strangers_only_while_no_channel_is_shared_with_them(place: Place) -> None:
    sue = place.ws.add_user("sue", team_id="T0OTHER")
    assert place.user(sue)["is_stranger"]
    place.ws.share_channel(place.channel)
    place.ws.invite(place.channel, sue)
    told = place.user(sue)
    assert (told["is_stranger"], told["team_id"]) == (False, "T0OTHER")
    assert "is_restricted" not in told
    assert "email" not in told["profile"]


def test_a_colleague_in_a_sister_workspace_carries_the_organization(make: Any) -> None:
    place = make(enterprise=True)
    told = place.user(place.ws.add_user("pat", team_id="T0SISTER", enterprise_id=place.ws.enterprise_id))
    assert (told["team_id"], told["enterprise_user"]["enterprise_id"]) == ("T0SISTER", place.ws.enterprise_id)
    assert "is_stranger" not in told


def test_somebody_deactivated_is_in_no_channel_and_can_press_nothing(place: Place) -> None:
    place.ws.deactivate(place.alice)
    assert place.user(place.alice)["deleted"]
    assert place.client.conversations_members(channel=place.channel)["members"] == [place.ws.bot_user]
    assert place.ws.slash(place.alice, place.channel).error == "not_in_channel"


def test_members_come_page_after_page_that_may_be_shorter_than_asked_for(make: Any) -> None:
    place = make(members_page=2)
    for number in range(4):
        place.ws.invite(place.channel, place.ws.add_user(f"person{number}"))
    pages, cursor = [], ""
    while True:
        answer = place.client.conversations_members(channel=place.channel, limit=500, cursor=cursor)
        pages.append(answer["members"])
        cursor = answer["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert [len(page) for page in pages] == [2, 2, 2]
    assert {member for page in pages for member in page} == set(place.ws.channels[place.channel].members)


@pytest.mark.parametrize("limit", [0, 1000])
def test_nobody_may_ask_for_a_thousand_members_at_once(place: Place, limit: int) -> None:
    assert place.refusal("conversations_members", channel=place.channel, limit=limit)["error"] == "invalid_limit"


@pytest.mark.parametrize("cursor", ["2", "bm90aGluZw==", "%%%"])
def test_a_cursor_that_slack_did_not_hand_out_is_refused(place: Place, cursor: str) -> None:
    refused = place.refusal("conversations_members", channel=place.channel, cursor=cursor)
    assert refused["error"] == "invalid_cursor"


def test_a_channel_says_with_whom_it_is_shared(place: Place) -> None:
    told = place.info()
    assert [told[name] for name in ("is_private", "is_shared", "is_ext_shared", "is_org_shared")] == [False] * 4
    place.ws.share_channel(place.channel, within=True)
    assert [place.info()[name] for name in ("is_shared", "is_ext_shared", "is_org_shared")] == [True, False, True]
    place.ws.share_channel(place.channel)
    assert [place.info()[name] for name in ("is_shared", "is_ext_shared", "is_org_shared")] == [True, True, True]


CALLS: list[tuple[str, str, dict[str, str]]] = [
    ("users:read", "users_info", {"user": "U1"}),
    ("usergroups:read", "usergroups_users_list", {"usergroup": "S1"}),
    ("usergroups:read", "usergroups_list", {}),
    ("channels:read", "conversations_info", {}),
    ("channels:read", "conversations_members", {}),
    ("channels:history", "conversations_history", {}),
    ("channels:history", "conversations_replies", {"ts": "1.0"}),
    ("chat:write", "chat_postEphemeral", {"user": "U1", "text": "x"}),
]


@pytest.mark.parametrize(("scope", "method", "more"), CALLS)
def test_without_its_scope_each_method_says_what_is_needed_and_what_there_is(
    place: Place, scope: str, method: str, more: dict[str, str]
) -> None:
    where = {} if scope.startswith("user") else {"channel": place.channel}
    place.ws.decline(scope)
    refused = place.refusal(method, **where, **more)
    assert (refused["error"], refused["needed"]) == ("missing_scope", scope)
    assert refused["provided"] == ",".join(place.ws.scopes)


def test_a_private_channel_needs_a_scope_of_its_own(place: Place) -> None:
    secret = place.ws.add_channel("secret", [place.alice], private=True)
    place.ws.decline("groups:read")
    assert place.refusal("conversations_members", channel=secret)["needed"] == "groups:read"
    assert place.client.conversations_members(channel=place.channel)["members"]


def test_without_any_scope_for_channels_slack_does_not_even_say_whether_one_exists(place: Place) -> None:
    place.ws.decline("channels:read", "groups:read")
    refused = place.refusal("conversations_info", channel="C0NOSUCH")
    assert (refused["error"], refused["needed"]) == ("missing_scope", "channels:read,groups:read,mpim:read,im:read")


def answered(place: Place, method: str, token: str) -> dict[str, str]:
    """The headers of an answer."""
    request = urllib.request.Request(
        f"{place.server.api_url}{method}",
        b"{}",
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        json.loads(answer.read())
        return {name.lower(): value for name, value in answer.headers.items()}


def test_every_answer_names_the_scopes_of_its_token_and_none_of_an_unknown_one(place: Place) -> None:
    place.ws.decline("users:read")
    for method in ("auth.test", "users.info"):
        assert answered(place, method, place.ws.bot_token)["x-oauth-scopes"] == ",".join(place.ws.scopes)
    assert answered(place, "users.info", place.ws.bot_token)["x-accepted-oauth-scopes"] == "users:read"
    assert answered(place, "apps.connections.open", place.ws.app_token)["x-oauth-scopes"] == "connections:write"
    assert "x-oauth-scopes" not in answered(place, "auth.test", "xoxb-wrong")
