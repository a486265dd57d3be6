"""The official client against the simulated Web API: every rule of Slack's that a bot can break."""

import urllib.error
import urllib.request

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler, ServerErrorRetryHandler
from slack_sdk.webhook import WebhookClient

from bot.playground.slack_workspace import SlackServer, Workspace

TEXT = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}


class Place:
    """A workspace with Alice and a channel, served, and a client of the bot's."""

    def __init__(self, **more):
        self.past = 0.0
        self.ws = Workspace(elapsed=lambda: self.past, **more)
        self.alice = self.ws.add_user("alice", real_name="Alice Martin")
        self.chan = self.ws.add_channel("security-alerts", members=[self.alice])
        self.server = SlackServer(self.ws).start()
        self.client = WebClient(self.ws.bot_token, base_url=self.server.api_url, retry_handlers=[])

    def refusal(self, method, **arguments):
        with pytest.raises(SlackApiError) as refused:
            getattr(self.client, method)(**arguments)
        return refused.value.response["error"]

    def post(self, text="Hello", **more):
        return self.client.chat_postMessage(channel=self.chan, text=text, **more)["ts"]


@pytest.fixture
def make():
    places = []

    def place(**more):
        places.append(Place(**more))
        return places[-1]

    yield place
    for made in places:
        made.server.stop()


@pytest.fixture
def place(make):
    return make()


def modal(**more):
    return {"type": "modal", "title": {"type": "plain_text", "text": "Title"}, "blocks": [TEXT], **more}


# Who may call


def test_the_bot_finds_the_workspace_with_the_environment_it_is_given(place):
    env = place.server.environment()
    client = WebClient(env["SLACK_BOT_TOKEN"], base_url=env["LEAVERBOT_SLACK_API_URL"])
    assert client.auth_test()["user_id"] == place.ws.bot_user


def test_a_wrong_token_is_refused(place):
    place.client.token = "xoxb-wrong"
    assert place.refusal("auth_test") == "invalid_auth"


def test_a_call_without_a_token_is_refused(place):
    place.client.token = None
    assert place.refusal("auth_test") == "not_authed"


def test_a_missing_scope_is_named(make):
    place = make(scopes=["commands"])
    with pytest.raises(SlackApiError) as refused:
        place.post()
    assert refused.value.response["error"] == "missing_scope"
    assert (refused.value.response["needed"], refused.value.response["provided"]) == ("chat:write", "commands")


def test_a_bot_token_opens_no_socket(place):
    assert place.refusal("apps_connections_open", app_token=place.ws.bot_token) == "not_allowed_token_type"


def test_an_unknown_method_is_refused_and_complained_about(place):
    assert place.refusal("reactions_add", channel="C", name="x", timestamp="1.0") == "unknown_method"
    assert place.server.complaints == ["reactions.add: unknown method"]


def test_an_unknown_argument_is_refused_and_complained_about(place):
    assert place.refusal("chat_postMessage", channel=place.chan, text="x", colour="red") == "invalid_arguments"
    assert "colour" in place.server.complaints[0]


def test_an_argument_of_the_wrong_type_is_refused(place):
    assert place.refusal("chat_update", channel=place.chan, text="x", ts=1.5) == "invalid_arguments"


# Messages


def test_a_message_stands_in_the_channel_with_its_blocks(place):
    ts = place.post(blocks=[TEXT])
    (message,) = place.ws.messages(place.chan)
    assert (message["ts"], message["text"], message["user"]) == (ts, "Hello", place.ws.bot_user)
    assert message["blocks"][0]["block_id"]


