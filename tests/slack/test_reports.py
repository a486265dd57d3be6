"""One sentence a test: what a thread gets of an action, and what stands behind Details."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.actions import LEAVERBOT, ActionState, Asker
from bot.core.kinds import DELETE, DENY, KINDS, LIFT, RENAME, REVOKE
from bot.core.views import CaseChange
from bot.playground.slack_workspace.blockkit.check import check_view
from bot.slack.dialogs.report import action_view, change_view
from bot.slack.messages import change_message, report_message, whole_report
from bot.slack.payloads import ReportPayload, decode_report
from tests.slack.examples import (
    ADDED,
    AT,
    COVER,
    DENIED,
    GRANTS,
    INCOMPLETE,
    ONLY_ELSEWHERE,
    REVOKED,
    buttons,
    grant,
    removal,
    words_of,
)

MANY = tuple(f"aws identitystore create-group-membership {'x' * 300} --group-id {number:04}" for number in range(300))


def first(view):
    return words_of(report_message(view)[0])


def details_of(view):
    return "\n".join(words_of(message) for message in [_as_message(action_view(view))])


def _as_message(view):
    return type("Shown", (), {"blocks": view["blocks"]})


# The three lines


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.on_user])
@pytest.mark.parametrize("state", [state for state in ActionState if state.final])
def test_a_report_has_three_lines_and_one_button_whatever_was_done(kind, state):
    for view in (REVOKED, INCOMPLETE, DENIED):
        full = replace(view, kind=kind, state=state, cover=COVER, reason="a stolen laptop", message="It did not work.")
        (report, *_) = report_message(full)
        assert words_of(report).count("\n") <= 2
        assert [button["text"]["text"] for button in buttons(report)] == ["Details"]


def test_a_revoke_says_who_how_long_what_and_what_the_second_read_found():
    title, came, follows = first(REVOKED).split("\n")
    assert title == "*Access of Dana Rossi was revoked*"
    assert came.startswith("By <@U0ALICE> in 38 s: 5 assignments removed, taken out of 2 groups. Checked again <!date")
    assert came.endswith(": nothing left.")
    assert follows == "Open sessions go on: only Emergency deny ends them."
    held = first(replace(REVOKED, cover=COVER))
    assert held.endswith("Open sessions go on: the emergency deny stops them where it holds.")


def test_a_revoke_that_left_something_says_what_and_why():
    _, came, why = first(INCOMPLETE).split("\n")
    assert "6 of 7 done, 1 refused. Checked again" in came
    assert came.endswith(": 1 way in left, *acme-root* · ReadOnlyAccess.")
    assert why == "Why: AWS lets only the management account change that."
    assert first(ONLY_ELSEWHERE).endswith("Only the management account can take that away: the commands are below.")


def test_a_deny_counts_the_accounts_and_names_those_that_are_open():
    view = replace(DENIED, deny_kept=timedelta(hours=12), operations=(ADDED,))
    _, came, follows = first(view).split("\n")
    assert "By <@U0ALICE> in 38 s: blocked in 3 of 4 accounts. Open: *acme-root*" in came
    assert follows.startswith("It does not remove access: Revoke access does.")
    assert "data-lake" not in first(view)


def test_the_reason_that_was_given_and_whom_it_was_about_are_in_the_second_line():
    _, came, _ = first(replace(DENIED, reason="stolen laptop", not_disabled=True)).split("\n")
    assert "They were not disabled. Reason: stolen laptop." in came


def test_a_dry_run_says_that_nothing_was_sent():
    view = replace(REVOKED, dry_run=True)
    assert "By <@U0ALICE> in 38 s: 7 changes planned, nothing was sent to AWS." in first(view)
    assert len(report_message(view)) == 1


def test_what_leaverbot_did_by_itself_says_so():
    own = replace(REVOKED, kind=LIFT, operations=(), asker=Asker(LEAVERBOT, ""))
    assert "\nBy leaverbot itself in 38 s." in first(own)
    assert "\nBy leaverbot itself in 38 s." in first(replace(own, kind=RENAME))


def test_a_delete_says_it_is_for_good():
    assert "This cannot be undone." in first(replace(REVOKED, kind=DELETE, operations=()))


# One message with the commands


def test_commands_to_undo_are_one_message_after_the_report():
    report, folded = report_message(REVOKED)
    assert "aws " not in words_of(report)
    assert "*To undo a mistake*: 1 AWS CLI command, one for each thing to put back." in words_of(folded)
    assert "```aws sso-admin create-account-assignment" in words_of(folded)
    assert [*report_message(replace(REVOKED, undo=()))][1:] == []


def test_commands_for_the_management_account_stand_in_the_same_message():
    undo = ("aws sso-admin create-account-assignment",)
    _, folded = report_message(replace(ONLY_ELSEWHERE, undo=undo))
    said = words_of(folded)
    assert said.index("*To run in the management account*") < said.index("*To undo a mistake*")


def test_three_hundred_commands_are_still_one_message_and_all_of_them_behind_details_and_in_a_terminal():
    full = replace(REVOKED, undo=MANY, operations=tuple(removal(f"a{number}") for number in range(300)))
    _, folded = report_message(full)
    shown = sum(command in words_of(folded) for command in MANY)
    assert shown > 10
    assert f"{300 - shown} more are in *Details* and in `leaverbot history dana.rossi --details`." in words_of(folded)
    terminal = "\n".join(words_of(message) for message in whole_report(full))
    for command in MANY:
        assert command in details_of(full)
        assert command in terminal
    assert check_view(action_view(full)) is None


def test_what_does_not_even_fit_into_a_dialog_is_said_to_be_in_a_terminal():
    view = action_view(replace(REVOKED, undo=MANY * 4 + tuple(f"{one} --again" for one in MANY * 1)))
    assert check_view(view) is None
    more = action_view(replace(REVOKED, undo=tuple(f"{one} {again}" for again in range(4) for one in MANY)))
    assert check_view(more) is None
    assert "`leaverbot history dana.rossi --details` prints all of it." in words_of(_as_message(more))


def test_where_no_bot_listens_the_command_stands_for_the_button():
    report, *_ = report_message(replace(REVOKED, buttons=False))
    assert buttons(report) == []
    assert words_of(report).endswith("Details: `leaverbot history dana.rossi --details`")


# Behind Details


def test_details_has_every_operation_every_account_ids_and_times_in_utc():
    said = details_of(replace(INCOMPLETE, cover=COVER))
    assert "• Removed AdministratorAccess in *a*" in said
    assert "• Not done: remove AdministratorAccess in *acme-root*." in said
    assert "Action `action-1` · user `906712f0a1-" in said
    assert "ended 2026-03-02 09:42:00 UTC" in said
    denied = details_of(DENIED)
    assert all(f"*{cover.account.name}*" in denied for cover in COVER)


def test_the_button_leads_to_the_action_or_the_change():
    (button,) = buttons(report_message(REVOKED)[0])
    assert decode_report(button["value"]) == ReportPayload("action-1", "")
    (button,) = buttons(change_message(CaseChange(AT, GRANTS[:1], id="change-1")))
    assert decode_report(button["value"]) == ReportPayload("", "change-1")


def test_a_change_is_three_lines_and_its_details_name_every_grant():
    many = tuple(grant(f"{number:012}", f"account-{number}", "ReadOnlyAccess") for number in range(40))
    change = CaseChange(AT, many, GRANTS[:1], id="change-1")
    said = words_of(change_message(change))
    assert said.count("\n") == 2
    assert "\nNew: " in said
    assert " and 36 more.\nGone: " in said
    view = change_view(change)
    assert check_view(view) is None
    assert all(f"*{one.account_name}*" in words_of(_as_message(view)) for one in many)
    assert "Found by the scan of 2026-03-02 09:42 UTC." in words_of(_as_message(view))


@pytest.mark.parametrize("kind", [REVOKE, DENY])
def test_an_action_that_failed_says_why(kind):
    failed = replace(
        REVOKED, kind=kind, state=ActionState.FAILED, operations=(), verified_at=None, message="AWS is out."
    )
    assert "AWS is out." in first(failed)
