"""What people ask for in terminals: who asks is proven, and a row that somebody wrote into the database proves nothing."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.actions import Action, ActionState, Asker
from bot.core.kinds import DELETE, DENY, KINDS, LET_RUN, LIFT, REVOKE, SHUT_OUT, STOP, Kind, Note
from bot.core.models import Use
from bot.core.terminal.askers import TerminalAsker, terminal_asker
from bot.core.terminal.wishes import Wish, WishState
from bot.services.wishes import WishTaker
from bot.store.database import schema
from tests.fakes.aws import FakeAws
from tests.fakes.identity import FakeIdentity
from tests.in_line import outdated
from tests.services.denials import Denials, denials

OTHER_ACCOUNT = "555555555555"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Denials]:
    with denials(tmp_path) as made:
        yield made


def leaver(here: Denials) -> str:
    dana = here.leaver("dana", (here.org.add_account("prod"), here.org.add_permission_set("ReadOnlyAccess")))
    here.scan()
    return dana


def restarted(here: Denials, later: timedelta = timedelta(), **rules: Any) -> Denials:
    """The same world as another process sees it, which remembers nothing."""
    assert isinstance(here.aws, FakeAws)
    identity = FakeIdentity(here.aws, lambda: datetime.now(UTC) + later)
    made = replace(here.context.rules, **rules)
    return replace(here, context=replace(here.context, identity=identity, rules=made))


def watching(here: Denials, **rules: Any) -> Denials:
    """A process in which nobody in Slack may act."""
    return restarted(here, responders=frozenset(), admins=frozenset(), **rules)


def wish(here: Denials, user: str, kind: Kind | Note = REVOKE, **more: Any) -> Wish:
    """What somebody asks for in a terminal, with the proof of this process."""
    made = Wish(str(uuid.uuid4()), kind.name, here.user(user), "alice", "host7", here.clock.now(), **more)
    return replace(made, proof=here.context.identity.sign(made.binding))


def asked(here: Denials, user: str, kind: Kind | Note = REVOKE, **more: Any) -> Wish:
    made = wish(here, user, kind, **more)
    here.context.store.add_wish(made)
    return made


def take_up(here: Denials) -> None:
    WishTaker(here.context).take_up()


def state(here: Denials, made: Wish) -> WishState:
    return here.context.store.wish(made.id).state


def log(here: Denials) -> list[tuple[str, str, str]]:
    """The audit log: who, what, and what became of it."""
    with here.context.store._db.transaction(reads=True) as connection:
        rows = connection.execute(sa.select(schema.audit.c.who, schema.audit.c.what, schema.audit.c.verdict))
        return [(row.who, row.what, row.verdict) for row in rows]


def forge(here: Denials, user: str, kind: Kind, by: str, **more: Any) -> Action:
    """An action as somebody who can write the database would put it there."""
    action_id = here.ask(user, kind, asker=Asker(by, ""), **more)
    return here.context.store.action(action_id)


def terminal(here: Denials) -> str:
    return TerminalAsker(here.context.identity.own(), "alice", "host7").stored


def test_a_proven_wish_becomes_an_action_that_another_process_carries_out(here: Denials) -> None:
    dana = leaver(here)
    made = asked(here, dana)
    other = restarted(here)
    take_up(other)
    assert state(here, made) is WishState.ACCEPTED
    action = other.carry_on(made.id)
    assert action.state is ActionState.DONE
    assert here.org.truth(dana) == []
    who = terminal_asker(action.by)
    assert who
    assert (who.arn, who.os_user, who.host) == (here.context.identity.own(), "alice", "host7")
    assert (action.by, "revoke", "asked") in log(here)
    assert (action.by, "revoke", "done") in log(here)


def test_where_nobody_in_slack_may_act_a_proven_identity_still_may(here: Denials) -> None:
    dana = leaver(here)
    made, other = asked(here, dana), watching(here)
    take_up(other)
    assert other.carry_on(made.id).state is ActionState.DONE


def test_rules_are_stopped_for_somebody_without_a_case_and_let_run_at_a_proven_wish(here: Denials) -> None:
    ivy = here.leaver("ivy")
    here.scan()
    for note, stopped in ((STOP, True), (LET_RUN, False)):
        made = asked(here, ivy, note)
        take_up(watching(here))
        assert state(here, made) is WishState.ACCEPTED
        assert bool(here.context.store.rule_stop(ivy)) is stopped
        assert (terminal(here), note.name, "done") in log(here)
    assert here.context.store.unfinished_actions() == []


def test_a_stop_that_nobody_proved_stops_nothing(here: Denials) -> None:
    ivy = here.leaver("ivy")
    here.context.store.add_wish(replace(wish(here, ivy, STOP), proof="forged"))
    take_up(here)
    assert here.context.store.rule_stops() == {}
    assert log(here)[-1][1:] == ("stop", "refused")


def test_a_wish_becomes_one_action_however_often_it_is_taken_up(here: Denials) -> None:
    dana = leaver(here)
    made = asked(here, dana)
    take_up(here)
    first = here.carry_on(made.id)
    with here.context.store._db.transaction() as connection:
        connection.execute(schema.wishes.update().values(state=WishState.TAKEN))
    take_up(restarted(here))
    assert state(here, made) is WishState.ACCEPTED
    assert here.context.store.action(made.id) == first
    assert log(here).count((first.by, "revoke", "asked")) == 1


def test_an_identity_that_nobody_named_is_refused_and_recorded(here: Denials) -> None:
    dana = leaver(here)
    stranger = replace(here, context=replace(here.context, identity=FakeAws(here.org, OTHER_ACCOUNT).identity))
    made = asked(stranger, dana)
    take_up(here)
    assert state(here, made) is WishState.REFUSED
    assert "LEAVERBOT_TERMINAL_IDENTITIES" in here.context.store.wish(made.id).answer
    assert (terminal(stranger), "revoke", "refused") in log(here)
    assert here.context.store.unfinished_actions() == []


@pytest.mark.parametrize("path", ["", "team/security/"])
def test_an_identity_that_the_settings_name_may_ask(here: Denials, path: str) -> None:
    dana = leaver(here)
    stranger = replace(here, context=replace(here.context, identity=FakeAws(here.org, OTHER_ACCOUNT).identity))
    made = asked(stranger, dana)
    named = f"arn:aws:iam::{OTHER_ACCOUNT}:role/{path}leaverbot"
    take_up(restarted(here, terminal_identities=(named,)))
    assert state(here, made) is WishState.ACCEPTED


@pytest.mark.parametrize(
    "change",
    [
        {"what": "delete"},
        {"with_delete": True},
        {"digest": "x"},
        {"os_user": "mallory"},
        {"id": "another"},
        {"reason": "because"},
        {"not_disabled": True},
        {"case_version": 7},
    ],
    ids=str,
)
def test_a_proof_holds_for_no_other_wish(here: Denials, change: dict[str, Any]) -> None:
    dana = leaver(here)
    other = replace(wish(here, dana), **change)
    here.context.store.add_wish(other)
    take_up(restarted(here))
    assert state(here, other) is WishState.REFUSED
    assert here.context.store.unfinished_actions() == []
    (refused,) = [one for one in log(here) if one[2] == "refused"]
    assert refused[0].startswith("terminal - ")


def test_a_proof_holds_for_no_other_user(here: Denials) -> None:
    dana, other = leaver(here), here.leaver("erin")
    swapped = replace(wish(here, dana), user=here.user(other))
    here.context.store.add_wish(swapped)
    take_up(restarted(here))
    assert state(here, swapped) is WishState.REFUSED


def test_a_wish_without_proof_or_with_one_that_is_too_old_is_refused(here: Denials) -> None:
    dana = leaver(here)
    bare, late = replace(wish(here, dana), proof=""), wish(here, dana)
    for made in (bare, late):
        here.context.store.add_wish(made)
    take_up(restarted(here, timedelta(minutes=16)))
    assert [state(here, made) for made in (bare, late)] == [WishState.REFUSED] * 2


def test_while_aws_cannot_be_asked_the_wish_waits(here: Denials) -> None:
    dana = leaver(here)
    made = asked(here, dana)
    assert isinstance(here.aws, FakeAws)
    here.aws.faults.add("sts.GetCallerIdentity", kind="drop", times=1)
    other = restarted(here)
    take_up(other)
    assert state(here, made) is WishState.WAITING
    take_up(other)
    assert state(here, made) is WishState.ACCEPTED


def test_a_protected_user_stays_protected_whoever_asks(here: Denials) -> None:
    dana = leaver(here)
    made = asked(here, dana)
    take_up(restarted(here, protected=("dana@example.com",)))
    assert state(here, made) is WishState.REFUSED
    assert "protected" in here.context.store.wish(made.id).answer


@pytest.mark.parametrize("side", ["the command", "the process"])
def test_a_dry_run_holds_on_either_side(here: Denials, side: str) -> None:
    dana = leaver(here)
    made = asked(here, dana, dry_run=side == "the command")
    other = restarted(here, dry_run=side == "the process")
    take_up(other)
    assert other.carry_on(made.id).dry_run
    assert len(here.org.truth(dana)) == 1


def test_what_needs_a_reason_is_refused_without_one(here: Denials) -> None:
    dana = leaver(here)
    made = asked(here, dana, LIFT)
    take_up(here)
    assert "reason" in here.context.store.wish(made.id).answer


def test_what_was_withdrawn_is_not_started(here: Denials) -> None:
    dana = leaver(here)
    made = asked(here, dana)
    assert here.context.store.move_wish(made.id, WishState.WITHDRAWN)
    take_up(here)
    assert here.context.store.unfinished_actions() == []


def test_a_second_wish_for_the_same_is_refused_while_the_first_is_under_way(here: Denials) -> None:
    dana = leaver(here)
    first, second = asked(here, dana), asked(here, dana)
    take_up(here)
    assert [state(here, made) for made in (first, second)] == [WishState.ACCEPTED, WishState.REFUSED]
    assert "already running" in here.context.store.wish(second.id).answer


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.on_user], ids=str)
def test_an_action_written_by_hand_with_somebody_in_a_terminal_is_not_begun(here: Denials, kind: Kind) -> None:
    dana = leaver(here)
    forged = forge(here, dana, kind, terminal(here), reason="x", with_delete=True, digest="x")
    assert here.carry_on(forged.id).state is ActionState.REFUSED
    assert "not started" in here.context.store.action(forged.id).message
    assert len(here.org.truth(dana)) == 1


@pytest.mark.parametrize("kind", [DELETE, DENY, SHUT_OUT], ids=str)
def test_a_genuine_wish_covers_no_other_action_that_claims_to_be_it(here: Denials, kind: Kind) -> None:
    dana = leaver(here)
    made = asked(here, dana)
    forged = forge(here, dana, kind, terminal(here))
    with here.context.store._db.transaction() as connection:
        connection.execute(schema.actions.update().values(key=made.key))
    assert here.carry_on(forged.id).state is ActionState.REFUSED
    assert len(here.org.truth(dana)) == 1


def test_after_a_crash_the_next_process_asks_aws_again_who_asked(here: Denials) -> None:
    dana = leaver(here)
    made = asked(here, dana)
    take_up(here)
    assert restarted(here).carry_on(made.id).state is ActionState.DONE


def test_after_a_crash_an_action_not_begun_whose_proof_is_too_old_is_to_be_asked_for_again(here: Denials) -> None:
    dana = leaver(here)
    made = asked(here, dana)
    take_up(here)
    ended = restarted(here, timedelta(minutes=16)).carry_on(made.id)
    assert ended.state is ActionState.REFUSED
    assert "Ask again" in ended.message


def test_after_a_crash_what_had_begun_is_carried_on_however_old_the_proof(here: Denials) -> None:
    dana = leaver(here)
    made = asked(here, dana)
    take_up(here)
    here.step(made.id)
    assert here.context.store.action(made.id).state is ActionState.RUNNING
    assert restarted(here, timedelta(hours=9)).carry_on(made.id).state is ActionState.DONE


@pytest.mark.parametrize("kind", [REVOKE, LIFT], ids=str)
def test_the_proof_is_gone_once_the_action_has_begun_or_ended(here: Denials, kind: Kind) -> None:
    dana = leaver(here)
    made = asked(here, dana, kind, reason="x")
    take_up(here)
    assert here.context.store.wish(made.id).proof
    here.step(made.id)
    assert here.context.store.action(made.id).state is (ActionState.RUNNING if kind is REVOKE else ActionState.REFUSED)
    assert here.context.store.wish(made.id).proof == ""


def test_the_proof_of_a_refused_wish_is_gone(here: Denials) -> None:
    dana = leaver(here)
    made = asked(here, dana, LIFT)
    take_up(here)
    assert here.context.store.wish(made.id).proof == ""


def test_nothing_is_told_in_slack_to_somebody_in_a_terminal(here: Denials) -> None:
    dana = leaver(here)
    here.carry_on(forge(here, dana, REVOKE, terminal(here)).id)
    assert not [one for one in outdated(here.context.store) if one.key.startswith("tell:")]


def test_a_wish_that_breaks_holds_up_no_other_one(here: Denials) -> None:
    dana, erin = leaver(here), here.leaver("erin")
    broken, whole = asked(here, erin), asked(here, dana)

    def signer(proof: str, binding: str) -> str:
        if binding == broken.binding:
            raise ValueError("nobody foresaw this")
        return here.context.identity.own()

    identity = FakeIdentity(here.aws)  # type: ignore[arg-type]  # it is the fake one here
    identity.signer = signer  # type: ignore[method-assign]
    take_up(replace(here, context=replace(here.context, identity=identity)))
    assert [state(here, made) for made in (broken, whole)] == [WishState.WAITING, WishState.ACCEPTED]


# The note


def used(here: Denials, user: str) -> Wish:
    """A wish to note that the use of access by this leaver was looked into."""
    case = here.context.store.case(here.case(user)).case
    use = Use("Federate", here.clock.now(), "111111111111", "eu-west-1", "event-1")
    with here.context.store._db.transaction() as connection:
        connection.execute(schema.cases.update().values(used=use))
    made = Wish(str(uuid.uuid4()), "reviewed", case.user, "alice", "host7", here.clock.now(), case_id=case.id)
    made = replace(made, case_version=case.version)
    made = replace(made, proof=here.context.identity.sign(made.binding))
    here.context.store.add_wish(made)
    return made


def test_a_note_is_noted_under_the_name_of_whoever_proved_who_they_are(here: Denials) -> None:
    dana = leaver(here)
    made, other = used(here, dana), watching(here)
    take_up(other)
    assert state(here, made) is WishState.ACCEPTED
    reviewed = here.context.store.case(made.case_id).case
    assert reviewed.reviewed_by == terminal(here)
    assert here.context.store.wish(made.id).proof == ""


def test_a_note_on_a_case_that_has_changed_is_refused(here: Denials) -> None:
    dana = leaver(here)
    made = used(here, dana)
    here.context.store.mark_stale(made.case_id)
    take_up(here)
    assert state(here, made) is WishState.REFUSED
    assert "has changed" in here.context.store.wish(made.id).answer


def test_a_note_without_proof_is_not_noted(here: Denials) -> None:
    dana = leaver(here)
    made = used(here, dana)
    take_up(restarted(here, timedelta(minutes=16)))
    assert state(here, made) is WishState.REFUSED
    assert here.context.store.case(made.case_id).case.reviewed_at is None


def test_a_proof_that_somebody_kept_does_not_begin_the_same_again_later(here: Denials) -> None:
    dana, now = leaver(here), [datetime.now(UTC)]
    assert isinstance(here.aws, FakeAws)
    here = replace(here, context=replace(here.context, identity=FakeIdentity(here.aws, lambda: now[0])))
    made = asked(here, dana)
    take_up(here)
    assert here.carry_on(made.id).state is ActionState.DONE
    now[0] += timedelta(days=1)
    again(here, made)
    take_up(here)
    assert state(here, made) is WishState.REFUSED


def again(here: Denials, made: Wish) -> None:
    """Make the store forget that it was ever asked for, and ask for it with the same proof."""
    with here.context.store._db.transaction() as connection:
        for table, column in ((schema.operations, "action_id"), (schema.actions, "id"), (schema.wishes, "id")):
            connection.execute(table.delete().where(table.c[column] == made.id))
    here.context.store.add_wish(made)
