"""A leave from a terminal outlives the proof of who asked: only what a leaverbot sealed then is carried out, days later."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.core.actions import ActionState
from bot.core.leaves.leave import SCHEDULE, UNSCHEDULE, Leave, LeaveState, Terms, seal_of
from bot.core.models import User
from bot.core.terminal.askers import TerminalAsker
from bot.core.terminal.wishes import Wish, WishState
from bot.services.wishes import WishTaker
from bot.store.database import leave_tables, schema
from tests.fakes.aws import FakeAws
from tests.services.denials import Denials, denials
from tests.services.test_leaves import employee, forge, is_denied, look, message, now, with_chat
from tests.services.test_wishes import restarted

TOKEN = "xoxb-1-of-this-workspace"
AHEAD = timedelta(hours=2)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path) as made:
        yield sealing(with_chat(made))


def sealing(here: Denials, token: str = TOKEN) -> Denials:
    return replace(here, context=replace(here.context, seal=partial(seal_of, secret=token)))


def later(here: Denials, **rules: Any) -> Denials:
    """The process that carries it out, which remembers no proof."""
    return restarted(here, **rules)


def wish(here: Denials, user: str, what: str = SCHEDULE, **more: Any) -> Wish:
    """What somebody asks for in a terminal, with the proof of this process."""
    terms = Terms(here.clock.now() + AHEAD, revoke=True).stored
    made = Wish(str(uuid.uuid4()), what, here.context.directory.user(user), "alice", "host7", here.clock.now())
    made = replace(made, **{"digest": terms, **more})
    return replace(made, proof=here.context.identity.sign(made.binding))


def taken_up(here: Denials, made: Wish) -> Wish:
    here.context.store.add_wish(made)
    WishTaker(here.context).take_up()
    return here.context.store.wish(made.id)


def scheduled(here: Denials, user: str) -> Leave:
    made = wish(here, user)
    assert taken_up(here, made).state is WishState.ACCEPTED
    return here.context.store.leave(made.id)


def change(here: Denials, **values: Any) -> None:
    with here.context.store._db.transaction() as connection:
        connection.execute(leave_tables.leaves.update().values(**values))


def test_what_was_proven_when_it_was_scheduled_is_carried_out_long_after_the_proof(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    assert leave.revoke
    assert leave.by == TerminalAsker(here.context.identity.own(), "alice", "host7").stored
    assert here.context.store.wish(leave.id).proof == ""
    look(later(here), AHEAD)
    assert is_denied(here, eve)
    here.org.set_status(eve, "DISABLED")
    here.scan()
    look(later(here), timedelta(days=9))
    assert here.org.truth(eve) == []
    assert {action.by for action in here.context.store.records(eve).actions} == {leave.by}


def test_it_works_where_nobody_in_slack_may_act_as_every_proven_request_does(here: Denials) -> None:
    eve = employee(here)
    watching = {"responders": frozenset(), "admins": frozenset()}
    made = wish(here, eve)
    assert taken_up(later(here, **watching), made).state is WishState.ACCEPTED
    look(later(here, **watching), AHEAD)
    assert is_denied(here, eve)


@pytest.mark.parametrize(
    "change_",
    [
        {"at": "earlier"},
        {"revoke": False},
        {"by": "another"},
        {"dry_run": True},
        {"user_id": "mallory", "user": User("mallory")},
        {"seal": ""},
        {"seal": "0" * 64},
    ],
    ids=str,
)
def test_a_leave_changed_in_the_database_is_carried_out_no_more_and_the_channel_hears_of_it(
    here: Denials, change_: dict[str, Any]
) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    if "at" in change_:
        change_ = {"at": leave.at - timedelta(hours=1)}
    if "by" in change_:
        change_ = {"by": TerminalAsker(here.context.identity.own(), "mallory", "host7").stored}
    change(here, **change_)
    look(later(here))
    assert now(here, leave).state is LeaveState.FAILED
    assert "its seal is missing or does not fit" in message(here)
    look(later(here), AHEAD)
    assert not is_denied(here, eve)


@pytest.mark.parametrize("sealed_with", ["", "a guess", "the seal of another leave"])
def test_a_leave_and_its_action_written_by_hand_are_not_begun(here: Denials, sealed_with: str) -> None:
    eve, finn = employee(here), employee(here, "finn")
    genuine = scheduled(here, finn)
    seal = {"": "", "a guess": seal_of(genuine.sealed, "a guess")}.get(sealed_with, genuine.seal)
    at = here.clock.now() - timedelta(minutes=1)
    forged = replace(genuine, id="forged", user=here.user(eve), at=at, state=LeaveState.DENYING, seal=seal)
    here.context.store.add_leave(forged)
    ended = here.carry_on(forge(here, forged).id)
    assert ended.state is ActionState.REFUSED
    assert "seal" in ended.message
    assert not is_denied(here, eve)


def test_a_process_without_the_token_begins_nothing_that_it_cannot_check(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    change(here, state=LeaveState.DENYING)
    here.clock.move(hours=2)
    blind = sealing(later(here), "")
    assert blind.carry_on(forge(here, leave).id).state is ActionState.REFUSED


def test_after_the_token_was_changed_it_says_at_once_to_schedule_again(here: Denials) -> None:
    leave = scheduled(here, employee(here))
    look(sealing(later(here), "xoxb-2"))
    assert now(here, leave).state is LeaveState.FAILED
    assert "If SLACK_BOT_TOKEN has changed since then, schedule it again." in message(here)


def test_an_identity_that_may_not_ask_any_more_has_nobody_denied(here: Denials) -> None:
    eve = employee(here)
    other = "555555555555"
    stranger = replace(here, context=replace(here.context, identity=FakeAws(here.org, other).identity))
    named = later(here, terminal_identities=(f"arn:aws:iam::{other}:role/leaverbot",))
    made = wish(stranger, eve)
    assert taken_up(named, made).state is WishState.ACCEPTED
    look(later(here), AHEAD)
    assert not is_denied(here, eve)
    assert "LEAVERBOT_TERMINAL_IDENTITIES" in now(here, here.context.store.leave(made.id)).why


@pytest.mark.parametrize(
    "change_",
    [
        {"digest": "2026-12-24T09:00:00+00:00"},
        {"digest": "2026-12-24T09:00:00+00:00 revoke"},
        {"what": UNSCHEDULE},
        {"os_user": "mallory"},
        {"dry_run": True},
        {"id": "another"},
    ],
    ids=str,
)
def test_a_proof_holds_for_no_other_time_user_or_revoke(here: Denials, change_: dict[str, Any]) -> None:
    eve = employee(here)
    other = replace(wish(here, eve), **change_)
    assert taken_up(later(here), other).state is WishState.REFUSED
    assert here.context.store.open_leaves() == []


def test_a_proof_holds_for_nobody_else(here: Denials) -> None:
    eve, finn = employee(here), employee(here, "finn")
    swapped = replace(wish(here, eve), user=here.context.directory.user(finn))
    assert taken_up(later(here), swapped).state is WishState.REFUSED


def test_whoever_takes_it_up_without_the_token_says_what_to_do(here: Denials) -> None:
    made = wish(here, employee(here))
    answer = taken_up(sealing(here, ""), made).answer
    assert "set the same SLACK_BOT_TOKEN here" in answer
    assert here.context.store.open_leaves() == []


@pytest.mark.parametrize("digest", ["", "tomorrow", "2026-12-24T09:00:00", "2026-12-24T09:00:00+00:00 delete"])
def test_terms_that_no_leaverbot_made_are_refused(here: Denials, digest: str) -> None:
    assert taken_up(here, wish(here, employee(here), digest=digest)).state is WishState.REFUSED


def test_a_time_that_is_over_by_the_time_it_is_taken_up_is_refused(here: Denials) -> None:
    made = wish(here, employee(here))
    here.clock.move(hours=3)
    refused = taken_up(here, made)
    assert (refused.state, "is in the past" in refused.answer) == (WishState.REFUSED, True)


def test_a_crash_in_the_middle_of_taking_it_up_schedules_it_once(here: Denials) -> None:
    made = wish(here, employee(here))
    taken_up(here, made)
    with here.context.store._db.transaction() as connection:
        connection.execute(schema.wishes.update().values(state=WishState.TAKEN, proof=made.proof))
    WishTaker(later(here).context).take_up()
    assert here.context.store.wish(made.id).state is WishState.ACCEPTED
    assert [leave.id for leave in here.context.store.open_leaves()] == [made.id]


def test_a_leave_is_cancelled_from_a_terminal_and_only_with_a_proof(here: Denials) -> None:
    eve = employee(here)
    leave = scheduled(here, eve)
    bare = replace(wish(here, eve, UNSCHEDULE, digest=leave.id), proof="")
    assert taken_up(later(here), bare).state is WishState.REFUSED
    assert taken_up(later(here), wish(here, eve, UNSCHEDULE, digest=leave.id)).state is WishState.ACCEPTED
    cancelled = now(here, leave)
    assert (cancelled.state, cancelled.ended_by) == (LeaveState.CANCELLED, leave.by)


def test_a_leave_that_is_not_there_cannot_be_cancelled_and_the_command_is_told(here: Denials) -> None:
    refused = taken_up(here, wish(here, employee(here), UNSCHEDULE, digest="nothing"))
    assert (refused.state, "nothing to cancel" in refused.answer) == (WishState.REFUSED, True)


def test_nothing_of_the_token_is_in_the_database(here: Denials) -> None:
    leave = scheduled(here, employee(here))
    assert len(leave.seal) == 64
    assert TOKEN.encode() not in (here.folder / "denials.db").read_bytes()
