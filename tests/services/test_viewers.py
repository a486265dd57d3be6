"""Who may look: those named, members of their channels and user groups, responders and admins; and what Slack says of
them, for five minutes.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.actions import Asker
from bot.core.authorization import Rules
from bot.core.belonging import Standing
from bot.core.errors import ChatError, ChatUnavailable
from bot.core.reasons import Code
from bot.core.terminal.askers import TerminalAsker
from bot.ports import Chat
from bot.services import viewers
from bot.services.actions.groups import keep as keep_group
from bot.services.viewers import refresh, refuse_view
from bot.store.database import schema
from tests.fakes.chat import FakeChat
from tests.services.desk import Desk

CHANNEL, GROUP = "C1", "S1"


@dataclass
class Here:
    """A desk at which somebody looks."""

    desk: Desk
    chat: FakeChat

    def may(self, user: str, **rules: frozenset[str]) -> bool:
        return self.refused(user, **rules) is None

    def refused(self, user: str, **rules: frozenset[str]) -> Code | None:
        made = Rules(**{"viewers": frozenset({CHANNEL}), **rules})  # type: ignore[arg-type]  # only sets are given
        refused = refuse_view(replace(self.desk.context, rules=made), Asker(user, CHANNEL))
        return refused.reason.code if refused else None

    def audited(self) -> list[tuple[str, str]]:
        table = schema.audit
        with self.desk.store._db.transaction(reads=True) as connection:
            wanted = sa.select(table.c.who, table.c.what).where(table.c.verdict == "refused")
            return [tuple(row) for row in connection.execute(wanted)]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    chat = FakeChat(CHANNEL, members={CHANNEL: {"UMEMBER", "UGUEST", "USTRANGER", "UGONE"}}, groups={GROUP: {"UGROUP"}})
    chat.standings = {"UGUEST": Standing.GUEST, "USTRANGER": Standing.STRANGER, "UGONE": Standing.GONE}
    desk = Desk(tmp_path, chat)
    yield Here(desk, chat)
    desk.store.close()


def test_members_of_the_channel_may_look_and_nobody_else(here: Here) -> None:
    assert here.may("UMEMBER")
    assert here.refused("UELSEWHERE") is Code.FOR_VIEWERS


@pytest.mark.parametrize("user", ["UGUEST", "USTRANGER", "UGONE"])
def test_being_in_the_channel_is_not_enough_for_guests_strangers_and_people_who_are_gone(here: Here, user: str) -> None:
    assert here.refused(user) is Code.FOR_VIEWERS
    assert here.refused(user, viewers=frozenset({GROUP, CHANNEL})) is Code.FOR_VIEWERS


def test_a_guest_may_look_where_named_by_id_and_not_by_a_group(here: Here) -> None:
    assert here.may("UGUEST", viewers=frozenset({"UGUEST"}))
    here.chat.groups[GROUP].add("UGUEST")
    assert not here.may("UGUEST", viewers=frozenset({GROUP}))


@pytest.mark.parametrize("user", ["USTRANGER", "UGONE"])
def test_strangers_and_people_who_are_gone_may_not_look_even_if_named_by_id(here: Here, user: str) -> None:
    assert here.refused(user, viewers=frozenset({user})) is Code.FOR_VIEWERS


def test_members_of_a_user_group_may_look(here: Here) -> None:
    assert here.may("UGROUP", viewers=frozenset({GROUP}))
    assert not here.may("UMEMBER", viewers=frozenset({GROUP}))


@pytest.mark.parametrize("role", ["responders", "admins"])
def test_responders_and_admins_may_always_look_and_slack_is_not_asked(here: Here, role: str) -> None:
    assert here.may("UANY", **{role: frozenset({"UANY"})})
    keep_group(here.desk.context, "S2", ["UOTHER"])
    assert here.may("UOTHER", **{role: frozenset({"S2"})})
    assert here.chat.calls == 0


def test_with_nobody_to_act_people_may_still_look(here: Here) -> None:
    assert here.may("UMEMBER", responders=frozenset(), admins=frozenset())


@pytest.mark.parametrize("unread", ["channel", "person"])
def test_what_slack_does_not_tell_lets_in_responders_admins_and_those_named_by_id_alone(
    here: Here, monkeypatch: pytest.MonkeyPatch, unread: str
) -> None:
    def no(_: str) -> Any:
        raise ChatError("Slack refused.", code="missing_scope")

    monkeypatch.setattr(here.chat, "channel_members" if unread == "channel" else "standing", no)
    assert here.refused("UMEMBER") is Code.VIEWERS_UNREAD
    assert here.may("UMEMBER", viewers=frozenset({CHANNEL, "UMEMBER"}))
    assert here.may("UBOB", responders=frozenset({"UBOB"}))


def test_a_channel_that_cannot_be_read_takes_nothing_from_those_in_another(here: Here) -> None:
    both = frozenset({CHANNEL, "C2"})
    assert here.may("UMEMBER", viewers=both)
    assert here.refused("UELSEWHERE", viewers=both) is Code.VIEWERS_UNREAD


def test_what_slack_said_counts_for_five_minutes(here: Here) -> None:
    assert here.may("UMEMBER")
    asked = here.chat.calls
    here.chat.members[CHANNEL].clear()
    here.desk.clock.move(minutes=4, seconds=59)
    assert here.may("UMEMBER")
    assert here.chat.calls == asked
    here.desk.clock.move(seconds=2)
    assert not here.may("UMEMBER")


def test_with_slack_away_it_counts_for_five_minutes_and_no_longer(here: Here) -> None:
    assert here.may("UMEMBER")
    here.chat.failures += [(ChatUnavailable("Slack is down."), False)] * 2
    here.desk.clock.move(minutes=5, seconds=1)
    assert here.refused("UMEMBER") is Code.VIEWERS_UNREAD
    assert here.may("UMEMBER")


def test_it_counts_no_longer_when_the_clock_is_set_back(here: Here) -> None:
    assert here.may("UMEMBER")
    here.chat.members[CHANNEL].clear()
    here.desk.clock.move(hours=-1)
    assert not here.may("UMEMBER")


def test_the_members_are_asked_for_in_the_background_before_they_are_forgotten(here: Here) -> None:
    rules = Rules(viewers=frozenset({CHANNEL, GROUP, "UNAMED"}))
    context = replace(here.desk.context, rules=rules)
    refresh(context)
    assert here.chat.calls == 2
    here.desk.clock.move(minutes=2)
    refresh(context)
    assert here.chat.calls == 2
    here.desk.clock.move(minutes=1)
    refresh(context)
    assert here.chat.calls == 4


def test_a_refusal_is_recorded_with_what_was_wanted_and_a_look_is_not(here: Here) -> None:
    context = replace(here.desk.context, rules=Rules(viewers=frozenset({CHANNEL}), admins=frozenset({"UADMIN"})))
    refused = refuse_view(context, Asker("UGUEST", CHANNEL), "summary")
    assert refused
    assert refused.ask == ("UADMIN",)
    assert refuse_view(context, Asker("UMEMBER", CHANNEL), "summary") is None
    assert here.audited() == [("UGUEST", "summary")]


def test_in_a_terminal_nobody_is_asked_who_they_are(here: Here) -> None:
    assert here.may(TerminalAsker("arn:aws:iam::123456789012:role/Security", "alice", "laptop").stored)
    assert here.chat.calls == 0


@dataclass
class Slow:
    """Slack takes its time until it is let go."""

    chat: Chat
    go: threading.Event = field(default_factory=threading.Event)

    def standing(self, user: str) -> Standing:
        self.go.wait(10)
        return self.chat.standing(user)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.chat, name)


def test_a_press_waits_for_a_slow_slack_a_moment_and_the_next_has_the_answer(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewers, "WAIT_SECONDS", 0.05)
    slow = Slow(here.chat)
    here.desk.context = replace(here.desk.context, chat=slow)
    began = time.monotonic()
    assert here.refused("UMEMBER") is Code.VIEWERS_UNREAD
    assert time.monotonic() - began < 2
    slow.go.set()
    for thread in threading.enumerate():
        if thread.name == "viewers":
            thread.join(10)
    asked = here.chat.calls
    assert here.may("UMEMBER")
    assert here.chat.calls == asked
