"""People act, and a real Bolt app over a real socket answers: presses, commands, forms, and a connection that fails."""

import contextlib
import logging
import threading
import time

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk import WebClient

from bot.playground.slack_workspace import SlackServer, Workspace

ACK_SECONDS = 1.0  # three seconds on Slack; less would be too little on a busy machine


def plain(text):
    return {"type": "plain_text", "text": text}


def button(action_id="go", **more):
    return {"type": "button", "action_id": action_id, "text": plain("Go"), "value": "7", **more}


def buttons(*elements):
    return [{"type": "actions", "block_id": "row", "elements": list(elements)}]


CONFIRM = {"title": plain("Sure?"), "text": plain("Really?"), "confirm": plain("Yes"), "deny": plain("No")}


def form(callback_id="form", **more):
    field = {"type": "plain_text_input", "action_id": "text", "max_length": 10}
    note = {"type": "plain_text_input", "action_id": "note", "initial_value": "-"}
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain("Form"),
        "submit": plain("Send"),
        "private_metadata": "case 7",
        "blocks": [
            {"type": "input", "block_id": "why", "label": plain("Why"), "element": field},
            {"type": "input", "block_id": "note", "label": plain("Note"), "optional": True, "element": note},
            *buttons(button("inside")),
        ],
        **more,
    }


def awake(handler):
    """Let the client's reader look up now and then.

    Without a ping timeout it can go on waiting on a socket that another thread has closed: measured here with
    websocket-client 1.9.2, four clients in ten were deaf for ten seconds after a refresh.
    """
    client = handler.client

    def run():
        session = client.current_session
        if session is not None:
            session.run_forever(ping_interval=client.ping_interval, ping_timeout=0.5)

    client.current_session_runner.target = run
    return handler


class Place:
    """A workspace, and a Bolt app connected to it that notes every body it gets."""

    def __init__(self, **more):
        self.ws = Workspace(**more)
        self.alice = self.ws.add_user("alice")
        self.bob = self.ws.add_user("bob")
        self.chan = self.ws.add_channel("security-alerts", members=[self.alice])
        self.server = SlackServer(self.ws, ack_seconds=ACK_SECONDS).start()
        self.client = WebClient(self.ws.bot_token, base_url=self.server.api_url)
        self.bodies = []
        self.handlers = []
        self.app = self.new_app()

    def new_app(self):
        logger = logging.getLogger("tests.bolt")
        logger.setLevel(logging.CRITICAL)
        app = App(client=self.client, logger=logger, request_verification_enabled=False)

        @app.middleware
        def note(body, next_):
            self.bodies.append(body)
            next_()

        return app

    def connect(self, app=None):
        before = self.server.connections
        handler = awake(SocketModeHandler(app or self.app, self.ws.app_token, ping_interval=5))
        self.handlers.append(handler)
        handler.connect()
        self.ws.wait_for(lambda: self.server.connections == before + 1)
        return handler

    def post(self, *elements):
        return self.client.chat_postMessage(channel=self.chan, text="Hello", blocks=buttons(*elements))["ts"]

    def press(self, ts, action_id="go", **more):
        return self.ws.press(self.alice, self.chan, ts, action_id, **more)

    def open_form(self, **more):
        self.client.views_open(trigger_id=self.ws.new_trigger(self.alice), view=form(**more))

    def close(self):
        for handler in self.handlers:
            # Slack's client looks once a second whether it is closed, and whenever something comes.
            handler.client.closed = True
            handler.client.message_queue.put(None)
            handler.close()
        self.server.stop()


@pytest.fixture
def make():
    places = []

    def place(**more):
        places.append(Place(**more))
        return places[-1]

    yield place
    for made in places:
        made.close()


@pytest.fixture
def place(make):
    return make()


# Pressing


