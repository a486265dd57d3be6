"""One sentence a test: what the reader has to be told in each state."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core import kinds
from bot.core.access.person_read import PersonRead, Problem
from bot.core.access.severity import Severity
from bot.core.actions import ActionState
from bot.core.authorization import Refused
from bot.core.cases import CloseReason
from bot.core.kinds import DELETE, LIFT, REVOKE
from bot.core.models import Group, Membership, UserStatus
from bot.core.plans.operations import Operation, OperationKind, OperationState, Outcome
from bot.core.reasons import Code, Reason
from bot.core.scan.coverage import How, ScanStatus, Strategy
from bot.core.scan.exposure import Lengths
from bot.core.views import CaseChange, Matches, PersonView
from bot.core.waiting import Trouble, Wait
from bot.slack.messages import (
    case_message,
    change_message,
    help_message,
    matches_message,
    person_message,
    plain_message,
    refusal_text,
    summary_message,
    whole_report,
)
from bot.slack.payloads import CASE_MORE, ControlPayload, decode_choice, decode_control
from bot.slack.wording import operations
from bot.slack.wording.text import clean, cut, mention, name, span, took
from tests.slack.examples import (
    AT,
    CASE,
    CLOSED,
    COMPLETE,
    COVER,
    DENIED,
    DENY,
    GRANTS,
    INCOMPLETE,
    READ,
    REVOKED,
    RUNNING,
    SUMMARY,
    USED,
    USER,
    VIEW,
    buttons,
    grant,
    offered,
    removal,
    words_of,
)

PARTIAL = replace(
    COMPLETE,
    status=ScanStatus.PARTIAL,
    leavers_read=41,
    problems=(Problem("3 groups", "AWS throttled the reads."),) * 2,
)
QUIET = replace(SUMMARY, open_by_severity={}, longest=(), severity_before=None, denies=())


def case_words(**changes):
    return words_of(case_message(replace(VIEW, **changes)))


# The alert


def test_the_title_counts_the_accounts_that_can_be_reached():
    assert case_words().startswith("🔴 *Critical: Dana Rossi is disabled and can still get into 4 AWS accounts*\n")


@pytest.mark.parametrize(
    ("changes", "mark"),
    [
        ({"case": replace(CASE, severity=Severity.HIGH)}, "🟠 *High: "),
        ({"case": replace(CASE, severity=Severity.NORMAL)}, "🟡 *Normal: "),
        ({"latest": RUNNING}, "⏳ *Working: "),
        ({"latest": replace(RUNNING, state=ActionState.QUEUED, waiting=Wait(Trouble.LIMIT, AT, AT))}, "⏳ *Waiting: "),
        ({"case": CLOSED, "latest": REVOKED}, "⚪ *Closed: "),
        ({"case": replace(CLOSED, used=USED)}, "⚪ *Closed, not reviewed: "),
        ({"case": CLOSED, "latest": RUNNING}, "⏳ *Working: "),
    ],
)
def test_open_worked_on_and_closed_differ_by_a_mark_with_a_word(changes, mark):
    assert case_words(**changes).startswith(mark)


def test_what_is_worked_on_keeps_its_severity_in_words():
    assert "\nCritical · Disabled <!date" in case_words(latest=RUNNING)


def test_one_account_is_singular():
    assert "can still get into 1 AWS account*" in case_words(
        case=replace(CASE, grants=(GRANTS[1], grant(permission_set="x")))
    )


def test_the_notification_says_the_essential():
    text = case_message(VIEW).text
    assert text.startswith("🔴 Critical: Dana Rossi is disabled and can still get into 4 AWS accounts. 4 ways in, 2 ")


def test_when_somebody_was_disabled_is_told_as_far_as_it_is_known():
    assert "Disabled <!date^1772422920^{date_short_pretty} at about {time}|2026-03-02 03:42 UTC, about>" in case_words()


@pytest.mark.parametrize("changed", [None, CASE.opened_at + timedelta(days=3)])
def test_who_was_seen_disabled_was_disabled_before_whatever_changed_since(changed):
    said = case_words(case=replace(CASE, user=replace(USER, updated_at=changed)))
    assert f"Disabled before <!date^{int(CASE.opened_at.timestamp())}^" in said


def test_the_worst_way_in_comes_first_and_the_management_account_is_marked():
    lines = [line for line in case_words(deny_in_management=True).splitlines() if line.startswith("•")]
    assert lines[0] == "• *prod-payments*: AdministratorAccess, directly"
    assert lines[1] == "• *acme-root* (management account): ReadOnlyAccess, through *cloud-viewers*"


def test_grants_in_dead_accounts_are_left_to_details():
    said = case_words(case=replace(CASE, grants=(*GRANTS, grant("9" * 12, "old", status="PENDING_CLOSURE"))))
    assert "can still get into 4 AWS accounts" in said
    assert "old" not in said


def test_the_longest_open_session_and_what_ends_it_are_one_line():
    assert (
        "Open sessions last up to 4 h; only Emergency deny ends them, but not in the management account."
        in case_words()
    )
    assert "Open sessions last up to 4 h; only Emergency deny ends them." in case_words(deny_in_management=True)


def test_a_session_length_nobody_could_read_is_said():
    assert "up to 12 h (AWS's maximum)" in case_words(case=replace(CASE, grants=(grant(seconds=None),)))
    assert "up to 4 h, perhaps 12 h" in case_words(case=replace(CASE, grants=(grant(), grant("1" * 12, seconds=None))))


def test_without_a_deny_policy_the_alert_says_so():
    assert "last up to 4 h. Emergency deny would end them, but it is not set up." in case_words(deny_ready=False)


def test_nobody_is_on_a_new_case():
    assert "|2026-03-02 06:42 UTC>" in case_words()
    assert "nobody" not in case_words(latest=RUNNING)


def test_a_running_revoke_says_who_when_and_how_far():
    assert (
        "Revoke started by <@U0ALICE>, <!date^1772444482^{date_short_pretty} at {time}|2026-03-02 09:41 UTC> · 5 of 7 done"
        in case_words(latest=RUNNING)
    )


def test_a_deny_that_holds_leaves_only_the_other_accounts_in_the_title():
    said = case_words(deny=DENY)
    assert "is disabled and can still get into 1 of 4 AWS accounts*" in said
    assert re.search(r"• \*acme-root\* \(management account\): .* · \*open\*", said)
    assert said.index("· *open*") < said.index("• 3 more ways in, blocked")
    assert "*Emergency deny* by <@U0BOB>, <!date" in said
    assert "works in 3 of 4 accounts. Ends 12 h after the last access is removed." in said
    assert "Other open sessions" in said


def test_a_deny_that_holds_everywhere_is_said_in_the_title():
    said = case_words(deny=DENY, case=replace(CASE, grants=GRANTS[:2]))
    assert "Dana Rossi is disabled; an emergency deny blocks 2 AWS accounts*" in said
    assert "ssions last" not in said


def test_an_account_the_deny_was_not_checked_for_counts_as_open():
    assert "can still get into 4 AWS accounts*" in case_words(
        deny=replace(DENY, cover=(replace(COVER[0], covered=None),))
    )


def test_an_incomplete_read_is_said():
    said = case_words(case=replace(CASE, read_complete=False))
    assert "The last scan could not read everything: there may be more ways in." in said


def test_marks_say_why_there_is_nothing_to_press():
    said = case_words(protected=True, watch_only=True, superseded=True, dry_run=True)
    for mark in ("Protected: ", "Watch only: ", "There is a newer alert", "Dry run: "):
        assert mark in said


# What came out


def test_a_done_revoke_says_what_the_read_afterwards_found():
    message = case_message(replace(VIEW, case=CLOSED, latest=REVOKED))
    assert message.text.startswith("⚪ Closed: Dana Rossi has no way in any more.")
    assert (
        "Revoked by <@U0ALICE> in 38 s: 5 assignments removed, taken out of 2 groups. Checked again <!date"
        in words_of(message)
    )
    assert ": nothing left." in words_of(message)


def test_the_end_of_the_last_open_session_is_said():
    until = datetime(2026, 3, 2, 13, 42, tzinfo=UTC)
    said = case_words(case=replace(CLOSED, sessions_until=until), latest=REVOKED)
    assert (
        "Open sessions end by <!date^1772458920^{date_short_pretty} at {time}|2026-03-02 13:42 UTC> at the latest."
        in said
    )


def test_an_open_case_says_how_long_sessions_of_access_that_went_may_live():
    until = datetime(2026, 3, 2, 13, 42, tzinfo=UTC)
    assert "Sessions opened with access that is already removed may last until" in case_words(
        case=replace(CASE, sessions_until=until)
    )


def test_an_enabled_user_who_is_still_denied_is_said_in_the_title():
    enabled = replace(CLOSED, closed_reason=CloseReason.ENABLED)
    assert "Dana Rossi was enabled again. The emergency deny still blocks them*" in case_words(case=enabled, deny=DENY)
    pressable = case_words(case=enabled, deny=DENY, controls=(kinds.LIFT,))
    assert "Press *Lift deny* if they should work again." in pressable
    assert "Press *Lift deny*" not in case_words(deny=DENY, controls=(kinds.LIFT,))


def test_a_deleted_user_is_said_in_the_title_and_by_whom():
    deleted = replace(REVOKED, id="later", kind=DELETE, operations=())
    said = case_words(case=CLOSED, latest=deleted, revoke=REVOKED, deleted=True)
    assert "was deleted from the directory" in said
    assert "Deleted by" in said
    assert "Revoked by" in said


def test_how_the_access_was_taken_away_stays_when_a_later_action_ends():
    lifted = replace(REVOKED, id="later", kind=LIFT, operations=())
    said = case_words(case=CLOSED, latest=lifted, revoke=REVOKED)
    assert "Revoked by" in said
    assert "Deny lifted by" in said


def test_an_incomplete_revoke_says_what_is_left_and_why():
    said = case_words(case=replace(CASE, grants=(GRANTS[2],)), latest=INCOMPLETE)
    assert "Dana Rossi is disabled and can still get into 1 AWS account*" in said
    assert "6 of 7 done" in said
    assert "Left: *acme-root* (management account) · ReadOnlyAccess." in said
    assert "Why: AWS lets only the management account change that." in said


@pytest.mark.parametrize(("state", "word"), [(ActionState.REFUSED, "was refused"), (ActionState.FAILED, "failed")])
def test_a_refused_or_failed_action_says_why(state, word):
    said = case_words(latest=replace(REVOKED, state=state, message="The user was enabled again."))
    assert f"Revoke by <@U0ALICE> {word}" in said
    assert "The user was enabled again." in said


@pytest.mark.parametrize(
    ("cover", "says"),
    [
        (COVER, "Emergency deny for Dana Rossi is in force, but not everywhere"),
        ((replace(COVER[0], covered=None),), "Emergency deny for Dana Rossi is in force, but may not hold everywhere"),
        ((replace(COVER[0], covered=False),), "Emergency deny for Dana Rossi is in place, but holds nowhere"),
        ((), "It is not known whether Dana Rossi is denied"),
    ],
)
def test_a_deny_is_called_in_force_only_as_far_as_it_was_read_back(cover, says):
    assert f"*{says}*" in report_words(replace(DENIED, cover=cover))


def test_a_revoke_report_offers_the_deny_only_where_none_is_in_force():
    assert "Emergency deny stops them" in report_words(REVOKED)
    said = report_words(replace(REVOKED, cover=COVER))
    assert "The emergency deny in force stops them where it holds." in said
    assert "Emergency deny stops them" not in said


def test_a_dry_run_never_sounds_like_a_revoke():
    said = case_words(latest=replace(REVOKED, dry_run=True, message="Dry run: 7 operations would be carried out."))
    assert "Dry run: 7 operations would be carried out." in said
    assert "Revoked" not in said


@pytest.mark.parametrize(
    ("reason", "title", "history"),
    [
        (CloseReason.NO_GRANTS, "has no way in any more", "somebody removed the access outside leaverbot"),
        (CloseReason.REVOKED, "has no way in any more", "revoked by <@U0ALICE>"),
        (CloseReason.ENABLED, "was enabled again", "If that is wrong, disable the account in your directory"),
        (CloseReason.GONE, "is no longer in the directory", "somebody deleted the user outside leaverbot"),
        (CloseReason.DELETED, "was deleted from the directory", "deleted by <@U0ALICE>"),
    ],
)
def test_a_closed_case_says_why(reason, title, history):
    said = case_words(case=replace(CLOSED, closed_reason=reason), controls=())
    assert f"⚪ *Closed: Dana Rossi {title}*" in said
    assert history in said


def test_what_is_left_in_a_dead_account_is_not_called_nothing():
    said = case_words(case=replace(CLOSED, grants=(grant(status="SUSPENDED"),)))
    assert "Dana Rossi has no usable way in any more*" in said
    assert "What is left is in suspended or closed accounts, where nobody can use it." in said


# Buttons


def test_buttons_have_exactly_these_labels_and_styles():
    shown = [
        (b["text"]["text"], b.get("style")) for b in offered(case_message(replace(VIEW, controls=kinds.controls())))
    ]
    assert shown == [
        ("Revoke access", "primary"),
        ("Emergency deny", None),
        ("Shut out", "danger"),
        ("Lift deny", None),
        ("Go on now", None),
        ("Reviewed", None),
        ("Delete user", None),
        ("Details", None),
    ]


def test_what_is_seldom_needed_stands_in_a_menu_whose_options_say_what_they_do():
    (menu,) = [one for one in buttons(case_message(replace(VIEW, controls=kinds.controls()))) if "options" in one]
    assert (menu["type"], menu["action_id"]) == ("overflow", CASE_MORE)
    assert [decode_choice(option["value"]) for option in menu["options"]] == [kinds.DELETE, kinds.DETAILS]
    assert {decode_control(option["value"]) for option in menu["options"]} == {ControlPayload("case-1", 3)}


def test_only_deny_acts_at_once_and_asks_for_confirmation():
    shown = offered(case_message(replace(VIEW, controls=kinds.controls())))
    assert [b["action_id"] for b in shown if "confirm" in b] == ["case_deny"]


def test_without_controls_there_is_no_actions_block():
    assert offered(case_message(replace(VIEW, controls=()))) == []


def test_a_button_carries_the_case_and_its_version():
    assert decode_control(offered(case_message(VIEW))[0]["value"]) == ControlPayload("case-1", 3)


def test_block_ids_change_with_the_version():
    now = {block["block_id"] for block in case_message(VIEW).blocks}
    then = {block["block_id"] for block in case_message(replace(VIEW, case=replace(CASE, version=4))).blocks}
    assert not now & then


# The thread


def report_words(view):
    return "\n".join(words_of(message) for message in whole_report(view))


def test_a_report_names_each_operation_with_its_outcome():
    said = report_words(INCOMPLETE)
    assert "• Removed AdministratorAccess in *a*" in said
    assert "• Taken out of group *analysts*" in said
    assert "• Not done: remove AdministratorAccess in *acme-root*. AWS lets only" in said


@pytest.mark.parametrize(
    "state", [OperationState.WAITING, OperationState.ASKED, OperationState.RUNNING, OperationState.REFUSED]
)
def test_only_what_is_done_is_said_to_have_happened(state):
    assert "Removed" not in report_words(replace(INCOMPLETE, operations=(removal(state=state),)))


def test_a_revoke_report_keeps_the_undo_commands_in_code():
    assert "```aws sso-admin create-account-assignment --region eu-west-1 --target-id 222222222222```" in report_words(
        REVOKED
    )


def test_three_hundred_undo_commands_are_spread_over_messages():
    undo = tuple(
        f"aws identitystore create-group-membership {'x' * 300} --group-id {number:04}" for number in range(300)
    )
    reports = whole_report(replace(REVOKED, undo=undo, operations=tuple(removal(f"a{n}") for n in range(300))))
    assert len(reports) > 1
    assert all(command in "\n".join(words_of(report) for report in reports) for command in undo)
    assert reports[0].text.endswith(f"(part 1 of {len(reports)})")


def test_a_deny_report_says_what_no_deny_reaches():
    said = report_words(replace(DENIED, deny_kept=timedelta(days=7)))
    assert "*Emergency deny for Dana Rossi is in force, but not everywhere*" in said
    assert "• *acme-root*: *open*" in said
    assert "assumed from a session (role chaining), or IAM users and access keys" in said
    assert "Ends 7 days after the last access is removed." in said


def test_a_dry_run_report_has_nothing_to_undo():
    said = report_words(replace(REVOKED, dry_run=True))
    assert "Nothing was sent to AWS. This would have been done:" in said
    assert "undo" not in said


def test_a_delete_report_says_it_is_for_good():
    operation = Operation(OperationKind.DELETE_USER, {"user_id": USER.id, "revision": "7"}, {})
    deleted = replace(REVOKED, kind=DELETE, undo=(), operations=(Outcome(operation, OperationState.DONE),))
    assert "This cannot be undone" in report_words(deleted)


def test_what_cannot_be_undone_has_no_command_to_undo_it_and_says_what_a_new_account_needs():
    group = Operation(
        OperationKind.LEAVE_GROUP, {"group_id": "g-1", "user_id": "u"}, {"group": "engineers", "scim": True}
    )
    gone = replace(REVOKED, kind=DELETE, user_gone=True, taken=(removal("prod").operation, group))
    for kind in (DELETE, REVOKE):
        said = report_words(replace(gone, kind=kind))
        assert "To undo" not in said
        assert "aws " not in said
        assert "a new account of this person needs what leaverbot took away:\n• AdministratorAccess in *prod*\n" in said
        assert "• group *engineers*" in said
        assert "remove it in your directory too" not in said


def test_undo_commands_after_a_delete_that_was_not_read_back_say_when_they_work():
    delete = Operation(OperationKind.DELETE_USER, {"user_id": "u", "revision": "1"}, {"user": "Dana"})
    unsure = replace(REVOKED, kind=DELETE, operations=(Outcome(delete, OperationState.UNKNOWN),))
    assert "They work only if the user still exists." in report_words(unsure)
    assert "They work only" not in report_words(REVOKED)


def test_a_change_says_what_is_new_and_what_is_gone():
    said = words_of(change_message(CaseChange(AT, GRANTS[:1], GRANTS[1:3])))
    assert "found 1 new grant and 2 grants gone" in said
    assert "New: *data-lake* · ReadOnlyAccess.\nGone: *prod-payments*" in said


# Many cases


def test_a_summary_gives_the_numbers():
    said = words_of(summary_message(SUMMARY))
    assert "*3 disabled people still have access (5 at the last summary)*" in said
    assert "1 critical (was 2) · 🟠 1 high (was 3) · 🟡 1 normal (was 0)" in said
    assert "*Longest disabled*\n• *Dana Rossi* · 6 h · critical" in said
    assert "2 new. 4 closed: 3 revoked by <@U0ALICE> and 1 enabled again." in said
    assert "*Emergency denies*: 1 in force." in said
    assert "Scans: complete, 96 of 96." in said


def test_the_time_to_no_way_in_is_that_of_this_week_beside_four_weeks():
    said = words_of(summary_message(SUMMARY))
    assert (
        "From disabled to no way in: median 42 min, worst 5 h this week; median 60 min, worst 2 days in four weeks.\n"
        in f"{said}\n"
    )
    none = words_of(summary_message(replace(SUMMARY, week=Lengths())))
    assert "From disabled to no way in: nobody this week; median 60 min, worst 2 days in four weeks." in none
    only = words_of(summary_message(replace(SUMMARY, four_weeks=SUMMARY.week)))
    assert "From disabled to no way in: median 42 min, worst 5 h this week." in only
    assert "From disabled" not in words_of(summary_message(replace(SUMMARY, week=Lengths(), four_weeks=Lengths())))


def test_what_was_open_before_is_told_only_where_it_was_counted():
    assert "(was" not in words_of(summary_message(replace(SUMMARY, severity_before=None)))
    gone = replace(SUMMARY, open_by_severity={Severity.NORMAL: 1})
    assert "🔴 0 critical (was 2) · 🟠 0 high (was 3) · 🟡 1 normal (was 0)" in words_of(summary_message(gone))


def test_the_longest_disabled_lead_to_their_messages():
    link = "https://sample.slack.com/archives/C1/p1"
    assert f"• <{link}|Dana Rossi> · 6 h" in words_of(summary_message(replace(SUMMARY, links={CASE.id: link})))


def test_how_it_was_read_is_not_in_the_summary():
    last = replace(
        COMPLETE, how=(How("account", Strategy.BY_LOCATION, "fewer calls"),), notes=("leaverbot runs elsewhere",)
    )
    said = words_of(summary_message(replace(SUMMARY, last_scan=last)))
    assert not {word for word in ("calls", "account by account", "runs elsewhere") if word in said}
    assert "How it was read: `/leavers status`." in said


def test_all_clear_is_said_with_the_scan_that_says_so():
    text = summary_message(replace(QUIET, all_clear=True)).text
    assert text.startswith("All 44 disabled users were checked <!date^1772444520^")
    assert text.endswith("UTC>. None can get in.")


@pytest.mark.parametrize(
    ("last", "why"),
    [
        (None, "no scan has ended yet"),
        (PARTIAL, "was incomplete"),
        (replace(PARTIAL, status=ScanStatus.FAILED), "the last scan failed"),
        (COMPLETE, "the last complete scan is from"),
    ],
)
def test_nothing_open_is_not_all_clear_without_a_complete_scan(last, why):
    text = summary_message(replace(QUIET, last_scan=last)).text
    assert text.startswith("No open case, but that does not mean all clear: ")
    assert why in text


def test_a_partial_scan_says_what_was_not_read():
    said = words_of(summary_message(replace(QUIET, last_scan=PARTIAL)))
    assert "was incomplete: 41 of 44 disabled users checked. Not read: 3 groups. Why: `/leavers status`." in said


# Answers


def test_a_person_with_a_case_comes_with_its_buttons_and_the_link():
    message = person_message(PersonView(READ, Severity.CRITICAL, case=VIEW, link="https://sample.slack.com/x"))
    assert [b["text"]["text"] for b in offered(message)] == [
        "Revoke access",
        "Emergency deny",
        "Delete user",
        "Details",
    ]
    assert "<https://sample.slack.com/x|The alert in the channel>" in words_of(message)


def test_a_disabled_person_without_a_case_gets_the_commands_that_fit():
    said = words_of(person_message(PersonView(PersonRead(USER), Severity.NORMAL)))
    assert "Dana Rossi is disabled and has no way in*" in said
    assert "`/leavers deny dana.rossi`, `/leavers delete dana.rossi`" in said


@pytest.mark.parametrize("members", [(), (Membership("m", Group("g", "cloud-viewers")),)])
def test_groups_that_could_not_all_be_read_are_not_said_to_be_all(members):
    read = PersonRead(USER, memberships=members, unread=(Problem("the groups of Dana Rossi", "throttled"),))
    said = words_of(person_message(PersonView(read, Severity.NORMAL)))
    assert ", as far as could be read" in said
    assert ", as far as could be read" not in words_of(
        person_message(PersonView(replace(read, unread=()), Severity.NORMAL))
    )


def test_an_enabled_person_gets_no_command_to_act():
    said = words_of(
        person_message(PersonView(replace(READ, user=replace(USER, status=UserStatus.ENABLED)), Severity.NORMAL))
    )
    assert "is enabled and has access to 4 AWS accounts" in said
    assert "leaverbot acts on disabled users only" in said


def test_an_unknown_status_is_said():
    said = words_of(person_message(PersonView(PersonRead(replace(USER, status=UserStatus.UNKNOWN)), Severity.NORMAL)))
    assert "is of unknown status (AWS did not say)" in said


def test_several_matches_are_listed_and_the_rest_counted():
    said = words_of(matches_message(Matches("dan", (USER, USER), 12)))
    assert "12 users match “dan”:" in said
    assert "• 10 more" in said


def test_nobody_found_comes_with_the_nearest():
    assert (
        "Nobody in the directory is called “dnaa”. The nearest:"
        in matches_message(Matches("dnaa", (USER,), 1, near=True)).text
    )


def test_an_unknown_command_gets_what_was_meant():
    said = words_of(help_message("revoke", "revok"))
    assert "There is no command `revok`. Did you mean `/leavers revoke`?" in said
    for verb in (
        "show",
        "scan",
        "revoke",
        "deny",
        "lift",
        "delete",
        "orphans",
        "summary",
        "help",
        "shut-out",
        "unused",
    ):
        assert f"`/leavers {verb}" in said


def test_a_refusal_names_at_most_three_who_could():
    reason = Reason(Code.UNDER_WAY, why="Only responders may revoke.")
    text = refusal_text(Refused(reason, ("U1", "S2", "U3", "U4")))
    assert text == "Only responders may revoke. Ask <@U1>, <!subteam^S2>, <@U3> or somebody else with that role."
    assert refusal_text(Refused(replace(reason, why="No."), ("U1", "U2"))) == "No. Ask <@U1> or <@U2>."


# Text


def test_directory_text_pings_nobody():
    user = replace(USER, display_name="<!channel> <@U123>")
    assert "&lt;!channel&gt; &lt;@U123&gt; is disabled and" in case_words(case=replace(CASE, user=user))


@pytest.mark.parametrize(
    ("ids", "shown"),
    [("U0A", "<@U0A>"), ("S0A", "<!subteam^S0A>"), ("<!here>", "&lt;!here&gt;"), (["U1", "U2"], "<@U1> and <@U2>")],
)
def test_only_slack_ids_become_mentions(ids, shown):
    assert mention(ids) == shown


def test_names_keep_what_does_no_harm():
    for harmless in ("svc_backup_1", "O'Brien-Smith", "dana.rossi@example.com", "Zoë 😀", "AWSReservedSSO_Admin_1a2b"):
        assert name(harmless) == harmless


def test_formatting_and_emoji_codes_in_names_do_nothing():
    shown = name("*x* _y_ ~z~ `w` :skull: :skull")
    assert not set("*~`") & set(shown)
    assert "_y_" not in shown
    assert ":skull" not in shown


def test_right_to_left_names_are_kept_apart():
    assert name("דנה") == "\u2068דנה\u2069"
    assert clean("\u202egnp.exe") == "gnp.exe"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one two three", "one two…"),
        ("one `two` `three`", "one `two`…"),
        ("one\n*three four", "one…"),
        ("`a*b` *cd efgh", "`a*b`…"),
        ("`a` <@U123456>", "`a`…"),
        ("one &amp;amp;amp", "one &amp;a…"),
    ],
)
def test_a_text_is_never_cut_inside_its_markup(text, shown):
    assert cut(text, 11) == shown


def test_plain_sentences_keep_their_lines():
    assert plain_message("one <b>\n\ntwo").text == "one &lt;b&gt;\ntwo"


def test_lengths_of_time_read_well():
    assert [span(3600), span(14_400), span(5400), span(61)] == [
        "1 hour",
        "4 hours",
        "1 hour 30 minutes",
        "1 minute 1 second",
    ]
    assert [took(38), took(2520), took(18_000), took(172_800)] == ["38 s", "42 min", "5 h", "2 days"]


WAITS = [
    (None, "waiting for AWS since"),
    (Trouble.SILENT, "it does not answer"),
    (Trouble.THROTTLED, "it is limiting requests"),
    (Trouble.STRANGER, "a proxy or firewall answers in its place"),
    (Trouble.CREDENTIALS, "credentials cannot be fetched"),
]


@pytest.mark.parametrize(("trouble", "says"), WAITS)
def test_an_action_that_waits_says_for_what_since_when_and_until_when(trouble, says):
    wait = Wait(trouble, AT, AT + timedelta(minutes=15))
    shown = case_words(latest=replace(RUNNING, waiting=wait))
    assert says in shown
    assert "waiting for AWS since" in shown
    assert f"<!date^{int(wait.since.timestamp())}^" in shown
    assert f"trying until <!date^{int(wait.until.timestamp())}^" in shown


def test_every_trouble_has_its_words():
    for trouble in set(Trouble) - {Trouble.SLACK, Trouble.LIMIT}:
        assert "(" in operations.waits(Wait(trouble, AT, AT))
    assert "for Slack to confirm that the person who asked may still do this" in operations.waits(
        Wait(Trouble.SLACK, AT, AT)
    )
    limit = operations.waits(Wait(Trouble.LIMIT, AT, AT))
    assert "as many people within an hour as it may" in limit
    assert "goes on by itself" in limit
