"""By event on the page: what a visitor can make go wrong with events, and how long an alert took."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.playground.identity_center import AwsServer, Organization
from bot.playground.identity_center.queues.bus import Rule
from bot.playground.play import workspace_with_people
from bot.playground.scene import Scene
from bot.playground.slack_workspace import SlackServer


@pytest.fixture
def scene() -> Iterator[Scene]:
    org = Organization(seed=1)
    org.add_rule({"detail-type": ["AWS API Call via CloudTrail"]}, org.add_queue("leaverbot-events"))
    workspace, channel, people = workspace_with_people()
    made = Scene(org, AwsServer(org), workspace, SlackServer(workspace), channel=channel, people=people)
    yield made
    made.trouble.close()


def rule(scene: Scene) -> Rule:
    return scene.org.bus.rules[0]


def said(scene: Scene, text: str) -> None:
    scene.workspace.say(scene.people[0].id, scene.channel_id, text)


def shown(scene: Scene) -> list[Any]:
    return [message.get("disabled_before") for message in scene.channel(scene.people[0].id)["messages"]]


def test_what_can_go_wrong_with_events_is_offered_only_where_there_are_events(scene: Scene) -> None:
    def offered() -> set[str]:
        fresh = Scene(scene.org, scene.aws, scene.workspace, scene.slack, channel=scene.channel_id, people=scene.people)
        return {kind["id"] for kind in fresh.trouble.kinds() if kind["side"] == "Events"}

    assert offered() == {"events_late", "events_lost", "events_twice", "queue"}
    scene.org.bus.rules.clear()
    assert offered() == set()


def test_events_go_wrong_until_everything_is_cleared(scene: Scene) -> None:
    for name in ("events_late", "events_lost", "events_twice", "queue"):
        scene.trouble.make(name)
    assert (rule(scene).delay_seconds, rule(scene).lose, rule(scene).double) == (20.0, 2, None)
    assert {kind["id"] for kind in scene.trouble.kinds() if kind["active"]} >= {"events_late", "queue"}
    scene.trouble.clear()
    assert (rule(scene).delay_seconds, rule(scene).lose, rule(scene).double) == (0.0, 0, 0)
    assert not any(kind["active"] for kind in scene.trouble.kinds())


def test_lost_events_are_over_once_two_are_lost(scene: Scene) -> None:
    dana = scene.org.add_user("dana@example.com")
    scene.trouble.make("events_lost")
    for status in ("DISABLED", "ENABLED"):
        assert any(kind["active"] for kind in scene.trouble.kinds())
        scene.set_status(dana, status)
    assert not any(kind["active"] for kind in scene.trouble.kinds())
    assert (rule(scene).lost, rule(scene).sent) == (2, 0)


def test_the_first_message_about_somebody_who_was_disabled_here_tells_the_seconds(scene: Scene) -> None:
    dana = scene.org.add_user("dana@example.com", display_name="Dana Rossi")
    said(scene, "dana@example.com is on holiday")
    scene.set_status(dana, "DISABLED")
    said(scene, "eve@example.com can still get in")
    said(scene, "dana@example.com can still get in")
    said(scene, "dana@example.com has no way in any more")
    before, other, alert, later = shown(scene)
    assert alert["name"] == "Dana Rossi"
    assert 0 <= alert["seconds"] < 5
    assert (before, other, later) == (None, None, None)


def test_disabling_somebody_twice_counts_from_the_first_time_and_again_after_they_were_enabled(scene: Scene) -> None:
    dana = scene.org.add_user("dana@example.com")
    scene.set_status(dana, "DISABLED")
    said(scene, "dana@example.com can still get in")
    scene.set_status(dana, "DISABLED")
    assert [bool(one) for one in shown(scene)] == [True]
    scene.set_status(dana, "ENABLED")
    scene.set_status(dana, "DISABLED")
    said(scene, "dana@example.com can still get in")
    assert [bool(one) for one in shown(scene)] == [True, True]