def test_a_press_reaches_the_app_in_the_shape_slack_sends(place):
    place.app.action("go")(lambda ack: ack())
    place.connect()
    ts = place.post(button(style="danger"))
    assert place.press(ts).ok
    (body,) = place.bodies
    (action,) = body["actions"]
    assert body["type"] == "block_actions"
    assert body["user"] == {"id": place.alice, "username": "alice", "name": "alice", "team_id": place.ws.team_id}
    assert body["channel"] == {"id": place.chan, "name": "security-alerts"}
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": place.chan,
        "is_ephemeral": False,
    }
    assert (action["type"], action["action_id"], action["block_id"], action["value"], action["style"]) == (
        *("button", "go", "row", "7", "danger"),
    )
    assert body["message"]["ts"] == ts
    assert body["state"] == {"values": {}}
    assert (body["enterprise"], body["is_enterprise_install"]) == (None, False)
    assert {"trigger_id", "response_url", "api_app_id", "token", "team"} <= set(body)


def test_a_private_channel_keeps_its_name_from_the_app(place):
    place.app.action("go")(lambda ack: ack())
    place.connect()
    secret = place.ws.add_channel("secret", members=[place.alice], private=True)
    ts = place.client.chat_postMessage(channel=secret, text="x", blocks=buttons(button()))["ts"]
    assert place.ws.press(place.alice, secret, ts, "go").ok
    assert place.bodies[0]["channel"]["name"] == "privategroup"


def test_a_press_nobody_acknowledges_fails_for_the_person_and_is_not_sent_again(place):
    place.connect()
    answer = place.press(place.post(button()))
    assert (answer.ok, answer.error) == (False, "operation_timeout")
    time.sleep(ACK_SECONDS)
    assert len(place.bodies) == 1


def test_a_press_without_any_connection_fails(place):
    answer = place.press(place.post(button()))
    assert (answer.ok, answer.error) == (False, "dispatch_failed")


def test_only_what_the_newest_version_shows_can_be_pressed(place):
    ts = place.post(button())
    place.client.chat_update(channel=place.chan, ts=ts, text="Done", blocks=buttons(button("other")))
    assert place.press(ts).error == "no_such_control"
    place.ws.delete_message(place.chan, ts)
    assert place.press(ts, "other").error == "no_such_message"


def test_somebody_outside_the_channel_cannot_press(place):
    ts = place.post(button())
    assert place.ws.press(place.bob, place.chan, ts, "go").error == "not_in_channel"


def test_a_confirmation_dialog_must_be_confirmed(place):
    place.app.action("go")(lambda ack: ack())
    place.connect()
    ts = place.post(button(confirm=CONFIRM))
    assert place.press(ts, confirm=False).error == "not_confirmed"
    assert place.bodies == []
    assert place.press(ts).ok


def test_a_link_button_sends_a_press_too(place):
    place.app.action("go")(lambda ack: ack())
    place.connect()
    assert place.press(place.post(button(url="https://example.com"))).ok


def test_a_choice_in_a_menu_carries_the_option(place):
    place.app.action("menu")(lambda ack: ack())
    place.connect()
    options = [{"text": plain("One hour"), "value": "1h"}, {"text": plain("One day"), "value": "1d"}]
    ts = place.post({"type": "overflow", "action_id": "menu", "options": options})
    assert place.press(ts, "menu", value="1d").ok
    assert place.bodies[0]["actions"][0]["selected_option"]["value"] == "1d"


def test_a_press_on_an_ephemeral_message_carries_no_message_and_can_replace_it(place):
    @place.app.action("go")
    def go(ack, respond):
        ack()
        respond(text="Done", replace_original=True)

    place.connect()
    ts = place.client.chat_postEphemeral(channel=place.chan, user=place.alice, text="psst", blocks=buttons(button()))[
        "message_ts"
    ]
    assert place.ws.press_ephemeral(place.alice, ts, "go").ok
    place.ws.wait_for(lambda: place.ws.ephemerals(place.alice)[0]["text"] == "Done")
    assert "message" not in place.bodies[0]
    assert place.bodies[0]["container"]["is_ephemeral"] is True


def test_an_answer_to_a_press_is_for_the_person_who_pressed(place):
    @place.app.action("go")
    def go(ack, respond):
        ack()
        respond(text="Only you")

    place.connect()
    place.press(place.post(button()))
    assert place.ws.wait_for(lambda: place.ws.ephemerals(place.alice))[0]["text"] == "Only you"
    assert [m["text"] for m in place.ws.messages(place.chan)] == ["Hello"]


