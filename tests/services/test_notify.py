"""Bringing Slack in line with the store."""

from dataclasses import replace

import pytest

from bot.core.actions import Action, ActionState, Asker, Result
from bot.core.cases import CloseReason
from bot.core.errors import ChatError, ChatUnavailable
from bot.core.kinds import DENY, REVOKE, SHUT_OUT
from bot.core.scan.coverage import ScanStatus
from bot.core.views import NoticeKind
from bot.ports import MessageKind, Posted
from bot.services.messages.projection import due
from bot.store.outbox import queue
from tests.in_line import outdated, outdated_cases, sync
from tests.services.desk import Desk, person
from tests.world import buttons, words


def test_a_case_is_posted_once_and_then_edited(desk: Desk) -> None:
    desk.found(person())
    assert sync(desk.context)
    (first,) = desk.messages()
    desk.found(person(1, "111111111111", "222222222222"))
    assert sync(desk.context)
    (second,) = desk.messages()
    assert second["ts"] == first["ts"]
    assert "2 AWS accounts" in words(second)


def test_a_change_goes_to_the_thread(desk: Desk) -> None:
    desk.found(person())
    sync(desk.context)
    desk.found(person(1, "111111111111", "222222222222"))
    sync(desk.context)
    (note,) = desk.thread(desk.messages()[0])
    assert "acct-22" in words(note)


def test_in_line_means_nothing_is_sent(desk: Desk) -> None:
    desk.found(person())
    sync(desk.context)
    before = desk.chat.calls
    assert due(desk.context) == []
    assert sync(desk.context)
    assert desk.chat.calls == before


def test_a_post_whose_answer_was_lost_is_found_again(desk: Desk) -> None:
    desk.found(person())
    desk.chat.failures.append((ChatUnavailable("Slack did not answer."), True))
    assert not sync(desk.context)
    assert sync(desk.context)
    assert len(desk.messages()) == 1
    assert outdated_cases(desk.store) == []


def test_what_slack_refuses_for_good_does_not_hold_up_the_others(desk: Desk) -> None:
    desk.found(person(1), person(2))
    desk.chat.failures.append((ChatError("Not allowed.", code="restricted_action"), False))
    assert not sync(desk.context)
    assert len(desk.messages()) == 1
    assert sync(desk.context)
    assert len(desk.messages()) == 2


def test_many_new_cases_are_one_message(desk: Desk) -> None:
    desk.found(*(person(number) for number in range(1, 6)), digest_after=4)
    assert sync(desk.context)
    (digest,) = desk.messages()
    assert "5 disabled people" in words(digest)
    assert buttons(digest) == ["Review"]


def test_a_report_goes_to_the_thread_and_a_refusal_to_the_asker_alone(desk: Desk) -> None:
    desk.found(person())
    sync(desk.context)
    case = desk.store.open_cases()[person().user.id]
    for state, text in ((ActionState.REFUSED, "Refused, because."), (ActionState.INCOMPLETE, "Not all of it.")):
        name = desk.context.new_id()
        desk.store.add_action(Action(name, name, REVOKE, case.user, case.id, desk.asker(), desk.clock.now()))
        desk.store.end_action(name, Result(state, text, tell=text), desk.clock.now())
        assert sync(desk.context)
    assert any("Refused, because." in text for text in desk.told())
    assert len(desk.thread(desk.messages()[0])) == 1


def test_a_shut_out_is_one_report_in_the_thread_whatever_its_steps_are(desk: Desk) -> None:
    desk.found(person())
    sync(desk.context)
    case = desk.store.open_cases()[person().user.id]
    asked = Action("play", "play", SHUT_OUT, case.user, case.id, desk.asker(), desk.clock.now())
    desk.store.add_action(asked)
    desk.store.begin_action("play", (), desk.clock.now())
    for kind in (DENY, REVOKE):
        name = desk.context.new_id()
        desk.store.add_action(replace(asked, id=name, key=name, kind=kind, parent="play"))
        desk.store.end_action(name, Result(ActionState.DONE, tell="a step"), desk.clock.now())
        assert sync(desk.context)
    desk.store.end_action("play", Result(ActionState.DONE), desk.clock.now())
    assert sync(desk.context)
    assert len(desk.thread(desk.messages()[0])) == 1
    assert desk.told() == []


