"""Whoever asked for an action is looked at again when the work first begins."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.actions import LEAVERBOT, ActionState, Asker
from bot.core.authorization import Rules
from bot.core.deny.policy_document import denied_users
from bot.core.kinds import DELETE, DENY, KINDS, LIFT, PRUNE, RENAME, REVOKE, SHUT_OUT, Kind
from bot.core.waiting import Trouble
from bot.services.actions.groups import keep as keep_group
from bot.services.actions.groups import members, roles
from tests.fakes.chat import FakeChat
from tests.services.denials import Denials, denials

GHOST = "UGHOST"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path) as made:
        yield made


def leaver(here: Denials) -> str:
    dana = here.leaver("dana", (here.org.add_account("prod"), here.org.add_permission_set("ReadOnlyAccess")))
    here.scan()
    return dana


def ruled(here: Denials, **rules: frozenset[str]) -> Denials:
    """The same world, in which these may act."""
    made = Rules(**rules, deny=here.context.rules.deny)  # type: ignore[arg-type]  # only the two sets are given
    return replace(here, context=replace(here.context, rules=made))


def speaking(here: Denials, chat: FakeChat) -> Denials:
    return replace(here, context=replace(here.context, chat=chat))


def written(here: Denials, user: str, kind: Kind, by: str, **more: object) -> str:
    """An action as somebody who can write the database would put it there."""
    return here.ask(user, kind, asker=Asker(by, "C1"), **more)


def begin(here: Denials, action_id: str) -> None:
    with here.context.waits.step({action_id: timedelta(minutes=15)}) as waits:
        here.step(action_id)
        waits(action_id)


def state(here: Denials, action_id: str) -> ActionState:
    return here.context.store.action(action_id).state


# A prune is about no user; and leaverbot itself keeps the names right.
@pytest.mark.parametrize(
    ("kind", "by"),
    [
        (kind, by)
        for kind in KINDS.values()
        for by in (GHOST, LEAVERBOT)
        if kind is not PRUNE and (kind, by) != (RENAME, LEAVERBOT)
    ],
)
def test_what_nobody_who_may_asked_for_is_refused_and_recorded(here: Denials, kind: Kind, by: str) -> None:
    dana = leaver(here)
    action_id = written(here, dana, kind, by)
    begin(here, action_id)
    assert state(here, action_id) is ActionState.REFUSED
    assert "not started" in here.context.store.action(action_id).message
    assert here.org.truth(dana)
    assert denied_users(here.text()) == frozenset()


def test_a_person_taken_out_of_the_responders_while_the_deny_waits_denies_nobody(here: Denials) -> None:
    dana = leaver(here)
    action_id = here.ask(dana)
    begin(ruled(here, responders=frozenset({"U2"})), action_id)
    assert state(here, action_id) is ActionState.REFUSED
    assert denied_users(here.text()) == frozenset()


def test_a_responder_does_not_begin_what_only_admins_may(here: Denials) -> None:
    dana = leaver(here)
    play = here.ask(dana, SHUT_OUT, with_delete=True, digest="x")
    begin(ruled(here, responders=frozenset({"U1"})), play)
    assert state(here, play) is ActionState.REFUSED


def test_work_that_has_begun_is_continued_whoever_asked_is_by_now(here: Denials) -> None:
    dana = leaver(here)
    action_id = here.ask(dana, REVOKE, case_id=here.case(dana))
    begin(here, action_id)
    action = ruled(here, responders=frozenset({"U2"})).carry_on(action_id)
    assert action.state is ActionState.DONE


def test_the_steps_of_a_shut_out_that_has_begun_are_continued(here: Denials) -> None:
    dana = leaver(here)
    play = here.ask(dana, SHUT_OUT)
    begin(here, play)
    action = ruled(here, responders=frozenset({"U2"})).carry_on(play)
    assert (action.state, [step.kind for step in action.steps]) == (ActionState.DONE, [DENY])


@pytest.mark.parametrize("kind", [DELETE, LIFT])
def test_naming_a_shut_out_as_parent_lets_nobody_do_what_is_no_step_of_it(here: Denials, kind: Kind) -> None:
    dana = leaver(here)
    play = here.ask(dana, SHUT_OUT)
    begin(here, play)
    # The deny that has begun would be in the way of a lift.
    here.carry_on(here.context.store.action(play).steps[0].id)
    step = here.ask(dana, kind, parent=play)
    begin(ruled(here, responders=frozenset({"U2"})), step)
    assert state(here, step) is ActionState.REFUSED


def test_a_user_group_is_asked_for_again_and_who_left_it_is_refused(here: Denials) -> None:
    dana, chat = leaver(here), FakeChat(groups={"S1": {"UALICE"}})
    here = speaking(ruled(here, responders=frozenset({"S1"})), chat)
    allowed = written(here, dana, REVOKE, "UALICE")
    begin(here, allowed)
    assert state(here, allowed) is ActionState.RUNNING
    here.carry_on(allowed)
    here.clock.move(minutes=2)
    chat.groups["S1"].clear()
    denied = written(here, dana, DENY, "UALICE")
    begin(here, denied)
    assert state(here, denied) is ActionState.REFUSED


def test_what_slack_said_counts_no_longer_when_the_clock_is_set_back(here: Denials) -> None:
    chat = FakeChat(groups={"S1": set()})
    here = speaking(ruled(here, responders=frozenset({"S1"})), chat)
    keep_group(here.context, "S1", ["UALICE"])
    here.clock.move(hours=-2)
    assert not roles(here.context, "UALICE")
    assert members(here.context, "S1") == frozenset()


def test_a_user_group_that_is_gone_has_nobody_in_it_and_nobody_waits_for_it(here: Denials) -> None:
    dana, chat = leaver(here), FakeChat(groups={"S1": {"UALICE"}})
    here = speaking(ruled(here, responders=frozenset({"S1"})), chat)
    del chat.groups["S1"]
    action_id = written(here, dana, DENY, "UALICE")
    begin(here, action_id)
    assert state(here, action_id) is ActionState.REFUSED


def test_with_slack_away_what_it_said_within_the_hour_counts_and_after_that_the_action_waits(here: Denials) -> None:
    dana = leaver(here)
    here = ruled(here, responders=frozenset({"S1"}))
    keep_group(here.context, "S1", ["UALICE"])
    here.clock.move(minutes=61)
    action_id = written(here, dana, DENY, "UALICE")
    begin(here, action_id)
    assert state(here, action_id) is ActionState.QUEUED
    assert here.context.waits.now()[action_id].trouble is Trouble.SLACK
    keep_group(here.context, "S1", ["UALICE"])
    here.clock.move(minutes=59)
    begin(here, action_id)
    here.work()
    assert denied_users(here.text()) == {dana}


def test_with_slack_away_somebody_named_by_id_goes_on(here: Denials) -> None:
    dana = leaver(here)
    here = ruled(here, responders=frozenset({"S1", "U1"}))
    here.carry_out(dana)
    assert denied_users(here.text()) == {dana}


def test_leaverbot_lifts_a_deny_whose_time_is_over_and_no_other(here: Denials) -> None:
    dana = leaver(here)
    here.carry_out(dana)
    early = written(here, dana, LIFT, LEAVERBOT)
    here.work()
    assert state(here, early) is ActionState.REFUSED
    here.carry_on(here.ask(dana, REVOKE, case_id=here.case(dana)))
    here.clock.move(hours=13)
    # Whatever was stored: there is a way in again.
    here.org.assign(here.org.add_account("stage"), here.org.add_permission_set("PowerUserAccess"), "USER", dana)
    still = written(here, dana, LIFT, LEAVERBOT)
    here.work()
    assert state(here, still) is ActionState.REFUSED
    assert denied_users(here.text()) == {dana}