def test_an_answer_in_the_ack_of_a_press_is_complained_about(place):
    place.app.action("go")(lambda ack: ack(text="Done"))
    place.connect()
    assert place.press(place.post(button())).ok
    assert "takes none" in place.server.complaints[0]


# Commands


def test_a_command_is_answered_at_once_to_the_person_alone(place):
    place.app.command("/leavers")(lambda ack, command: ack(text=f"got {command['text']}"))
    place.connect()
    answer = place.ws.slash(place.alice, place.chan, "show @bob <b> & #security-alerts")
    assert answer.text == f"got show <@{place.bob}|bob> &lt;b&gt; &amp; <#{place.chan}|security-alerts>"
    assert place.ws.ephemerals(place.alice)[0]["text"] == answer.text
    assert place.ws.messages(place.chan) == []


def test_a_command_can_be_answered_in_the_channel(place):
    place.app.command("/leavers")(lambda ack: ack(text="Hi all", response_type="in_channel"))
    place.connect()
    assert place.ws.slash(place.alice, place.chan).ok
    assert [m["text"] for m in place.ws.messages(place.chan)] == ["Hi all"]


def test_a_command_with_invalid_blocks_in_its_answer_fails(place):
    place.app.command("/leavers")(lambda ack: ack(text="x", blocks=[{"type": "alert"}]))
    place.connect()
    assert place.ws.slash(place.alice, place.chan).error == "invalid_response"
    assert "invalid_blocks" in place.server.complaints[0]


def test_a_slow_command_fails_in_the_words_slack_uses(place):
    def slow(ack):
        time.sleep(ACK_SECONDS * 2)
        ack()

    place.app.command("/leavers")(slow)
    place.connect()
    answer = place.ws.slash(place.alice, place.chan)
    assert answer.shown == "/leavers failed because the app did not respond"
    place.ws.wait_for(lambda: place.server.complaints)
    assert "after three seconds" in place.server.complaints[0]


def test_without_the_scope_there_is_no_command(make):
    place = make(scopes=["chat:write"])
    assert place.ws.slash(place.alice, place.chan).error == "invalid_command"


# Forms


def test_a_form_reaches_the_app_and_closes(place):
    place.app.view("form")(lambda ack: ack())
    place.connect()
    place.open_form()
    answer = place.ws.submit(place.alice, {"why": {"text": "left"}})
    assert (answer.ok, answer.closed, place.ws.view(place.alice)) == (True, True, None)
    view = place.bodies[0]["view"]
    assert place.bodies[0]["type"] == "view_submission"
    assert view["state"]["values"] == {
        "why": {"text": {"type": "plain_text_input", "value": "left"}},
        "note": {"note": {"type": "plain_text_input", "value": "-"}},
    }
    assert (view["private_metadata"], view["callback_id"], view["root_view_id"]) == ("case 7", "form", view["id"])


def test_slacks_client_does_not_send_an_incomplete_form(place):
    place.connect()
    place.open_form()
    assert place.ws.submit(place.alice).errors == {"why": "Please complete this required field."}
    assert place.ws.submit(place.alice, {"text": "x" * 11}).error == "blocked_by_client"
    assert place.bodies == []


def test_an_app_can_refuse_a_form_by_its_fields(place):
    place.app.view("form")(lambda ack: ack(response_action="errors", errors={"why": "Say more"}))
    place.connect()
    place.open_form()
    answer = place.ws.submit(place.alice, {"text": "left"})
    assert (answer.ok, answer.errors, answer.closed) == (False, {"why": "Say more"}, False)
    assert place.ws.view(place.alice)["callback_id"] == "form"


@pytest.mark.parametrize("errors", [{"nowhere": "x"}, {"row": "x"}, {"why": ""}])
def test_errors_for_what_is_no_input_are_trouble(place, errors):
    place.app.view("form")(lambda ack: ack(response_action="errors", errors=errors))
    place.connect()
    place.open_form()
    assert place.ws.submit(place.alice, {"text": "left"}).error == "invalid_response"
    assert place.server.complaints