def test_a_notice_about_somebody_goes_to_the_thread_of_the_case_once(desk: Desk) -> None:
    desk.found(person())
    for _ in range(2):
        desk.store.notice("k", NoticeKind.STAYS, person().user.id, "It stays, because.", desk.clock.now())
        sync(desk.context)
        sync(desk.context)
    (alert,) = desk.messages()
    (note,) = desk.thread(alert)
    assert "It stays, because." in words(note)


def test_a_notice_about_a_case_of_a_digest_brings_the_message_that_its_thread_needs(desk: Desk) -> None:
    desk.found(*(person(number) for number in range(1, 4)), digest_after=2)
    assert sync(desk.context)
    desk.store.notice("k", NoticeKind.ENABLED, person(2).user.id, "Enabled again: lift?", desk.clock.now())
    assert not sync(desk.context)
    sync(desk.context)
    assert sync(desk.context)
    digest, alert = desk.messages()
    assert desk.thread(digest) == []
    (note,) = desk.thread(alert)
    assert "Enabled again: lift?" in words(note)


def test_a_notice_about_nobody_goes_to_the_channel(desk: Desk) -> None:
    desk.found(person())
    sync(desk.context)
    desk.store.notice("k", NoticeKind.NEARLY_FULL, "", "The policies are 80 % full.", desk.clock.now())
    assert sync(desk.context)
    assert sync(desk.context)
    _, notice = desk.messages()
    assert "The policies are 80 % full." in words(notice)


def test_an_answer_nobody_waits_for_any_more_is_dropped(desk: Desk) -> None:
    desk.store.tell("k", desk.asker(), "late", desk.clock.now())
    desk.clock.sleep(7200)
    assert sync(desk.context)
    assert desk.told() == []
    assert outdated(desk.store) == []


def test_the_summary_says_all_clear_only_after_a_complete_scan(desk: Desk) -> None:
    desk.found(status=ScanStatus.PARTIAL)
    desk.store.add_summary("one", desk.clock.now())
    assert sync(desk.context)
    assert "None can get in" not in words(desk.messages()[-1])
    desk.clock.sleep(60)
    desk.found(replace(person(1), grants=()))
    desk.store.add_summary("two", desk.clock.now())
    assert sync(desk.context)
    assert "None can get in" in words(desk.messages()[-1])


def test_the_summary_counts_what_happened_since_the_one_before(desk: Desk) -> None:
    desk.found(person(1), person(2))
    desk.store.add_summary("one", desk.clock.now())
    desk.clock.sleep(3600)
    desk.found(replace(person(1), grants=()), person(2), person(3))
    desk.store.add_summary("two", desk.clock.now())
    assert sync(desk.context)
    last = words(desk.messages()[-1])
    assert "2 disabled people" in last
    assert "1 new" in last
    assert "1 closed" in last
    assert "🟡 2 normal (was 2)" in last


def test_a_message_that_somebody_deleted_is_posted_anew_and_only_once(desk: Desk) -> None:
    desk.found(person())
    sync(desk.context)
    desk.chat.delete(desk.messages()[0]["ts"])
    desk.found(person(1, "111111111111", "222222222222"))
    sync(desk.context)
    sync(desk.context)
    assert len(desk.messages()) == 1


def test_a_case_whose_user_has_a_newer_one_keeps_no_buttons(desk: Desk) -> None:
    desk.found(person())
    sync(desk.context)
    desk.clock.sleep(60)
    desk.found(replace(person(), grants=()))
    desk.clock.sleep(60)
    desk.found(person())
    sync(desk.context)
    old, new = desk.messages()
    assert buttons(old) == []
    assert "Revoke access" in buttons(new)


# Messages that live as long as what they are about


