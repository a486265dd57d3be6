"""The brake from the scan that engages it to its end, as people see it and with what waits for it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.core.actions import Action, ActionState
from bot.core.authorization import Refused
from bot.core.kinds import DELETE, DENY, LIFT, REVOKE, SHUT_OUT, Kind
from bot.core.reasons import Code
from bot.core.views import DialogState, DialogView
from bot.ports import StoredDialog
from bot.services.actions.ask import ask
from bot.services.actions.carry_out import step
from bot.services.actions.dialog_views import view_of
from bot.services.messages.summary import summary
from bot.services.questions.history import history
from bot.services.questions.status import status
from bot.services.rules.brake import release
from bot.slack.dialogs.dialog import dialog_view
from bot.slack.messages import history_message, status_message, summary_message
from bot.store.database.schema import audit
from tests.services.braking import ADMIN, ALICE, BOB, NO_RULES, RESPONDER, REVOKES, Braking
from tests.world import words

DAY = 24 * 60


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Braking]:
    made = Braking(tmp_path)
    yield made
    assert not made.chat.complaints
    made.store.close()


def dialog(here: Braking, user: str, kind: Kind) -> DialogView:
    shown = StoredDialog(here.context.new_id(), kind, DialogState.READING, ALICE, query=user, admin=True)
    return view_of(here.context, shown)


def asked(here: Braking, user: str, kind: Kind, **more: object) -> Action:
    """Asked for by alice, and the state after its first step."""
    subject = here.context.directory.user(user)
    given = {"key": here.context.new_id(), "case_id": None, "revision": subject.revision, **more}
    action = ask(here.context, kind, subject, ALICE, ADMIN, **given)
    assert isinstance(action, Action)
    step(here.context, [action.id])
    return here.store.action(action.id)


def test_with_all_rules_off_one_message_says_how_many_were_disabled_and_when(here: Braking) -> None:
    here.burst(4)
    (message,) = here.said()
    assert "4 people were disabled at once, between" in message
    assert "usually a directory mistake" in message
    assert "2026-11-24 09:00 UTC" in message
    assert "2026-11-24 09:15 UTC" in message
    assert "4 of them still have access (4 normal)" in message
    assert here.buttons() == ["Release"]


def test_events_that_trickle_in_engage_it_with_the_last_one_too_many(here: Braking) -> None:
    people = here.users(4)
    here.scan()
    for user in people[:3]:
        here.disable(user)
        here.hear(here.says("DisableUser", user))
        here.clock.move(minutes=90)
    assert len(here.said()) == 3
    assert here.store.brake() is None
    here.disable(people[3])
    here.hear(here.says("DisableUser", people[3]))
    *alerts, message = here.said()
    assert len(alerts) == 3, "what is announced stays"
    assert "4 people were disabled within a day, between" in message


def test_the_message_follows_who_is_enabled_again(here: Braking) -> None:
    people = here.burst(6)
    here.enable(*people[:2])
    here.scan()
    (message,) = here.said()
    assert "Enabled again or gone: 2. Still disabled: 4." in message


def test_when_few_are_left_it_ends_by_itself_says_so_and_lists_their_cases(here: Braking) -> None:
    here.restart(REVOKES)
    people = here.burst(6)
    here.enable(*people[:3])
    here.scan()
    said = here.said()
    (ended,) = (text for text in said if text.startswith("The brake ended"))
    (hold,) = (text for text in said if text.startswith("Rules wait"))
    (digest,) = (text for text in said if text.startswith("3 disabled people"))
    assert "The brake ended by itself" in ended
    assert "Still disabled: 3." in ended
    assert "Rules wait before they act on the 3 still disabled" in ended
    assert "Rules wait: they would act on 3 disabled people" in hold
    assert "6 found while the brake was engaged" in digest
    assert here.buttons() == ["Let rules act on these 3"]


def test_where_no_rule_is_on_nobody_is_asked_about_those_left_until_one_is(here: Braking) -> None:
    people = here.burst(6)
    here.enable(*people[:3])
    here.scan()
    assert here.buttons() == []
    assert here.store.held() == set(people[3:])
    here.restart(REVOKES)
    here.scan()
    assert here.buttons() == ["Let rules act on these 3"]


def test_a_day_later_it_asks_once_more_and_both_messages_end_together(here: Braking) -> None:
    here.burst(4)
    here.clock.move(minutes=DAY - 16)
    here.scan()
    assert len(here.said()) == 1
    here.scan()
    here.scan()
    assert len(here.said()) == 2
    assert here.release() is None
    first, again, _digest = here.said()
    assert "was released by" in first
    assert "was released by" in again
    assert here.buttons() == []


def test_summary_and_status_say_so_while_it_is_engaged(here: Braking) -> None:
    people = here.burst(5)
    here.enable(people[0])
    here.scan()
    for said in (summary_message(summary(here.context)), status_message(status(here.context, {}, None))):
        text = words(said.blocks)
        assert "*The brake is engaged*: 5 people were disabled at once" in text
        assert "Still disabled: 4." in text
        assert "leaverbot brake release" in text
    assert here.release() is None
    assert "brake" not in words(summary_message(summary(here.context)).blocks)
    assert "*Brake*: not engaged." in words(status_message(status(here.context, {}, None)).blocks)


# Who releases it


def test_an_admin_releases_it_and_its_open_cases_are_one_message(here: Braking) -> None:
    here.burst(4)
    assert here.release() is None
    released, digest = here.said()
    assert "The brake was released by <@U1>" in released
    assert "4 found while the brake was engaged" in digest
    assert here.store.brake() is None
    assert here.store.holds() == []


def test_a_responder_may_not_and_that_is_recorded(here: Braking) -> None:
    here.burst(4)
    refused = here.release(BOB, RESPONDER)
    assert refused
    assert (refused.reason.code, refused.ask) == (Code.BRAKE_FOR_ADMINS, ("U1",))
    brake = here.store.brake()
    assert brake
    with here.store._db.transaction(reads=True) as connection:
        last = connection.execute(sa.select(audit).order_by(audit.c.seq.desc()).limit(1)).mappings().one()
    told = (last["who"], last["what"], last["subject"], last["verdict"])
    assert told == ("U2", "release", brake.id, "refused")


def test_a_button_drawn_for_others_is_refused_and_drawn_again(here: Braking) -> None:
    people = here.burst(6)
    drawn = here.store.brake()
    assert drawn
    here.enable(people[0])
    here.scan()
    for old in ({"count": 6}, {"version": drawn.version}):
        before = here.chat.calls
        refused = here.release(**old)
        assert refused
        assert (refused.reason.code, refused.reason.count) == (Code.BRAKE_CHANGED, 5)
        here.said()
        assert here.chat.calls == before + 1
    assert here.release() is None


def test_it_is_released_once(here: Braking) -> None:
    here.burst(4)
    brake = here.store.brake()
    assert brake
    assert here.release() is None
    again = release(here.context, brake.id, 4, brake.version, ALICE, ADMIN)
    assert isinstance(again, Refused)
    assert again.reason.code is Code.BRAKE_OVER


def test_where_leaverbot_only_watches_it_engages_and_shows_the_command(here: Braking) -> None:
    here.restart(admins=frozenset(), responders=frozenset())
    here.burst(4)
    (message,) = here.said()
    assert "leaverbot brake release" in message
    assert here.buttons() == []
    refused = here.release()
    assert refused
    assert refused.reason.code is Code.WATCH_ONLY


def test_without_buttons_the_message_shows_the_command(here: Braking) -> None:
    here.restart(buttons=False)
    here.burst(4)
    (message,) = here.said()
    assert "leaverbot brake release" in message
    assert here.buttons() == []


# What waits for it


def test_a_plan_for_one_of_them_warns_and_one_for_somebody_else_says_less(here: Braking) -> None:
    other = here.user("other")
    here.disable(other)
    people = here.burst(4)
    for kind in (REVOKE, DENY, SHUT_OUT):
        view = dialog(here, people[0], kind)
        assert view.state is DialogState.READY
        assert "is one of 4 people who were disabled at once" in words(dialog_view(view))
        assert "The brake is engaged" in words(dialog_view(dialog(here, other, kind)))
    assert dialog(here, people[0], LIFT).warnings == ()


def test_single_people_are_revoked_all_the_same(here: Braking) -> None:
    people = here.burst(4)
    plan = dialog(here, people[0], REVOKE).plan
    assert plan
    assert asked(here, people[0], REVOKE, digest=plan.digest).state is ActionState.RUNNING


def test_deletes_wait_in_the_dialog_and_where_they_begin(here: Braking) -> None:
    here.burst(4)
    nobody = here.user("nobody", access=False)
    here.disable(nobody)
    view = dialog(here, nobody, DELETE)
    assert view.state is DialogState.REFUSED
    assert "press Release on its message first" in view.message
    refused = asked(here, nobody, DELETE)
    assert refused.state is ActionState.REFUSED
    assert "press Release on its message first" in refused.message
    assert here.release() is None
    assert asked(here, nobody, DELETE).state is ActionState.DONE


def test_a_shut_out_offers_no_delete_and_says_why(here: Braking) -> None:
    people = here.burst(4)
    view = dialog(here, people[0], SHUT_OUT)
    assert not view.may_delete
    assert "Nobody is deleted while the brake is engaged" in words(dialog_view(view))
    assert here.release() is None
    assert dialog(here, people[0], SHUT_OUT).may_delete


def test_the_history_of_each_of_them_says_so(here: Braking) -> None:
    people = here.burst(4)
    assert here.release() is None
    subject = here.context.directory.user(people[0])
    told = " ".join(words(part.blocks) for part in history_message(history(here.context, subject)))
    assert "The brake engaged: too many people were disabled within a day, this one among them" in told
    assert "The brake was released · <@U1>" in told


# Several, and a lost database


def test_after_one_another_engages_for_others(here: Braking) -> None:
    here.burst(4)
    assert here.release() is None
    more = [here.user(f"more{number}") for number in range(4)]
    here.scan()
    here.disable(*more)
    here.scan()
    assert [text.split(".")[0] for text in here.said() if "at once" in text]
    assert here.buttons() == ["Release"]


def test_a_lost_database_takes_them_for_people_who_were_disabled_before(here: Braking, tmp_path: Path) -> None:
    here.burst(4)
    lost = Braking(tmp_path / "new", NO_RULES) if (tmp_path / "new").mkdir() is None else here
    lost.org, lost.aws = here.org, here.aws
    lost.context = replace(lost.context, directory=here.context.directory, access=here.context.access)
    lost.scan()
    assert lost.store.brake() is None
    assert len(lost.said()) == 4
    lost.store.close()
