"""One sentence a test: every kind of way in, what an alert says of it, and what comes first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.access.person_read import PersonRead, Problem
from bot.core.access.severity import Severity
from bot.core.actions import ActionState
from bot.core.cases import CloseReason
from bot.core.deny.placed import AccountCover
from bot.core.kinds import DETAILS, REVIEWED
from bot.core.lists.digests import Digest
from bot.core.lists.views import ListRow
from bot.core.models import Account, GrantKind, Privilege, Use, worst_first
from bot.core.plans.operations import OperationState
from bot.core.views import DialogState, DialogView, PersonView
from bot.slack.dialogs.dialog import dialog_view
from bot.slack.messages import case_message, digest_message, person_message, whole_report
from bot.slack.messages.lists.case_list import Shape, row_text
from bot.slack.wording import ways_in
from bot.slack.wording.grouped_ways import grouped_lines
from bot.slack.wording.text import shorten
from tests.slack.examples import (
    AT,
    AT_HOME,
    CASE,
    CLOSED,
    COVER,
    DELEGATED,
    DENY,
    EVERY_KIND,
    GRANTS,
    MANAGEMENT,
    ONLY_ELSEWHERE,
    OUTCOMES,
    REVOKED,
    USED,
    USER,
    VIEW,
    application,
    application_removal,
    entitlement,
    entitlement_removal,
    grant,
    removal,
    words_of,
)

APPLICATIONS = (application(), application("Wiki", number=2))


def case_words(**changes):
    return words_of(case_message(replace(VIEW, **changes)))


def details_words(*grants, used=None, deny=None):
    read = PersonRead(USER, grants, used=used)
    view = DialogView("d", DETAILS, DialogState.READY, USER, read=read, deny=deny, management_account_id=MANAGEMENT)
    return "\n".join(block["text"]["text"] for block in dialog_view(view)["blocks"])


# What a grant is called


def test_an_application_is_called_by_its_name_else_by_the_end_of_its_arn():
    assert ways_in.grant_line(application(), None) == "• application *Grafana* · directly"
    assert (
        ways_in.grant_line(application(None, group="staff"), None)
        == "• application *`apl-0001`* · through group *staff*"
    )


def test_an_entitlement_names_the_account_and_the_role():
    assert ways_in.grant_line(entitlement(), None) == "• *data-lab* · role `Deploy` through account access · directly"
    at_home = ways_in.grant_line(entitlement(MANAGEMENT, "acme-root"), MANAGEMENT, ids=True)
    assert at_home.startswith(
        "• *acme-root* `111111111111` (management account) · role `Deploy` through account access"
    )


@pytest.mark.parametrize(
    ("name", "level", "shown"),
    [
        ("AdministratorAccess", Privilege.ADMINISTRATOR, "AdministratorAccess"),
        ("AWSAdministratorAccess", Privilege.ADMINISTRATOR, "AWSAdministratorAccess"),
        ("Platform", Privilege.ADMINISTRATOR, "Platform (administrator)"),
        ("AWSPowerUserAccess", Privilege.POWER_USER, "AWSPowerUserAccess"),
        ("Builders", Privilege.POWER_USER, "Builders (power user)"),
        ("Builders", Privilege.OTHER, "Builders"),
        ("Builders", None, "Builders"),
    ],
)
def test_what_a_name_does_not_say_is_put_behind_it(name, level, shown):
    held = replace(grant(permission_set=name), privilege=level)
    assert ways_in.grant_line(held, None) == f"• *prod-payments* · {shown} · directly"


def test_a_role_with_administrator_rights_is_marked_too():
    held = replace(entitlement(), privilege=Privilege.ADMINISTRATOR)
    assert "role `Deploy` (administrator) through account access" in ways_in.grant_line(held, None)
    held = replace(grant(permission_set=""), privilege=Privilege.ADMINISTRATOR)
    assert "permission set `ps-` (administrator)" in ways_in.grant_line(held, None)


@pytest.mark.parametrize("name", ["<!channel>", "\u202egnp.exe", "a\x00b\nc", "דנה", ":skull:", "*x* `y`"])
def test_hostile_names_of_applications_and_roles_do_nothing(name):
    named, role = ways_in.grant_line(application(name), None), ways_in.grant_line(entitlement(role=name), None)
    assert not {"<", "\u202e", "\x00", "\n"} & set(named + role)
    assert named.count("*") == 2
    assert ":skull:" not in named
    assert role.count("`") == 2


# The title


def test_the_title_counts_accounts_of_every_kind_and_the_notification_every_way_in():
    message = case_message(replace(VIEW, case=EVERY_KIND))
    assert "Dana Rossi is disabled and can still get into 5 AWS accounts*" in words_of(message)
    assert "7 ways in, 4 direct and 3 through groups." in message.text


def test_somebody_with_applications_alone_gets_no_word_about_accounts():
    said = case_words(case=replace(CASE, grants=APPLICATIONS))
    assert "Dana Rossi is disabled and can still get into 2 applications*" in said
    assert "• 2 applications: *Grafana* and *Wiki*, directly" in said
    assert "Open sessions last up to 30 min; Emergency deny does not end them." in said


def test_a_single_application_is_called_by_its_name_in_the_title():
    assert "can still get into Grafana*" in case_words(case=replace(CASE, grants=APPLICATIONS[:1]))


def test_the_title_says_that_applications_stay_open_behind_a_deny():
    held = replace(CASE, grants=(*GRANTS[:2], *APPLICATIONS))
    said = case_words(case=held, deny=DENY)
    assert "can still get into 2 applications; the 2 AWS accounts are blocked*" in said
    assert "Other open sessions last up to 30 min; Emergency deny does not end them." in said
    said = case_words(case=replace(held, grants=EVERY_KIND.grants), deny=DENY)
    assert "can still get into 2 of 5 AWS accounts*" in said


def test_with_applications_a_deny_is_said_to_end_sessions_in_aws_only():
    assert "Open AWS sessions may last up to 90 days; only Emergency deny ends them" in case_words(case=EVERY_KIND)


@pytest.mark.parametrize(
    ("sure", "said"),
    [(True, " In *Grafana* they may last for days."), (None, ""), (False, "")],
)
def test_where_sessions_last_longer_is_said_in_the_same_line_when_aws_says_so(sure, said):
    held = (grant(), replace(application(), background=sure))
    shown = case_words(case=replace(CASE, grants=held, management_account_id=None))
    assert f"Open AWS sessions last up to 4 h; only Emergency deny ends them.{said}\n" in shown


# Ways in of an alert, by permission set and path


def grouped(*grants, room=9, management=MANAGEMENT, deny=None):
    return grouped_lines(grants, management, ways_in.Held.of(deny), room)


def test_ways_in_that_differ_only_in_the_account_are_one_line():
    many = [grant(f"{number:012}", f"account-{number}", "ReadOnlyAccess", group="cloud-viewers") for number in range(3)]
    assert grouped(*many) == ["• ReadOnlyAccess in 3 accounts, through *cloud-viewers*"]
    assert grouped(*many[:2]) == ["• ReadOnlyAccess in *account-0* and *account-1*, through *cloud-viewers*"]
    assert len(grouped(*many, replace(many[0], group_id="other", group_name="other"))) == 2
    assert len(grouped(*many, grant("9" * 12, "account-9", "ReadOnlyAccess"))) == 2


def test_the_management_account_is_named_whatever_it_is_grouped_with():
    others = [grant(f"{number:012}", f"account-{number}") for number in range(2)]
    (line,) = grouped(grant(MANAGEMENT, "acme-root"), *others)
    assert line == "• AdministratorAccess in *acme-root* (management account) and 2 more accounts, directly"
    (line,) = grouped(grant(MANAGEMENT, "management"))
    assert line == "• *management*: AdministratorAccess, directly"


def test_what_has_no_room_is_counted_in_the_last_line_and_named_if_that_fits():
    read_only = [grant(f"{number:012}", f"account-{number}", "ReadOnlyAccess") for number in range(8)]
    assert grouped(grant(), *read_only, application(), room=3)[1:] == ["• 9 more: ReadOnlyAccess and Grafana"]
    long = [replace(read_only[0], permission_set_arn=name, permission_set_name=f"Deploy{name}") for name in "abcdefg"]
    assert grouped(grant(), *long, room=4)[1:] == ["• *account-0*: Deploya, directly", "• 6 more ways in"]
    assert grouped(grant(), *long, room=3)[1:] == ["• 7 more ways in"]


@given(
    st.lists(
        st.builds(
            grant,
            st.sampled_from([f"{number:012}" for number in range(6)]),
            st.text(max_size=60),
            st.text(max_size=40),
            group=st.none() | st.text(max_size=60),
        ),
        min_size=1,
        max_size=40,
        unique_by=lambda one: one.key,
    ),
    st.integers(3, 9),
)
def test_no_way_in_is_forgotten_and_the_room_is_kept(grants, room):
    lines = grouped(*grants, room=room)
    assert len(lines) <= room
    first = worst_first(tuple(grants), MANAGEMENT)[0]
    assert ways_in.permission(first, 32) in lines[0]
    if len(grants) == 1:
        assert len(lines) == 1


def test_administrator_rights_by_another_name_explain_the_severity():
    held = replace(grant(permission_set="Platform"), privilege=Privilege.ADMINISTRATOR)
    assert "Severity critical (administrator rights)." in details_words(held)
    held = replace(held, privilege=Privilege.POWER_USER)
    assert "Severity high (power user rights)." in details_words(held)


def test_an_old_alert_does_not_speak_for_today():
    said = case_words(case=CLOSED, superseded=True)
    assert "Dana Rossi had no way in when this was closed*" in said
    assert "any more" not in said


# What came out


def test_what_was_removed_is_counted_by_kind():
    outcomes = (*OUTCOMES, application_removal(), application_removal("Wiki"), entitlement_removal())
    said = case_words(case=CLOSED, latest=replace(REVOKED, operations=outcomes))
    assert "5 assignments removed, access to 2 applications and 1 role removed, taken out of 2 groups." in said
    report = words_of(whole_report(replace(REVOKED, operations=outcomes))[0])
    assert "• Removed access to application *Grafana*" in report
    assert "• Removed access to role `Deploy` in *data-lab*" in report
    assert "No way in is left." in report
    failed = replace(REVOKED, operations=(entitlement_removal(OperationState.REFUSED),))
    assert "• Not done: remove access to role `Deploy`" in words_of(whole_report(failed)[0])


# Used since disabled


def test_use_after_being_disabled_is_said_first_with_what_when_and_where():
    lines = case_words(case=replace(EVERY_KIND, used=USED)).splitlines()
    assert lines[0].endswith(" Dana Rossi used their access while disabled and can still get into 5 AWS accounts*")
    assert lines[2].startswith("Signed in <!date^1772440920^")
    assert lines[2].endswith(" (CloudTrail, eu-west-1).")
    details = details_words(*EVERY_KIND.grants, used=USED)
    assert "It was logged in *acme-root* (management account). CloudTrail knows the user id, not who was" in details
    assert "Severity critical (used while disabled, AdministratorAccess and the management account)." in details


def test_who_looked_into_the_use_is_said_and_else_what_to_type_where_there_is_no_button():
    used = replace(CASE, used=USED)
    reviewed = case_words(case=replace(used, reviewed_at=AT, reviewed_by="U0ALICE"), controls=(REVIEWED,))
    assert "(CloudTrail, eu-west-1). Reviewed by <@U0ALICE>, <!date" in reviewed
    assert "Press *Reviewed* once" in case_words(case=used, controls=(REVIEWED,), buttons=False)
    assert "Press *Reviewed* once" not in case_words(case=used, controls=(REVIEWED,))


def test_a_notification_of_use_says_what_is_still_open():
    text = case_message(replace(VIEW, case=replace(CASE, used=USED))).text
    assert "Dana Rossi used their access while disabled and can still get into 4 AWS accounts." in text


def test_use_stays_in_the_alert_when_the_access_is_gone_and_comes_before_a_lift():
    said = case_words(case=replace(CLOSED, used=USED), latest=REVOKED)
    assert "⚪ *Closed, not reviewed: Dana Rossi has no way in any more*" in said
    assert "\nSigned in <!date" in said
    enabled = case_words(case=replace(CLOSED, used=USED, closed_reason=CloseReason.ENABLED), deny=DENY)
    assert "(CloudTrail, eu-west-1). Review that before you lift the deny." in enabled


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("UserAuthentication", "Signed in"),
        ("Federate", "Opened an account from the access portal"),
        ("GetRoleCredentials", "Signed in to an account"),
        ("RunInstances", "Called `RunInstances` in AWS"),
        ("<!channel>", "Called `&lt;!channel&gt;` in AWS"),
    ],
)
def test_an_event_is_said_in_words(event, words):
    assert ways_in.use_line(Use(event, AT)).startswith(f"{words} <!date")


def test_a_digest_names_incidents_as_such_and_counts_them_in_its_title():
    used = replace(CASE, id="case-2", user=replace(USER, display_name="Kim Ito"), used=USED)
    digest = words_of(digest_message(Digest("s", 30, 30, {Severity.CRITICAL: 30}, (CASE, used), AT, used=1)))
    assert "still have access; 1 used it while disabled*" in digest
    assert "*Kim Ito* · used while disabled" in digest


def test_a_line_of_the_terminals_list_names_accounts_and_applications():
    held = replace(EVERY_KIND, grants=(grant(), *APPLICATIONS))
    said = row_text(ListRow(held), Shape(60, named=3))
    assert said.endswith("1 account and 2 applications: prod-payments, application Grafana and application Wiki")


# What only the management account can change


def test_a_revoke_that_did_all_it_could_is_no_failure():
    said = case_words(case=replace(DELEGATED, grants=(AT_HOME,)), latest=ONLY_ELSEWHERE)
    assert "1 of 1 done in 38 s (1 assignment removed)" in said
    assert (
        "Left: *acme-root* (management account) · ReadOnlyAccess. Only the management account can take it away: commands "
        "in the thread." in said
    )
    assert "Why:" not in said


@pytest.mark.parametrize(
    "changed",
    [
        {"operations": (removal(state=OperationState.REFUSED),)},
        {"left": (AT_HOME, GRANTS[1])},
        {"left": (replace(GRANTS[2]),), "management_commands": ()},
        {"verified_at": None},
        {"state": ActionState.FAILED},
    ],
)
def test_anything_else_that_is_left_is_told_as_before(changed):
    said = case_words(case=DELEGATED, latest=replace(ONLY_ELSEWHERE, **changed))
    assert "Only the management account can take it away:" not in said


def test_a_report_keeps_the_commands_for_the_management_account_in_code():
    said = "\n".join(words_of(message) for message in whole_report(ONLY_ELSEWHERE))
    assert "*Access of Dana Rossi was revoked, except what only the management account can take away*" in said
    assert (
        "*To run in the management account*: 1 AWS CLI command, one for each grant that only it can take away." in said
    )
    assert "• *acme-root* `111111111111` (management account) · ReadOnlyAccess · directly" in said
    assert "```aws sso-admin delete-account-assignment --region eu-west-1 --target-id 111111111111```" in said
    assert said.index("To run in the management account") < said.index("To undo a mistake")


# One person


def test_no_way_in_is_said_of_a_person_only_when_everything_was_read():
    def said(read):
        return words_of(person_message(PersonView(read, Severity.NORMAL)))

    assert "*Dana Rossi is disabled and has no way in*" in said(PersonRead(USER))
    assert "has no usable way in*" in said(PersonRead(USER, (grant(status="CLOSED"),)))
    partial = said(PersonRead(USER, unread=(Problem("account access manager", "AWS denied it."),)))
    assert "Dana Rossi is disabled; not everything could be read" in partial
    assert "Could not be read: account access manager. AWS denied it. There may be more ways in." in partial
    assert "no way in" not in partial


def test_a_person_shows_every_kind_of_way_in():
    said = words_of(person_message(PersonView(PersonRead(USER, EVERY_KIND.grants), Severity.CRITICAL)))
    assert "Dana Rossi is disabled and has access to 5 AWS accounts and 2 applications" in said
    assert "• application *Wiki* · through group *staff*" in said


def test_every_account_of_the_cover_counts_whatever_the_kind():
    covered = replace(DENY, cover=(replace(COVER[0], account=replace(COVER[0].account, id="555555555555")),))
    only = replace(CASE, grants=(entitlement(),))
    assert {one.kind for one in only.grants} == {GrantKind.ENTITLEMENT}
    assert "is disabled; an emergency deny blocks 1 AWS account*" in case_words(case=only, deny=covered)


@pytest.mark.parametrize("left", [0, 1, 4])
def test_every_way_in_is_marked_open_or_blocked_while_a_deny_is_in_force(left):
    """A deny that holds in four of five accounts, in all of them, and in one."""
    accounts = [f"{number}" * 12 for number in range(2, 7)]
    held = tuple(grant(account, f"prod-{account[0]}", "ReadOnly") for account in accounts)
    why = "permission set ReadOnly is not provisioned there with the deny, and AWS did not say why it could not do that"
    cover = tuple(
        AccountCover(Account(account, f"prod-{account[0]}"), covered=number >= left, why=why)
        for number, account in enumerate(accounts)
    )
    said = details_words(*held, deny=replace(DENY, cover=cover))
    assert (said.count("· *open*"), said.count("· blocked")) == (left, 5 - left)
    for number, account in enumerate(accounts):
        state = "blocked" if number >= left else "*open*"
        assert f"• *prod-{account[0]}* `{account}` · ReadOnly · directly · {state}" in said
    # The reason is there to its end.
    assert said.count(why) >= min(left, 1)


def test_what_a_deny_does_not_reach_or_may_not_hold_is_never_marked_blocked():
    covered = replace(DENY, cover=(AccountCover(Account("1" * 12), covered=True, why=""),))
    held = (grant("1" * 12), grant("2" * 12), application("app-1"))
    said = "\n".join(grouped(*held, deny=covered))
    assert (said.count("· blocked"), said.count("· *may be open*"), said.count("· *open*")) == (1, 1, 1)
    assert "blocked" not in "".join(grouped(*held, deny=replace(covered, missing="somebody took it out")))
    assert "blocked" not in case_words(case=replace(CASE, grants=held))
    assert grouped(*held, deny=covered, room=2)[1:] == ["• 2 more ways in, 1 of them blocked"]


@pytest.mark.parametrize("text", ["one two three four five", "word " * 40, "a" * 50])
def test_a_text_that_is_too_long_ends_between_words(text):
    short = shorten(text.strip(), 20)
    assert len(short) <= 20
    assert short.endswith("…")
    assert set(short.removesuffix("…").split()) <= {*text.split(), "a" * 19}