def test_a_digest_is_drawn_again_when_one_of_its_cases_changes(desk: Desk) -> None:
    desk.found(*(person(number) for number in range(1, 7)), digest_after=4)
    assert sync(desk.context)
    (first,) = desk.messages()
    assert "6 disabled people still have access" in words(first)
    desk.clock.sleep(60)
    case = desk.store.open_cases()[person(2).user.id]
    revoke = Action("r", "r", REVOKE, case.user, case.id, desk.asker(), desk.clock.now())
    desk.store.add_action(revoke)
    done = Result(ActionState.DONE, read=replace(person(2), grants=()), verified_at=desk.clock.now())
    desk.store.end_action("r", replace(done, close=CloseReason.REVOKED), desk.clock.now())
    sync(desk.context)
    now = desk.chat.message(first["ts"])
    assert "5 disabled people still have access" in words(now)
    assert "6 found <!date^" in words(now)
    assert "; 5 open now: 5 normal." in words(now)
    assert "User 2" not in words(now)


@pytest.mark.parametrize(
    ("left", "says", "counts"),
    [(1, "1 disabled person still has access", "1 open now: 1 normal."), (0, "All 6 cases are closed", "0 open")],
)
def test_a_digest_counts_what_a_later_scan_closed(desk: Desk, left: int, says: str, counts: str) -> None:
    desk.found(*(person(number) for number in range(1, 7)), digest_after=4)
    sync(desk.context)
    desk.clock.sleep(60)
    desk.found(*(person(number) if number <= left else replace(person(number), grants=()) for number in range(1, 7)))
    sync(desk.context)
    (digest,) = desk.messages()
    assert says in words(digest)
    assert "6 found <!date^" in words(digest)
    assert f"; {counts}" in words(digest)
    assert due(desk.context) == []


def test_a_digest_that_somebody_deleted_stays_away(desk: Desk) -> None:
    desk.found(*(person(number) for number in range(1, 7)), digest_after=4)
    sync(desk.context)
    desk.chat.delete(desk.messages()[0]["ts"])
    desk.clock.sleep(60)
    desk.found(*(replace(person(number), grants=()) for number in range(1, 7)))
    assert sync(desk.context)
    assert (desk.messages(), due(desk.context)) == ([], [])


def test_who_asked_for_a_scan_gets_its_result_where_they_asked_and_the_channel_only_the_alerts(desk: Desk) -> None:
    bob = Asker("U2", "C2")
    desk.store.begin_scan("s", "command", desk.asker(), desk.clock.now())
    for again in ("other", "another"):
        desk.store.begin_scan(again, "command", bob, desk.clock.now())
    assert sync(desk.context)
    assert (desk.messages(), desk.told()) == ([], [])
    desk.found(person(1), person(2))
    assert sync(desk.context)
    for user in (desk.alice, bob.user):
        (told,) = desk.chat.told(user)
        assert "The scan is complete: 2 new cases, 0 closed" in words(told)
    assert len(desk.messages()) == 2


def test_a_message_that_a_scan_is_running_does_not_stay_in_the_channel(desk: Desk) -> None:
    """An older leaverbot posted it."""
    with desk.store._db.transaction() as connection:
        queue(connection, "scan:s", MessageKind.SCAN, desk.clock.now(), ref="s")
    desk.store.begin_scan("s", "command", None, desk.clock.now())
    assert sync(desk.context)
    desk.found()
    assert sync(desk.context)
    (message,) = desk.messages()
    assert words(message).startswith("The scan is complete")


def test_a_scan_that_nobody_asked_for_is_not_told(desk: Desk) -> None:
    desk.store.begin_scan("s", "schedule", None, desk.clock.now())
    desk.found()
    assert sync(desk.context)
    assert desk.messages() == []


def test_a_change_while_a_message_is_drawn_is_drawn_next(desk: Desk) -> None:
    desk.found(*(person(number) for number in range(1, 7)), digest_after=4)
    (drawn,) = due(desk.context)
    message = desk.store.message(drawn.key)
    assert message is not None
    desk.store.mark_stale(desk.store.open_cases()[person(2).user.id].id)
    desk.store.posted(message.seq, Posted(desk.channel, "1.0"), desk.clock.now(), message.version)
    (again,) = due(desk.context)
    assert (again.key, again.version > drawn.version) == (drawn.key, True)
