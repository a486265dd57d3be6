"""One sentence a test: what is said of an emergency deny while it is placed, in force, drifted and lifted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import kinds
from bot.core.actions import LEAVERBOT, ActionState, Asker
from bot.core.cases import CloseReason
from bot.core.kinds import LIFT
from bot.core.models import UserStatus
from bot.core.plans.operations import Operation, OperationKind, OperationState, Outcome
from bot.core.views import (
    DialogState,
    DialogView,
    LoudDeny,
    Notice,
    NoticeKind,
    PersonView,
)
from bot.slack.dialogs.dialog import dialog_view
from bot.slack.messages import (
    case_message,
    loud_deny_message,
    notice_message,
    person_message,
    summary_message,
    whole_report,
)
from bot.slack.payloads import REASON_ACTION_ID, REASON_BLOCK_ID, decode_subject
from bot.slack.wording.denies import by_place
from tests.slack.examples import (
    ADDED,
    AT,
    CASE,
    CLOSED,
    COVER,
    DENIED,
    DENY,
    GRANTS,
    MANAGEMENT,
    READ,
    REVOKED,
    USER,
    VIEW,
    buttons,
    in_set,
    offered,
    provision,
    words_of,
)
from tests.slack.test_messages import SUMMARY

ENABLED = replace(USER, status=UserStatus.ENABLED)
DRIFTED = replace(DENY, missing="policy p-1 no longer names the user")
THREE = (
    in_set(),
    provision(),
    provision(state=OperationState.RUNNING),
    provision(state=OperationState.WAITING),
)
PART = (ADDED, in_set(), provision(), provision(state=OperationState.REFUSED, detail="AWS throttled it."))
NOON = "<!date^1772444520^{time_secs}|09:42:00 UTC>"
DIALOG = DialogView("d-1", kinds.DENY, DialogState.READY, USER, cover=COVER)

KEPT = timedelta(hours=12)


def case_words(**changes):
    return words_of(case_message(replace(VIEW, **changes)))


def labels(message):
    return [button["text"]["text"] for button in offered(message)]


def dialog_words(view):
    return "\n".join(block["text"]["text"] for block in view["blocks"] if block["type"] == "section")


def field_of(view):
    return next(block for block in view["blocks"] if block["type"] == "input")


# In force


def test_a_deny_in_force_says_why_and_that_it_ends_after_the_last_way_in():
    said = case_words(deny=replace(DENY, reason="Left with the laptop", kept=timedelta(hours=24)))
    assert "works in 3 of 4 accounts. Reason: Left with the laptop. Ends 24 h after" in said


def test_a_deny_whose_end_is_known_says_when():
    assert " Ends <!date^1772444520^" in case_words(deny=replace(DENY, ends_at=AT))


def test_a_deny_of_somebody_who_was_not_disabled_says_so_for_as_long_as_it_lasts():
    assert "*It was placed on somebody who was not disabled.*" in case_words(deny=replace(DENY, not_disabled=True))


def test_a_deny_somebody_took_out_is_not_said_to_be_in_force_and_says_what_to_press():
    said = case_words(deny=DRIFTED, controls=kinds.controls())
    assert (
        "*Somebody changed the emergency deny*: policy p-1 no longer names the user. Dana Rossi may get in again."
        in said
    )
    assert "Press *Put deny back* or *Lift deny*." in said
    assert "works in" not in said


def test_what_can_not_be_pressed_is_not_asked_for():
    assert "Press" not in case_words(deny=DRIFTED, controls=())


def test_a_deny_that_drifted_blocks_nothing_in_the_title():
    said = case_words(deny=DRIFTED)
    assert "Dana Rossi is disabled and can still get into 4 AWS accounts*" in said
    assert "emergency deny blocks" not in said
    assert "\nOpen sessions last up to 4 h." in said


def test_an_enabled_user_whose_deny_drifted_may_still_be_blocked():
    enabled = replace(CLOSED, closed_reason=CloseReason.ENABLED)
    assert "was enabled again. The emergency deny may still block them*" in case_words(case=enabled, deny=DRIFTED)


@pytest.mark.parametrize(
    ("deny", "label"),
    [
        (None, "Emergency deny"),
        (DRIFTED, "Put deny back"),
        (DENY, "Retry deny"),
    ],
)
def test_the_deny_button_says_what_denying_means_now(deny, label):
    shown = {button["action_id"]: button for button in buttons(case_message(replace(VIEW, deny=deny)))}
    assert shown["case_deny"]["text"]["text"] == label
    assert shown["case_deny"]["confirm"]["confirm"]["text"] == label


def test_six_buttons_and_the_menu_stand_in_two_rows():
    rows = [b for b in case_message(replace(VIEW, controls=kinds.controls())).blocks if b["type"] == "actions"]
    assert [len(row["elements"]) for row in rows] == [5, 2]


# Place by place


def test_a_running_deny_says_place_by_place_how_far_it_is():
    latest = replace(DENIED, state=ActionState.RUNNING, operations=(ADDED, *THREE))
    assert f"· member accounts: denied {NOON} · management account: provisioning 1 of 3.\n" in case_words(latest=latest)


def test_permission_sets_in_several_accounts_are_told_by_permission_set():
    outcomes = (in_set(), provision(), provision("222222222222", "prod", state=OperationState.WAITING))
    assert by_place(outcomes) == "ReadOnlyAccess: provisioning 1 of 2"


def test_one_account_without_a_case_is_called_by_its_name():
    assert by_place(THREE) == "acme-root: provisioning 1 of 3"


def test_what_nothing_was_asked_for_yet_is_waiting():
    assert by_place((replace(ADDED, state=OperationState.WAITING),)) == "member accounts: waiting"
    assert by_place((replace(ADDED, state=OperationState.ASKED),)) == "member accounts: under way"


def test_a_lift_is_told_place_by_place_too():
    lifted = Outcome(Operation(OperationKind.REMOVE_FROM_DENY, {"user_id": USER.id}, {}), OperationState.DONE, "", AT)
    assert by_place((lifted,)) == f"member accounts: lifted {NOON}"


def test_nothing_is_said_to_be_under_way_once_the_action_ended():
    assert by_place(THREE, MANAGEMENT, ended=True) == "management account: 1 of 3 done"
    failed = (in_set(OperationState.REFUSED),)
    assert by_place(failed, ended=True) == "ReadOnlyAccess: not done, 1 failed"


def test_many_permission_sets_are_counted():
    outcomes = tuple(in_set(name=f"set-{number}") for number in range(9))
    assert by_place(outcomes).endswith(" · 4 more permission sets")


def test_an_incomplete_deny_says_what_failed_why_and_what_tries_it_again():
    said = case_words(latest=replace(DENIED, operations=PART), deny=DENY)
    assert f"Member accounts: denied {NOON} · management account: 1 of 2 done, 1 failed" in said
    assert "• Not done: provision ReadOnlyAccess in *acme-root*. AWS throttled it." in said
    assert "*Retry deny* tries it again." in said


def test_a_deny_that_failed_says_what_of_it_was_done():
    failed = replace(DENIED, state=ActionState.FAILED, operations=PART)
    assert "Emergency deny by <@U0ALICE> failed" in case_words(latest=failed)
    assert "management account: 1 of 2 done, 1 failed" in case_words(latest=failed)


def test_a_deny_that_could_not_be_read_back_says_why_it_is_not_known():
    unknown = replace(DENIED, operations=PART, message="Dana Rossi may be denied, but that could not be read back.")
    assert "may be denied, but that could not be read back." in case_words(latest=unknown)


# Lifted


def test_a_deny_that_lifted_itself_says_so_and_pings_nobody():
    lifted = replace(REVOKED, kind=LIFT, asker=Asker(LEAVERBOT, ""), operations=())
    assert "Deny lifted by leaverbot, because its time was over, <!date^" in case_words(case=CLOSED, latest=lifted)
    said = "\n".join(words_of(message) for message in whole_report(replace(lifted, reason="no way in for 12 hours")))
    assert "Done by leaverbot on its own" in said
    assert "Reason: no way in for 12 hours." in said
    assert "<@leaverbot" not in said


def test_a_lift_that_did_not_end_everywhere_says_where():
    outcomes = (replace(PART[-1], operation=in_set().operation),)
    failed = replace(DENIED, kind=LIFT, state=ActionState.FAILED, operations=outcomes)
    said = case_words(latest=failed, deny=DENY, controls=kinds.controls())
    assert "Lift deny by <@U0ALICE> failed" in said
    assert "*Lift deny* tries it again." in said


# The dialogs


def test_a_deny_dialog_says_how_long_it_is_kept_and_takes_a_reason_or_none():
    notes = ("Adds a statement to the inline policy of ReadOnlyAccess",)
    view = dialog_view(replace(DIALOG, notes=notes, deny_kept=timedelta(hours=48)))
    assert "Ends 48 h after the last access is removed" in dialog_words(view)
    assert "12 hours" not in dialog_words(view)
    assert "Adds a statement to the inline policy of ReadOnlyAccess." in dialog_words(view)
    field = field_of(view)
    assert (field["block_id"], field["element"]["action_id"], field["optional"]) == (
        REASON_BLOCK_ID,
        REASON_ACTION_ID,
        True,
    )


def test_a_deny_of_somebody_who_is_not_disabled_begins_loudly_and_needs_a_reason():
    view = dialog_view(replace(DIALOG, user=ENABLED, needs_reason=True))
    assert view["blocks"][0]["text"]["text"].startswith(
        "*Dana Rossi is not disabled.* This blocks somebody who works here"
    )
    assert field_of(view)["optional"] is False


def test_a_deny_of_somebody_whose_status_is_unknown_says_that_it_is():
    view = dialog_view(replace(DIALOG, user=replace(USER, status=UserStatus.UNKNOWN), needs_reason=True))
    assert dialog_words(view).startswith("*AWS does not say whether Dana Rossi is disabled.* This may block somebody")


def test_a_deny_of_a_disabled_user_does_not_begin_loudly():
    assert "is not disabled" not in dialog_words(dialog_view(DIALOG))


@pytest.mark.parametrize(("deny", "label"), [(DRIFTED, "Put deny back"), (DENY, "Retry deny")])
def test_a_deny_dialog_is_submitted_with_what_it_does_now(deny, label):
    assert dialog_view(replace(DIALOG, deny=deny))["submit"]["text"] == label


def test_a_lift_needs_a_reason():
    field = field_of(dialog_view(replace(DIALOG, kind=kinds.LIFT, deny=DENY, needs_reason=True)))
    assert (field["block_id"], field["optional"]) == (REASON_BLOCK_ID, False)


# Reports


def test_a_report_of_a_deny_of_somebody_not_disabled_says_that_it_was_so_then():
    done = replace(DENIED, state=ActionState.DONE, not_disabled=True, reason="Stolen laptop", message="", user=ENABLED)
    message = whole_report(done)[-1]
    assert message.text == "Emergency deny for Dana Rossi is in force"
    said = words_of(message)
    assert "Not disabled at the time: *Dana Rossi* · dana.rossi · dana.rossi@example.com." in said
    assert "Reason: Stolen laptop." in said
    assert "Asked for by <@U0ALICE>" in said
    assert "• *acme-root*: *open*" in said
    assert "Revoke access" not in said
    # It is never drawn again, so it has no button that could outlive what it says.
    assert offered(message) == []


# The one message about such a deny

HELD = replace(DENY, cover=tuple(replace(one, covered=True, why="") for one in COVER), not_disabled=True)
LOUD = LoudDeny(ENABLED, HELD)
LIFTED = replace(LOUD, lifted_at=AT, lifted_by="U0ALICE")
UNDER_WAY = replace(DENIED, kind=LIFT, state=ActionState.QUEUED, operations=(), message="")


@pytest.mark.parametrize(
    ("view", "title", "pressed"),
    [
        (LOUD, "🟠 Emergency deny: Dana Rossi is not disabled and is blocked in AWS", ["user_lift"]),
        (
            replace(LOUD, deny=DENY),
            "🟠 Emergency deny: Dana Rossi is not disabled and is not blocked everywhere in AWS",
            ["user_lift"],
        ),
        (
            replace(LOUD, user=USER),
            "🟠 Emergency deny: Dana Rossi is disabled now and is blocked in AWS",
            ["user_lift"],
        ),
        (replace(LOUD, user=USER, has_alert=True), "🟠 Emergency deny: Dana Rossi is disabled now and is", []),
        (
            replace(LOUD, user=replace(USER, status=UserStatus.UNKNOWN)),
            "🟠 Emergency deny: Dana Rossi may not be disabled (AWS did not say) and is blocked",
            ["user_lift"],
        ),
        (
            replace(LOUD, deny=DRIFTED),
            "🔴 Check: somebody changed the emergency deny of Dana Rossi",
            ["user_deny", "user_lift"],
        ),
        (replace(LOUD, deny=None), "🔴 Check: it is not known whether the emergency deny of Dana Rossi", ["user_lift"]),
        (replace(LOUD, under_way=UNDER_WAY), "⏳ Working: Dana Rossi is not disabled and is blocked in AWS", []),
        (LIFTED, "⚪ Over: the emergency deny of Dana Rossi was lifted by <@U0ALICE>", []),
        (
            replace(LIFTED, user=USER, deny=None),
            "⚪ Over: the emergency deny of Dana Rossi was lifted by <@U0ALICE>",
            [],
        ),
    ],
)
def test_the_message_about_a_deny_of_somebody_not_disabled_says_how_things_are_now(view, title, pressed):
    message = loud_deny_message(view)
    assert message.text.startswith(title)
    assert [button["action_id"] for button in offered(message)] == pressed
    assert ("is not disabled" in words_of(message)) == ("is not disabled" in title)


def test_the_message_about_such_a_deny_leads_to_the_alert_when_there_is_one():
    view = replace(LOUD, user=USER, has_alert=True, alert="https://acme.slack.com/archives/C1/p1")
    assert "<https://acme.slack.com/archives/C1/p1|The alert> has the buttons." in words_of(loud_deny_message(view))
    assert "The alert has the buttons." in words_of(loud_deny_message(replace(view, alert="")))


def test_a_report_of_an_incomplete_deny_says_how_to_try_again():
    said = words_of(whole_report(replace(DENIED, operations=PART))[0])
    assert "• Denied the user in permission set ReadOnlyAccess" in said
    assert "• Provisioned ReadOnlyAccess in *acme-root*" in said
    assert "To retry what did not work: *Retry deny* in the alert, or `/leavers deny`." in said


# Notices, summary, answers


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (NoticeKind.DRIFT, ["user_deny", "user_lift"]),
        (NoticeKind.ENABLED, ["user_lift"]),
        (NoticeKind.STAYS, ["user_lift"]),
        (NoticeKind.NEARLY_FULL, []),
    ],
)
def test_a_notice_says_its_message_with_the_buttons_that_fit(kind, expected):
    message = notice_message(Notice(kind, "The fact first.\nThen what to press.", USER, DENY))
    assert message.text == "The fact first.\nThen what to press."
    assert [button["action_id"] for button in offered(message)] == expected
    assert all(decode_subject(kinds.LIFT, button["value"]) == USER.id for button in offered(message))


def test_a_notice_about_nobody_has_no_button():
    assert offered(notice_message(Notice(NoticeKind.DRIFT, "The policy changed."))) == []


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({}, "ends 12 hours after the last access is removed"),
        ({"ends_at": AT}, "ends <!date^1772444520^"),
        ({"stays": True}, "past its time, kept because a way in is left"),
        ({"missing": "a statement", "ends_at": AT}, "*changed by somebody*"),
    ],
)
def test_the_summary_says_of_each_deny_how_it_ends(changes, end):
    deny = replace(DENY, **changes)
    assert f"• *Dana Rossi*, {end}" in words_of(summary_message(replace(SUMMARY, denies=(deny,))))


def test_an_enabled_person_says_that_admins_may_deny_all_the_same():
    said = words_of(person_message(PersonView(replace(READ, user=ENABLED), CASE.severity)))
    assert "an admin may stop it: `/leavers deny dana.rossi`" in said


def test_a_person_whose_deny_drifted_gets_the_command_that_puts_it_back():
    said = words_of(person_message(PersonView(replace(READ, user=ENABLED), CASE.severity, deny=DRIFTED)))
    assert "`/leavers deny dana.rossi`, `/leavers lift dana.rossi`" in said
    assert "Press" not in said


def test_the_grants_in_the_examples_are_those_the_cover_is_about():
    assert {cover.account.id for cover in COVER} == {grant.account_id for grant in GRANTS}


def test_the_summary_counts_as_in_force_only_what_stands_as_it_was_placed():
    whole, broken = (
        replace(DENY, user=replace(USER, display_name="Kim")),
        replace(DENY, user=replace(USER, id="2", display_name="Lee"), missing="a statement"),
    )
    said = words_of(summary_message(replace(SUMMARY, denies=(whole, broken), denies_unconfirmed=1)))
    assert "*Emergency denies*: 1 in force, 1 changed by somebody, 1 not known whether in force." in said
    said = words_of(summary_message(replace(SUMMARY, denies=(), denies_unconfirmed=2)))
    assert "*Emergency denies*: none in force, 2 not known whether in force." in said
    assert "*Emergency denies*: none in force." in words_of(summary_message(replace(SUMMARY, denies=())))
