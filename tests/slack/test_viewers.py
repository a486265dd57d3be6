"""Who may look, through the real app and the simulated workspace: commands, Details, cards that are drawn again."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.playground.slack_workspace import Workspace, payloads
from bot.services import viewers
from bot.slack.messages.help import action_verbs, note_verbs, question_verbs
from bot.store.database import schema
from tests.slack.desk import LEAVER, Desk
from tests.world import words

SORRY = "leaverbot shows this only to the people who look after leavers"
UNREAD = "could not check with Slack whether you may see this"
DETAILS = "case_details"
# Words that only those who may look are told.
SECRETS = ("Dana", "dana@example.com", "payments-prod", "ReadOnlyAccess")
LOOKS = [verb for verb in (*question_verbs(), *note_verbs()) if verb not in {"help", "go-on"}]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def guest(desk: Desk, name: str = "gina") -> str:
    """A guest in the alert channel."""
    user = desk.workspace.add_user(name, guest="single")
    desk.workspace.invite(desk.channel, user)
    return user


def outsider(desk: Desk) -> str:
    """Somebody of the workspace who is in another channel."""
    user = desk.workspace.add_user("olga")
    desk.workspace.add_channel("random", members=[user])
    return user


def colleague(desk: Desk, organization: str) -> str:
    """Somebody in the alert channel from another workspace of this organization."""
    user = desk.workspace.add_user("pat", team_id="T0SISTER", enterprise_id=organization)
    desk.workspace.share_channel(desk.channel, within=True)
    desk.workspace.invite(desk.channel, user)
    return user


def typed(desk: Desk, user: str, text: str) -> str:
    """The answer to a command, and whatever else the person was told."""
    channel = desk.workspace.channels[desk.channel]
    answer = desk.dispatch(payloads.slash_command(desk.workspace, user, channel, text))
    assert answer.status == 200
    return f"{words(json.loads(answer.body)) if answer.body else ''} {desk.told(user)}"


def refused(desk: Desk) -> list[tuple[Any, ...]]:
    table = schema.audit
    with desk.store._db.transaction(reads=True) as connection:
        wanted = sa.select(table.c.who, table.c.what, table.c.subject).where(table.c.verdict == "refused")
        return [tuple(row) for row in connection.execute(wanted)]


def pressed_details(desk: Desk, user: str) -> None:
    assert desk.dispatch(details(desk, user)).status == 200


def details(desk: Desk, user: str) -> dict[str, Any]:
    """What Slack sends when Details is pressed, wherever the alert has it."""
    value = json.dumps({"v": 1, "case": case(desk), "version": desk.store.case(case(desk)).case.version})
    post = desk.workspace.find_post(desk.channel, desk.alert["ts"])
    assert post
    button = {"type": "button", "action_id": DETAILS, "value": value, "text": {"type": "plain_text", "text": "Details"}}
    return payloads.press_on_message(desk.workspace, user, post, "b", button, None)


def case(desk: Desk) -> str:
    return next(iter(desk.store.open_cases().values())).id


@pytest.mark.parametrize("verb", ["", *LOOKS, "schedule list", "show dana", "stop dana", "let-run dana"])
@pytest.mark.parametrize("who", [guest, outsider])
def test_no_command_shows_anything_to_a_guest_or_to_somebody_outside_the_channel(
    desk: Desk, verb: str, who: Any
) -> None:
    user = who(desk)
    told = typed(desk, user, verb)
    assert SORRY in told
    assert not [secret for secret in SECRETS if secret in told]
    ((refused_who, what, _),) = refused(desk)
    assert (refused_who, what) == (user, verb.partition(" ")[0] or "list")


@pytest.mark.parametrize("verb", sorted(action_verbs()))
def test_no_command_that_acts_tells_a_guest_anything(desk: Desk, verb: str) -> None:
    told = typed(desk, guest(desk), f"{verb} dana")
    assert not [secret for secret in SECRETS if secret in told]
    assert desk.workspace.view(guest(desk, "gus")) is None


def test_a_member_of_the_channel_sees_the_list_and_starts_scans(desk: Desk) -> None:
    assert "Dana" in typed(desk, desk.bob, "list")
    assert "scan was started" in typed(desk, desk.bob, "scan")
    assert refused(desk) == []


def test_help_is_for_everybody(desk: Desk) -> None:
    assert "What /leavers can do" in typed(desk, guest(desk), "help")
    assert "There is no command" in typed(desk, outsider(desk), "lost")
    assert refused(desk) == []


def test_details_are_not_opened_for_a_guest_and_are_for_a_member(desk: Desk) -> None:
    user = guest(desk)
    pressed_details(desk, user)
    assert SORRY in desk.told(user)
    assert desk.workspace.view(user) is None
    assert refused(desk) == [(user, "details", LEAVER)]
    pressed_details(desk, desk.bob)
    assert desk.workspace.view(desk.bob)


def test_a_guest_who_is_named_by_id_may_look(tmp_path: Path) -> None:
    workspace = Workspace()
    gina = workspace.add_user("gina", guest="multi")
    desk = Desk(tmp_path, workspace, viewers=[gina])
    try:
        workspace.invite(desk.channel, gina)
        assert "Dana" in typed(desk, gina, "list")
        assert SORRY in typed(desk, desk.bob, "list")
    finally:
        desk.close()


def test_members_of_a_user_group_or_of_another_private_channel_may_look(tmp_path: Path) -> None:
    workspace = Workspace()
    grace, paul = workspace.add_user("grace"), workspace.add_user("paul")
    places = [workspace.add_user_group("security", [grace]), workspace.add_channel("soc", [paul], private=True)]
    desk = Desk(tmp_path, workspace, viewers=places)
    try:
        assert "Dana" in typed(desk, grace, "list")
        assert "Dana" in typed(desk, paul, "list")
        assert SORRY in typed(desk, desk.bob, "list")
    finally:
        desk.close()


def test_somebody_deactivated_may_not_look_though_slack_has_them_in_a_user_group(tmp_path: Path) -> None:
    workspace = Workspace()
    grace = workspace.add_user("grace")
    desk = Desk(tmp_path, workspace, viewers=[workspace.add_user_group("security", [grace])])
    try:
        workspace.deactivate(grace)
        assert SORRY in typed(desk, grace, "list")
    finally:
        desk.close()


@pytest.mark.parametrize("scope", ["channels:read", "users:read"])
def test_without_the_scope_only_those_with_a_role_may_look(desk: Desk, scope: str) -> None:
    desk.workspace.decline(scope)
    assert UNREAD in typed(desk, desk.bob, "list")
    assert "Dana" in typed(desk, desk.alice, "list")


def test_the_bot_out_of_its_private_channel_lets_nobody_but_those_with_a_role_look(tmp_path: Path) -> None:
    workspace = Workspace()
    paul = workspace.add_user("paul")
    soc = workspace.add_channel("soc", [paul], private=True)
    desk = Desk(tmp_path, workspace, viewers=[soc])
    try:
        workspace.kick(soc)
        assert UNREAD in typed(desk, paul, "list")
        assert "Dana" in typed(desk, desk.alice, "list")
    finally:
        desk.close()


@pytest.mark.parametrize("org_wide", [False, True])
def test_a_colleague_in_a_sister_workspace_looks_and_a_stranger_who_claims_to_be_one_does_not(
    tmp_path: Path, org_wide: bool
) -> None:
    workspace = Workspace(enterprise=True, org_wide=org_wide)
    desk = Desk(tmp_path, workspace)
    try:
        assert "Dana" in typed(desk, colleague(desk, workspace.enterprise_id or ""), "list")
        stranger = workspace.add_user("sue", team_id="T0OTHER", enterprise_id="E0OTHER")
        workspace.share_channel(desk.channel)
        workspace.invite(desk.channel, stranger)
        claims = {"enterprise_id": workspace.enterprise_id}
        body = payloads.slash_command(workspace, stranger, workspace.channels[desk.channel], "list") | claims
        answer = desk.dispatch(body | {"team_id": "T0OTHER"})
        assert "Dana" not in f"{answer.body} {desk.told(stranger)}"
        assert "leaverbot answers people of its own workspace" in desk.told(stranger)
    finally:
        desk.close()


def test_a_stranger_named_by_id_who_claims_our_organization_does_not_look(tmp_path: Path) -> None:
    workspace = Workspace(enterprise=True)
    stranger = workspace.add_user("sue", team_id="T0OTHER", enterprise_id="E0OTHER")
    desk = Desk(tmp_path, workspace, viewers=[stranger])
    try:
        body = payloads.slash_command(workspace, stranger, workspace.channels[desk.channel], "list")
        answer = desk.dispatch(body | {"enterprise_id": workspace.enterprise_id})
        assert "Dana" not in f"{answer.body} {desk.told(stranger)}"
    finally:
        desk.close()


@pytest.mark.parametrize("method", ["users.info", "conversations.members"])
def test_while_slack_is_slow_a_command_is_answered_in_time_and_the_next_has_what_slack_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    monkeypatch.setattr(viewers, "WAIT_SECONDS", 0.05)
    desk.slack.faults.add(method, "latency", seconds=0.5)
    began = time.monotonic()
    assert UNREAD in typed(desk, desk.bob, "list")
    assert time.monotonic() - began < 0.5
    for thread in threading.enumerate():
        if thread.name == "viewers":
            thread.join(10)
    assert "Dana" in typed(desk, desk.bob, "list")
    assert desk.slack.calls[method] == 1


def test_a_stranger_named_by_id_who_claims_our_organization_does_not_look_though_slack_does_not_say_what_they_are(
    tmp_path: Path,
) -> None:
    workspace = Workspace(enterprise=True)
    stranger = workspace.add_user("sue", team_id="T0OTHER", enterprise_id="E0OTHER")
    workspace.decline("users:read")
    desk = Desk(tmp_path, workspace, viewers=[stranger])
    try:
        body = payloads.slash_command(workspace, stranger, workspace.channels[desk.channel], "list")
        desk.workspace.invite(desk.channel, stranger)
        answer = desk.dispatch(body | {"enterprise_id": workspace.enterprise_id, "team_id": "T0OTHER"})
        assert "Dana" not in f"{answer.body} {desk.told(stranger)}"
        assert "leaverbot answers people of its own workspace" in desk.told(stranger)
    finally:
        desk.close()


def test_while_slack_is_down_what_it_said_lately_counts(desk: Desk) -> None:
    assert "Dana" in typed(desk, desk.bob, "list")
    for method in ("users.info", "conversations.members"):
        desk.slack.faults.add(method, "drop", times=99)
    assert "Dana" in typed(desk, desk.bob, "summary")


def test_the_card_of_somebody_who_may_look_no_longer_is_not_drawn_again(desk: Desk) -> None:
    def pressed(user: str) -> int:
        """How many cards are to be drawn again after an outdated button of their own card was pressed."""
        body = details(desk, user)
        body["container"]["is_ephemeral"] = True
        body["actions"][0]["value"] = json.dumps({"v": 1, "case": case(desk), "version": 0})
        desk.dispatch(body)
        return sum(one.kind == "card" for one in desk.store.unshown(desk.context.clock.now()))

    assert pressed(guest(desk)) == 0
    assert pressed(desk.bob) == 1
