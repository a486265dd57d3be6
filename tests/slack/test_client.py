"""The real client against the simulated workspace: whose messages count, where answers go, what a limit holds up."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Self

import pytest

from bot.core.access.severity import Severity
from bot.core.actions import Asker
from bot.core.errors import ChatLimited
from bot.core.lists.digests import Digest
from bot.core.views import Notice, NoticeKind
from bot.playground.slack_workspace import SlackServer, Workspace
from bot.ports import Posted
from bot.slack.blocks import plain_text
from bot.slack.connection.client import EVENT, SlackChat
from bot.slack.connection.response_urls import ResponseUrls
from bot.slack.messages import plain_message
from tests.slack.examples import AT, CASE, VIEW
from tests.world import words

DIGEST = Digest("s", 30, 30, {Severity.CRITICAL: 30}, (CASE,), AT, buttons=False)
NOTICE = Notice(NoticeKind.NEARLY_FULL, "The policies are 80 % full.")


class Place:
    def __init__(self) -> None:
        self.workspace = Workspace()
        self.alice = self.workspace.add_user("alice")
        self.channel = self.workspace.add_channel("alerts", members=[self.alice])
        self.other = self.workspace.add_channel("other", members=[self.alice])
        self.slack = SlackServer(self.workspace, rate_limits=False).start()
        self.chat = self.new_chat()

    def new_chat(self) -> SlackChat:
        """As after a start of the process: it remembers nothing."""
        return SlackChat(self.workspace.bot_token, self.slack.api_url, self.channel)

    def posted(self, channel: str = "") -> list[str]:
        return [message["text"] for message in self.workspace.messages(channel or self.channel)]


@pytest.fixture
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.slack.stop()


# What messages speak of


@pytest.mark.parametrize("buttons", [True, False])
def test_where_no_bot_runs_posted_and_edited_messages_speak_of_the_terminal(place: Place, buttons: bool) -> None:
    chat = SlackChat(place.workspace.bot_token, place.slack.api_url, place.channel, buttons=buttons)
    at = chat.show_digest(DIGEST, None, "k")
    chat.show_digest(DIGEST, at, "k")
    (shown,) = place.workspace.messages(place.channel)
    assert ("/leavers" in words(shown), "leaverbot list" in words(shown)) == (buttons, not buttons)


# Whose messages count


@pytest.mark.parametrize("thread", [False, True])
def test_a_message_of_another_app_with_our_metadata_and_key_is_not_taken_for_ours(place: Place, thread: bool) -> None:
    other = place.workspace.add_app("copycat")
    parent = Posted(place.channel, place.workspace.say(place.alice, place.channel, "hi")) if thread else None
    forged = {"event_type": EVENT, "event_payload": {"key": "k"}}
    theirs = place.workspace.say(other, place.channel, "not yours", parent.ts if parent else None, forged)
    found = place.chat.post_notice(NOTICE, parent, "k")
    assert found.ts != theirs
    standing = place.workspace.messages(place.channel, parent.ts if parent else None)
    assert "The policies are 80 % full." in [message["text"] for message in standing]


def test_a_message_of_our_own_with_the_key_is_taken_over_by_the_next_process(place: Place) -> None:
    first = place.chat.post_notice(NOTICE, None, "k")
    assert place.new_chat().post_notice(NOTICE, None, "k") == first
    assert len(place.posted()) == 1


def test_after_a_post_of_unknown_outcome_only_that_message_is_looked_for(place: Place) -> None:
    place.chat.post_notice(NOTICE, None, "first")
    place.slack.faults.add("chat.postMessage", "lost_answer")
    with pytest.raises(Exception, match="did not answer"):
        place.chat.post_notice(NOTICE, None, "lost")
    place.slack.faults.add("conversations.history", "ratelimited", retry_after=60)
    with pytest.raises(ChatLimited):
        place.chat.post_notice(NOTICE, None, "lost")
    place.chat.post_notice(NOTICE, None, "other")
    assert len(place.posted()) == 3


def test_blocks_that_slack_refuses_are_sent_as_plain_text(place: Place) -> None:
    place.slack.faults.add("chat.postMessage", "error", error="invalid_blocks")
    place.chat.show_case(VIEW, None, "k")
    (text,) = place.posted()
    assert "Dana Rossi is disabled and can still get into 4 AWS accounts" in text
    assert not place.workspace.messages(place.channel)[0].get("blocks")


# Where answers go


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/hook",
        "http://hooks.slack.com/commands/T/1/x",
        "https://hooks.slack.com@evil.example/x",
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com:8443/x",
        "file:///etc/passwd",
        "http://[::1/",
        "",
    ],
)
def test_an_answer_goes_to_no_address_that_is_not_slacks(url: str) -> None:
    assert not ResponseUrls("https://slack.com/api/")._is_slacks(url)


@pytest.mark.parametrize(
    ("api", "url"),
    [
        ("https://slack.com/api/", "https://hooks.slack.com/commands/T/1/x"),
        ("https://www.slack.com/api/", "https://hooks.slack.com/actions/T/1/x"),
        ("https://slack-gov.com/api/", "https://hooks.slack-gov.com/commands/T/1/x"),
        ("http://127.0.0.1:8099/api/", "http://127.0.0.1:8099/hook/x"),
    ],
)
def test_slacks_own_host_and_that_of_the_configured_api_are_answered_at(api: str, url: str) -> None:
    assert ResponseUrls(api)._is_slacks(url)


def test_an_answer_that_may_not_go_to_its_address_reaches_the_person_another_way(place: Place) -> None:
    with elsewhere() as other:
        place.chat.tell(Asker(place.alice, place.channel, other.url), "Hello.")
        assert other.hits == []
    assert [message["text"] for message in place.workspace.ephemerals(place.alice)] == ["Hello."]


def test_an_answer_is_not_led_elsewhere_by_a_redirect() -> None:
    with elsewhere() as target, elsewhere(to=target.url) as first:
        assert not ResponseUrls(first.url).send(first.url, plain_message("Hello."))
        assert (len(first.hits), target.hits) == (1, [])


class elsewhere:  # noqa: N801 - used as a function
    """A web server that counts what it gets, and redirects it if told where to."""

    def __init__(self, to: str = "") -> None:
        self.hits: list[str] = []
        hits = self.hits

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hits.append(self.path)
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.send_response(302 if to else 200)
                if to:
                    self.send_header("Location", to)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815 - the library's name

            def log_message(self, *args) -> None: ...

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/x"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


# What a limit holds up


def test_a_limit_is_told_at_once_and_kept_without_asking_again(place: Place) -> None:
    place.slack.faults.add("chat.postMessage", "ratelimited", retry_after=60)
    began = time.monotonic()
    for _ in range(2):
        with pytest.raises(ChatLimited) as limited:
            place.chat.post_notice(NOTICE, None, "k")
        assert 55 < limited.value.wait <= 60
    assert time.monotonic() - began < 5
    assert place.slack.calls["chat.postMessage"] == 1


@pytest.mark.parametrize("method", ["conversations.replies", "chat.postMessage"])
def test_a_limit_of_one_method_or_channel_holds_nothing_else_up(place: Place, method: str) -> None:
    thread = Posted(place.channel, place.workspace.say(place.alice, place.channel, "hi"))
    elsewhere_thread = Posted(place.other, place.workspace.say(place.alice, place.other, "hi"))
    first = place.chat.post_notice(NOTICE, None, "before")
    place.slack.faults.add(method, "ratelimited", retry_after=60)
    with pytest.raises(ChatLimited):
        place.chat.post_notice(NOTICE, thread, "in the thread")
    place.chat._edit(first, plain_message("Edited."))
    place.chat.tell(Asker(place.alice, place.channel), "Told.")
    if method == "chat.postMessage":
        place.chat.post_notice(NOTICE, elsewhere_thread, "in another channel")
    else:
        place.chat.post_notice(NOTICE, None, "in the channel")
    assert "Edited." in place.posted()


def test_slack_too_busy_for_a_dialog_says_what_to_press(place: Place) -> None:
    place.slack.faults.add("views.open", "ratelimited", retry_after=60)
    with pytest.raises(ChatLimited, match=r"^Slack was too busy to open the dialog\. Press the button again\.$"):
        place.chat.open_view("trigger", {"type": "modal", "title": plain_text("x"), "blocks": []})


@pytest.mark.parametrize("header", ["Retry-After", "retry-after"])
def test_how_long_a_limit_holds_is_read_however_the_header_is_written(header: str) -> None:
    from bot.slack.connection.web import USUAL_LIMIT, _retry_after

    assert [_retry_after({header: given}) for given in ("7", ["7"], "0", "soon", "")] == [
        *(7.0, 7.0, 1.0),
        *(USUAL_LIMIT, USUAL_LIMIT),
    ]


def test_a_proxys_page_is_an_outage_and_its_text_is_not_repeated(place: Place) -> None:
    from bot.core.errors import ChatUnavailable

    place.slack.faults.add("chat.postMessage", "status", status=403)
    with pytest.raises(ChatUnavailable) as failed:
        place.chat.post_notice(NOTICE, None, "k")
    assert "upstream error" not in str(failed.value)


def test_a_dialog_waits_out_a_short_limit_because_nobody_waits_behind_it(place: Place) -> None:
    place.slack.faults.add("response_url", "status", status=500)
    place.slack.faults.add("chat.postEphemeral", "ratelimited", retry_after=1)
    from bot.core.views import Matches

    place.chat.answer_matches(Asker(place.alice, place.channel), Matches("dana"))
    assert place.slack.calls["chat.postEphemeral"] == 2