def test_a_form_can_be_replaced_stacked_and_cleared(place):
    answers = iter(
        [
            {"response_action": "update", "view": form("second")},
            {"response_action": "push", "view": form("third")},
            {"response_action": "clear"},
        ]
    )
    for name in ("form", "second", "third"):
        place.app.view(name)(lambda ack: ack(**next(answers)))
    place.connect()
    place.open_form()
    place.ws.submit(place.alice, {"text": "a"})
    assert place.ws.view(place.alice)["callback_id"] == "second"
    place.ws.submit(place.alice)  # what was typed stays where the field stays
    third = place.ws.view(place.alice)
    assert (third["callback_id"], third["previous_view_id"] is None) == ("third", False)
    assert place.ws.submit(place.alice, {"text": "c"}).closed
    assert place.ws.view(place.alice) is None


def test_a_press_in_a_view_carries_the_view_and_can_update_it(place):
    @place.app.action("inside")
    def inside(ack, body, client):
        ack()
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=form("second"))

    place.connect()
    place.open_form()
    assert place.ws.press_view(place.alice, "inside").ok
    place.ws.wait_for(lambda: place.ws.view(place.alice)["callback_id"] == "second")
    body = place.bodies[0]
    assert body["container"] == {"type": "view", "view_id": body["view"]["id"]}
    assert "channel" not in body
    assert "response_url" not in body


def test_closing_is_told_to_those_who_asked(place):
    place.app.view_closed("form")(lambda ack: ack())
    place.connect()
    place.open_form()
    place.ws.close_view(place.alice)
    assert place.bodies == []
    place.open_form(notify_on_close=True)
    place.ws.close_view(place.alice)
    assert (place.bodies[0]["type"], place.bodies[0]["is_cleared"]) == ("view_closed", False)


def test_opening_the_home_is_an_event_and_is_sent_again_when_nobody_acknowledges(place):
    answer = place.ws.open_home(place.alice)
    assert answer.error == "dispatch_failed"
    tries = []

    @place.app.middleware
    def deaf_at_first(req, next_):
        tries.append(req.headers.get("x-slack-retry-num", [""])[0])
        if len(tries) > 1:
            next_()

    place.app.event("app_home_opened")(lambda: None)
    place.connect()
    assert place.ws.open_home(place.alice).ok
    assert tries == ["0", "1"]


# Connections


def test_each_payload_goes_to_one_of_several_connections(place):
    heard = {"one": 0, "two": 0}

    def app_named(name):
        app = place.new_app()

        @app.action("go")
        def go(ack):
            heard[name] += 1
            ack()

        return app

    place.connect(app_named("one"))
    place.connect(app_named("two"))
    ts = place.post(button())
    for _ in range(4):
        assert place.press(ts).ok
    assert heard == {"one": 2, "two": 2}


def test_the_client_comes_back_after_its_connection_broke(place):
    place.app.action("go")(lambda ack: ack())
    place.connect()
    ts = place.post(button())
    place.server.drop_connections()
    assert place.press(ts).error == "dispatch_failed"
    assert place.ws.wait_for(lambda: place.press(ts).ok)


def test_a_refresh_moves_the_client_to_a_new_connection(place):
    place.app.action("go")(lambda ack: ack())
    place.connect()
    ts = place.post(button())
    (old,) = place.server.socket_mode.links
    place.server.disconnect("refresh_requested")
    place.ws.wait_for(lambda: old not in place.server.socket_mode.links)
    assert place.ws.wait_for(lambda: place.press(ts).ok)


def test_a_ticket_opens_one_connection(place):
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    url = place.client.apps_connections_open(app_token=place.ws.app_token)["url"]
    with connect(url) as link:
        assert '"type": "hello"' in link.recv(timeout=2)
        assert link.ping().wait(2)
        with pytest.raises(InvalidStatus):
            connect(url)


def test_an_eleventh_connection_is_sent_away(place):
    from websockets.sync.client import connect

    place.server.api.rate_limits = False
    with contextlib.ExitStack() as links:
        for _ in range(11):
            url = place.client.apps_connections_open(app_token=place.ws.app_token)["url"]
            first = links.enter_context(connect(url)).recv(timeout=2)
        assert "too_many_websockets" in first
        assert place.server.connections == 10


def test_many_people_press_at_once(place):
    place.app.action("go")(lambda ack: ack())
    place.connect()
    ts = place.post(button())
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(place.press(ts))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.ok for answer in answers] == [True] * 8
