"""The start: what passes is waited for beside the work, what a person must change ends it, a stop is a stop."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from bot.playground.identity_center import AwsServer, Fault
from bot.playground.slack_workspace import SlackServer
from tests import zygote
from tests.world import World, eventually


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Place(World):
    """A world whose servers come back at their old ports, and whose health port is asked."""

    def __init__(self) -> None:
        self.health = free_port()
        super().__init__(LEAVERBOT_HTTP_PORT=str(self.health))
        self.aws = AwsServer(self.org, host="127.0.0.1", port=free_port())
        self.slack = SlackServer(self.workspace, host="127.0.0.1", port=free_port())
        # Both are asked for their addresses, which they have while they run.
        self.aws.start()
        self.slack.start()
        self.given = super().environment()
        self.user = self.leaver(
            "dana.rossi", (self.org.add_account("payments-prod"), self.org.add_permission_set("ReadOnlyAccess"))
        )

    def environment(self) -> dict[str, str]:
        return self.given

    def begin(self) -> None:
        """Start the program, and wait for nothing."""
        with (self.folder / "bot.log").open("ab") as log:
            self.process = zygote.start(
                ["run"], env=self.environment(), cwd=self.folder, stdout=log.fileno(), quick=True
            )

    def denied(self) -> bool:
        return self.user in self.org.policy_text(self.policy_id)

    def wrong(self) -> dict[str, str]:
        """What /readyz says of all that is not well."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.health}/readyz", timeout=15) as answer:
                text = answer.read()
        except urllib.error.HTTPError as refused:
            text = refused.read()
        except OSError:
            return {"health": "not there yet"}
        return {name: why for name, why in json.loads(text)["checks"].items() if why != "ok"}

    def until_wrong(self, name: str, why: str) -> dict[str, str]:
        """What is wrong, once this is."""

        def look() -> dict[str, str] | None:
            found = self.wrong()
            return found if why in found.get(name, "") else None

        return eventually(look, seconds=30, what=lambda: f"{self.wrong()}\n{self.log()}")

    def until_ready(self) -> None:
        eventually(lambda: not self.wrong(), seconds=90, what=lambda: f"{self.wrong()}\n{self.log()}")


@pytest.fixture
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.close()


def test_a_deny_that_was_asked_for_is_carried_out_while_slack_is_away(place: Place) -> None:
    place.start_bot()
    place.alert("dana")
    place.aws.faults.add(Fault(operation="organizations.UpdatePolicy", kind="drop", times=None))
    place.press(place.alice, place.alert("dana"), "case_deny")
    eventually(lambda: place.aws.calls["organizations.UpdatePolicy"] > 0)
    place.kill()
    place.slack.stop()
    place.aws.faults.clear()
    assert not place.denied()
    place.begin()
    eventually(place.denied, seconds=60, what=place.log)
    wrong = place.until_wrong("slack", "Slack did not answer")
    assert "aws" not in wrong
    assert "database" not in wrong
    place.slack.start()
    place.until_ready()
    assert place.terminate() == 0


def test_aws_that_is_away_and_a_slack_that_fails_at_first_end_no_start(place: Place) -> None:
    place.given["LEAVERBOT_EVENTS_QUEUE_URL"] = place.org.add_queue("leaverbot-events").url
    place.aws.stop()
    for method in ("auth.test", "apps.connections.open"):
        place.slack.faults.add(method, "error", error="internal_error")
    place.begin()
    place.until_wrong("aws", "AWS did not answer")
    eventually(lambda: place.slack.connections > 0, seconds=30, what=place.log)
    place.aws.faults.add(Fault(operation="sqs.*", kind="drop", times=None))
    place.aws.start()
    place.alert("dana", seconds=60)
    # Scans go on without the queue of events, and those who ask are told, beside the bot too.
    place.until_wrong("events", "sqs.ReceiveMessage")
    asked = place.command("status", "--json")
    assert asked.returncode == 3
    assert "sqs.ReceiveMessage" in json.loads(asked.stdout)["wrong"]["events"]
    place.aws.faults.clear()
    place.until_ready()


def test_all_that_a_person_must_change_is_named_at_once(place: Place) -> None:
    given = {
        "SLACK_BOT_TOKEN": "xoxb-wrong",
        "SLACK_APP_TOKEN": "xapp-wrong",
        "LEAVERBOT_DENY_SCP_ID": "p-nosuchpolicy",
        "LEAVERBOT_DATABASE_URL": "sqlite:////no/such/folder/leaverbot.db",
    }
    ended = zygote.run_to_end(["run"], env={**place.environment(), **given}, cwd=place.folder, quick=True)
    assert ended.returncode == 1
    for told in ("SLACK_BOT_TOKEN is not valid", "SLACK_APP_TOKEN is not valid", "p-nosuchpolicy cannot be used"):
        assert told in ended.stderr
    assert "LEAVERBOT_DATABASE_URL cannot be opened" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_stop_while_slack_and_aws_hang_is_a_stop(place: Place) -> None:
    place.slack.faults.add("*", "latency", seconds=12, times=1000)
    place.aws.faults.add(Fault(operation="*", kind="latency", seconds=12, times=None))
    place.begin()
    place.until_wrong("slack", "not checked yet")
    began = time.monotonic()
    assert place.terminate() == 0
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("seconds", [0.4, 1.0, 2.5])
def test_a_stop_at_any_moment_of_the_start_is_a_stop(place: Place, seconds: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], env={**os.environ, **place.environment()}, cwd=place.folder
    ) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