def test_invalid_blocks_are_refused_with_pointers(place):
    with pytest.raises(SlackApiError) as refused:
        place.post(blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": ""}}])
    answer = refused.value.response
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"][-1] == "must be more than 0 characters [json-pointer:/blocks/0/text/text]"
    assert answer["response_metadata"]["messages"][-1].startswith("[ERROR] must be more than 0 characters")
    assert place.server.complaints[0].startswith("chat.postMessage: ")
    assert place.ws.messages(place.chan) == []


def test_a_message_of_nothing_is_refused(place):
    with pytest.warns(UserWarning, match="top-level `text` argument is missing"):
        assert place.refusal("chat_postMessage", channel=place.chan, text=" ", blocks=[]) == "no_text"


def test_too_long_a_text_is_cut_with_a_warning(place):
    answer = place.client.chat_postMessage(channel=place.chan, text="x" * 40_001)
    assert answer["warning"] == "message_truncated"
    assert len(place.ws.messages(place.chan)[0]["text"]) == 40_000


def test_blocks_without_text_are_complained_about(place):
    with pytest.warns(UserWarning, match="top-level `text` argument is missing"):
        place.client.chat_postMessage(channel=place.chan, blocks=[TEXT])
    assert place.server.complaints == ["chat.postMessage: blocks without text"]


def test_the_bot_posts_only_where_it_is(place):
    elsewhere = place.ws.add_channel("elsewhere", bot_in=False)
    secret = place.ws.add_channel("secret", bot_in=False, private=True)
    old = place.ws.add_channel("old")
    place.ws.archive_channel(old)
    refusals = [place.refusal("chat_postMessage", channel=c, text="x") for c in (elsewhere, secret, old, "C0NOPE")]
    assert refusals == ["not_in_channel", "channel_not_found", "is_archived", "channel_not_found"]


def test_an_update_replaces_and_marks_as_edited(place):
    ts = place.post(blocks=[TEXT])
    place.client.chat_update(channel=place.chan, ts=ts, text="Changed", blocks=[])
    (message,) = place.ws.messages(place.chan)
    assert (message["text"], message["edited"]["user"]) == ("Changed", place.ws.bot_user)
    assert "blocks" not in message


def test_an_update_without_blocks_keeps_the_old_ones_and_is_complained_about(place):
    ts = place.post(blocks=[TEXT])
    place.client.chat_update(channel=place.chan, ts=ts, text="Changed")
    assert place.ws.messages(place.chan)[0]["blocks"][0]["text"]["text"] == "Hello"
    assert place.server.complaints == ["chat.update: text without blocks keeps the old blocks"]


def test_only_the_bots_own_messages_can_be_changed_or_deleted(place):
    ts = place.ws.say(place.alice, place.chan, "mine")
    assert place.refusal("chat_update", channel=place.chan, ts=ts, text="x") == "cant_update_message"
    assert place.refusal("chat_delete", channel=place.chan, ts=ts) == "cant_delete_message"


def test_a_deleted_message_cannot_be_updated(place):
    ts = place.post()
    place.ws.delete_message(place.chan, ts)
    assert place.refusal("chat_update", channel=place.chan, ts=ts, text="x") == "message_not_found"
    assert place.ws.messages(place.chan) == []


def test_replies_stand_in_the_thread_and_not_in_the_channel(place):
    ts = place.post()
    place.post("reply", thread_ts=ts)
    assert [m["text"] for m in place.ws.messages(place.chan)] == ["Hello"]
    assert [m["text"] for m in place.ws.messages(place.chan, thread_ts=ts)] == ["reply"]
    assert place.ws.messages(place.chan)[0]["reply_count"] == 1


def test_a_reply_to_a_deleted_message_stands_alone_without_an_error(place):
    ts = place.post()
    place.ws.delete_message(place.chan, ts)
    answer = place.client.chat_postMessage(channel=place.chan, text="late", thread_ts=ts)
    assert "thread_ts" not in answer["message"]


def test_metadata_is_returned_only_to_those_who_ask(place):
    metadata = {"event_type": "case", "event_payload": {"id": "7"}}
    ts = place.post(metadata=metadata)
    plain = place.client.conversations_history(channel=place.chan)["messages"][0]
    asked = place.client.conversations_history(channel=place.chan, include_all_metadata=True)["messages"][0]
    thread = place.client.conversations_replies(channel=place.chan, ts=ts, include_all_metadata=True)["messages"][0]
    assert "metadata" not in plain
    assert asked["metadata"] == thread["metadata"] == metadata


def test_metadata_of_another_shape_is_refused(place):
    assert place.refusal("chat_postMessage", channel=place.chan, text="x", metadata={"event_type": "a"}) == (
        "invalid_metadata_schema"
    )


def test_an_ephemeral_message_is_one_persons_and_in_no_history(place):
    bob = place.ws.add_user("bob")
    place.ws.invite(place.chan, bob)
    place.client.chat_postEphemeral(channel=place.chan, user=place.alice, text="psst")
    assert [m["text"] for m in place.ws.ephemerals(place.alice)] == ["psst"]
    assert place.ws.ephemerals(bob) == []
    assert place.client.conversations_history(channel=place.chan)["messages"] == []


def test_an_ephemeral_message_needs_the_person_in_the_channel_and_cannot_be_updated(place):
    bob = place.ws.add_user("bob")
    outside = place.refusal("chat_postEphemeral", channel=place.chan, user=bob, text="psst")
    assert outside == "user_not_in_channel"
    ts = place.client.chat_postEphemeral(channel=place.chan, user=place.alice, text="psst")["message_ts"]
    assert place.refusal("chat_update", channel=place.chan, ts=ts, text="x") == "message_not_found"


def test_history_is_newest_first_and_paged(place):
    for number in range(3):
        place.post(str(number))
    first = place.client.conversations_history(channel=place.chan, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    rest = place.client.conversations_history(channel=place.chan, limit=2, cursor=cursor)
    assert [m["text"] for m in [*first["messages"], *rest["messages"]]] == ["2", "1", "0"]


def test_a_permalink_leads_to_a_message_that_is_there(place):
    ts = place.post()
    link = place.client.chat_getPermalink(channel=place.chan, message_ts=ts)["permalink"]
    assert link.endswith(f"/archives/{place.chan}/p{ts.replace('.', '')}")
    assert place.refusal("chat_getPermalink", channel=place.chan, message_ts="1.0") == "message_not_found"


# People


def test_people_and_members_can_be_looked_up(place):
    assert place.client.users_info(user=place.alice)["user"]["real_name"] == "Alice Martin"
    assert place.alice in place.client.conversations_members(channel=place.chan)["members"]
    assert place.client.conversations_info(channel=place.chan)["channel"]["is_member"] is True
    assert place.refusal("users_info", user="U0NOPE") == "user_not_found"


def test_user_groups_need_a_paid_plan(make):
    place = make(paid_plan=False)
    assert place.refusal("usergroups_list") == "plan_upgrade_required"
    paid = make()
    group = paid.ws.add_user_group("sec-oncall", users=[paid.alice])
    assert paid.client.usergroups_users_list(usergroup=group)["users"] == [paid.alice]
    assert paid.refusal("usergroups_users_list", usergroup="S0NOPE") == "no_such_subteam"


# Views


def test_a_trigger_opens_one_view(place):
    trigger = place.ws.new_trigger(place.alice)
    place.client.views_open(trigger_id=trigger, view=modal())
    assert place.ws.view(place.alice)["title"]["text"] == "Title"
    assert place.refusal("views_open", trigger_id=trigger, view=modal()) == "exchanged_trigger_id"


def test_a_trigger_lives_for_three_seconds(place):
    trigger = place.ws.new_trigger(place.alice)
    place.past += 3.1
    assert place.refusal("views_open", trigger_id=trigger, view=modal()) == "expired_trigger_id"
    assert place.refusal("views_open", trigger_id="1.2.3", view=modal()) == "invalid_trigger_id"


def test_an_old_hash_does_not_overwrite_a_newer_view(place):
    view = place.client.views_open(trigger_id=place.ws.new_trigger(place.alice), view=modal())["view"]
    place.client.views_update(view_id=view["id"], hash=view["hash"], view=modal(callback_id="second"))
    stale = place.refusal("views_update", view_id=view["id"], hash=view["hash"], view=modal())
    assert stale == "hash_conflict"
    assert place.ws.view(place.alice)["callback_id"] == "second"


def test_a_closed_view_cannot_be_updated(place):
    opened = place.client.views_open(trigger_id=place.ws.new_trigger(place.alice), view=modal(external_id="x"))
    place.client.views_update(external_id="x", view=modal())
    place.ws.close_view(place.alice)
    assert place.refusal("views_update", view_id=opened["view"]["id"], view=modal()) == "not_found"


def test_three_views_are_stacked_at_most(place):
    view = place.client.views_open(trigger_id=place.ws.new_trigger(place.alice), view=modal())["view"]["id"]
    for _ in range(2):
        place.client.views_push(trigger_id=place.ws.new_trigger(place.alice, view), view=modal())
    last = place.ws.new_trigger(place.alice, view)
    assert place.refusal("views_push", trigger_id=last, view=modal()) == "push_limit_reached"
    assert place.ws.view(place.alice)["root_view_id"] == view


def test_a_home_is_published_to_one_person(place):
    place.client.views_publish(user_id=place.alice, view={"type": "home", "blocks": [TEXT]})
    assert place.ws.home(place.alice)["blocks"][0]["text"]["text"] == "Hello"


# Response URLs


def test_a_response_url_is_good_for_five_answers(place):
    url = place.ws.new_response_url(place.alice, place.chan, None)
    answers = [WebhookClient(url).send(text=str(n)).status_code for n in range(6)]
    assert answers == [200, 200, 200, 200, 200, 404]
    assert len(place.ws.ephemerals(place.alice)) == 5


def test_a_response_url_is_good_for_thirty_minutes(place):
    url = place.ws.new_response_url(place.alice, place.chan, None)
    place.past += 30 * 60 + 1
    answer = WebhookClient(url).send(text="late")
    assert (answer.status_code, answer.body) == (404, "expired_url")


def test_a_response_url_refuses_invalid_blocks(place):
    url = place.ws.new_response_url(place.alice, place.chan, None)
    answer = WebhookClient(url).send(text="x", blocks=[{"type": "alert"}])
    assert (answer.status_code, answer.body) == (400, "invalid_blocks")


# Limits and faults


def test_too_many_posts_to_one_channel_are_sent_away_with_a_time_to_wait(place):
    other = place.ws.add_channel("other")
    for _ in range(10):
        place.post()
    with pytest.raises(SlackApiError) as refused:
        place.post()
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"
    assert refused.value.response["error"] == "ratelimited"
    assert place.server.rate_limited["chat.postMessage"] == 1
    place.client.chat_postMessage(channel=other, text="still fine")


def test_updates_have_the_limit_of_their_tier(place):
    ts = place.post()
    for _ in range(50):
        place.client.chat_update(channel=place.chan, ts=ts, text="x")
    assert place.refusal("chat_update", channel=place.chan, ts=ts, text="x") == "ratelimited"


def test_rate_limits_can_be_switched_off(place):
    place.server.api.rate_limits = False
    for _ in range(30):
        place.post()
    assert sum(place.server.rate_limited.values()) == 0


def test_a_client_that_waits_gets_through(place):
    place.client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
    place.server.faults.add("chat.postMessage", "ratelimited", retry_after=0)
    place.post()
    assert place.server.calls["chat.postMessage"] == 2


def test_an_injected_error_or_status_does_nothing_else(place):
    place.server.faults.add("chat.postMessage", "error", error="fatal_error")
    assert place.refusal("chat_postMessage", channel=place.chan, text="x") == "fatal_error"
    place.server.faults.add("chat.postMessage", "status", status=503)
    place.client.retry_handlers.append(ServerErrorRetryHandler(max_retry_count=1))
    place.post("after")
    assert [m["text"] for m in place.ws.messages(place.chan)] == ["after"]


def test_a_dropped_call_was_not_done_and_a_lost_answer_was(place):
    place.server.faults.add("chat.postMessage", "drop")
    with pytest.raises(ConnectionError):
        place.post("dropped")
    fault = place.server.faults.add("chat.postMessage", "lost_answer")
    with pytest.raises(ConnectionError):
        place.post("done")
    assert [m["text"] for m in place.ws.messages(place.chan)] == ["done"]
    assert fault.hits == 1


def test_a_slow_call_runs_into_the_clients_timeout(place):
    place.server.faults.add("auth.test", "latency", seconds=1.5)
    place.client.timeout = 1
    with pytest.raises(TimeoutError):
        place.client.auth_test()


def test_a_path_outside_the_api_is_not_found(place):
    with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(place.ws.base_url + "/x"):
        pass
    assert refused.value.code == 404
    refused.value.close()


# Watching


def test_changes_are_told_and_waited_for(place):
    heard = []
    place.ws.on_change(lambda: heard.append(1))
    place.post()
    assert heard
    assert place.ws.wait_for(lambda: place.ws.messages(place.chan))[0]["text"] == "Hello"
    with pytest.raises(TimeoutError):
        place.ws.wait_for(lambda: False, timeout=0.05)
