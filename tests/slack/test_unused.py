"""One sentence a test: permission sets nobody is assigned: what a revoke emptied, the list, and deleting one."""

from dataclasses import replace
from datetime import timedelta

from bot.core import kinds
from bot.core.actions import ActionState
from bot.core.kinds import PRUNE, SHUT_OUT
from bot.core.models import PermissionSet
from bot.core.plans.plan import subject_of
from bot.core.views import DialogState, DialogView, UnusedList, UnusedSet
from bot.slack.dialogs.dialog import dialog_view
from bot.slack.messages import report_message, unused_message
from bot.slack.payloads import decode_subject
from tests.slack.examples import (
    AT,
    REVOKED,
    buttons,
    words_of,
)

SET = PermissionSet("arn:aws:sso:::permissionSet/ssoins-1111/ps-1", "BreakGlass")


def dialog_words(view):
    return "\n".join(block["text"]["text"] for block in view["blocks"] if block["type"] == "section")


def report_words(view):
    return "\n".join(words_of(message) for message in report_message(view))


def test_a_revoke_that_emptied_permission_sets_offers_to_delete_five_and_counts_the_rest():
    sets = tuple(replace(SET, arn=f"{SET.arn}{number}", name=f"Set {number}") for number in range(7))
    message = report_message(replace(REVOKED, emptied=sets))[-1]
    assert "*These 7 permission sets are no longer assigned to anybody.* Only admins may delete one" in words_of(
        message
    )
    assert [decode_subject(kinds.PRUNE, button["value"]) for button in buttons(message)] == [
        one.arn for one in sets[:5]
    ]
    assert {button["action_id"] for button in buttons(message)} == {"set_delete"}
    assert "2 more: `/leavers unused`" in words_of(message)


def test_a_set_that_a_shut_out_emptied_is_offered_once():
    step = replace(REVOKED, id="step-1", emptied=(SET,))
    message = report_message(replace(REVOKED, kind=SHUT_OUT, undo=(), steps=(step,), emptied=(SET,)))[-1]
    assert len(buttons(message)) == 1
    assert "*This permission set is no longer assigned to anybody.*" in words_of(message)


def test_buttons_that_do_not_fit_below_a_long_report_come_in_a_message_of_their_own():
    full = replace(REVOKED, undo=tuple(f"aws {'x' * 1300} {number}" for number in range(8)), emptied=(SET,) * 1)
    reports = report_message(full)
    assert len(buttons(reports[-1])) == 1
    assert all(len(report.blocks) <= 50 for report in reports)


def test_the_list_says_how_many_since_when_and_what_deleting_does():
    since = AT - timedelta(days=3)
    message = unused_message(UnusedList((UnusedSet(SET, since),), 12, AT, may_delete=True))
    assert message.text == "1 of 12 permission sets is not assigned to anybody"
    assert "• *BreakGlass*, unused since at least <!date^1772185320^" in words_of(message)
    assert "since at least" in words_of(message)
    assert "leaverbot checks again before it deletes anything." in words_of(message)
    assert [decode_subject(kinds.PRUNE, button["value"]) for button in buttons(message)] == [SET.arn]


def test_only_admins_get_buttons_in_the_list():
    message = unused_message(UnusedList((UnusedSet(SET, AT),), 12, AT))
    assert buttons(message) == []
    assert "Only admins may delete a permission set." in words_of(message)


def test_at_most_fifteen_are_offered_and_the_rest_is_counted():
    sets = tuple(UnusedSet(replace(SET, arn=f"{SET.arn}{number}"), AT) for number in range(40))
    message = unused_message(UnusedList(sets, 90, AT, may_delete=True))
    assert len(buttons(message)) == 15
    assert "25 more. Delete some of these, then look again." in words_of(message)


def test_nothing_unused_is_said_with_when_that_was_read():
    message = unused_message(UnusedList((), 12, AT))
    assert message.text == "All 12 permission sets are assigned to somebody."
    assert "Read from AWS <!date^1772444520^" in words_of(message)


def test_the_dialog_that_deletes_a_permission_set_says_what_that_means():
    unused = UnusedSet(SET, AT)
    view = dialog_view(DialogView("d", kinds.PRUNE, DialogState.READY, subject_of(SET), permission_set=unused))
    said = dialog_words(view)
    assert f"*BreakGlass*\n`{SET.arn}`" in said
    assert "Not assigned to anybody since at least <!date^1772444520^" in said
    assert "*This cannot be undone.* The permission set is gone with all its policies" in said
    assert "Accounts and people are not touched." in said
    assert view["submit"]["text"] == "Delete"


def test_a_permission_set_in_use_can_not_be_deleted():
    view = DialogView("d", kinds.PRUNE, DialogState.REFUSED, subject_of(SET), "BreakGlass is assigned now.")
    assert "submit" not in dialog_view(view)
    assert "BreakGlass is assigned now." in dialog_words(dialog_view(view))


def test_the_report_of_a_deletion_names_the_permission_set():
    pruned = replace(REVOKED, kind=PRUNE, user=subject_of(SET), undo=(), operations=())
    assert "*Permission set BreakGlass was deleted*" in report_words(pruned)
    failed = replace(pruned, state=ActionState.FAILED, message="AWS was busy.")
    assert "*Delete permission set BreakGlass failed*" in report_words(failed)
