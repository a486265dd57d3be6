"""One sentence a test: what a dialog shows before anything happens."""

from dataclasses import replace

import pytest

from bot.core import kinds
from bot.core.access.person_read import PersonRead, Problem
from bot.core.models import Group, Membership
from bot.core.plans.plan import plan_delete, plan_revoke
from bot.core.views import DialogState, DialogView
from bot.slack.dialogs.dialog import dialog_view
from bot.slack.messages import case_message
from bot.slack.payloads import decode_dialog
from bot.slack.wording.denies import deny_words
from tests.slack.examples import (
    AT_HOME,
    COVER,
    DELEGATED,
    DENY,
    EVERY_KIND,
    GRANTS,
    MANAGEMENT,
    USER,
    VIEW,
    grant,
)

MEMBERSHIPS = (
    Membership("m-1", Group("group-analysts", "analysts", scim=True)),
    Membership("m-2", Group("group-cloud-viewers", "cloud-viewers")),
    Membership("m-3", Group("g-3", "lunch")),
)
READ = PersonRead(USER, (*GRANTS, grant("9" * 12, "old", status="CLOSED")), MEMBERSHIPS)
LAST = frozenset({("222222222222", GRANTS[1].permission_set_arn or "")})
REVOKE = DialogView(
    "d-1",
    kinds.REVOKE,
    DialogState.READY,
    USER,
    plan=plan_revoke(READ, LAST),
    read=READ,
    management_account_id=MANAGEMENT,
)
DELETE = replace(REVOKE, kind=kinds.DELETE, plan=plan_delete(USER))


def words_of(view):
    return "\n".join(block["text"]["text"] for block in view["blocks"] if block["type"] == "section")


def submit_of(view):
    return view["submit"]["text"] if "submit" in view else None


@pytest.mark.parametrize("kind", kinds.dialogs())
def test_a_dialog_opens_as_reading_with_nothing_to_submit(kind):
    view = dialog_view(DialogView("d-1", kind, DialogState.READING, USER))
    assert words_of(view).startswith("Reading…")
    assert submit_of(view) is None
    assert view["callback_id"] == f"dialog_{kind}"
    assert decode_dialog(view["private_metadata"]) == "d-1"


def test_a_refused_dialog_says_why_and_can_not_be_submitted():
    view = dialog_view(replace(REVOKE, state=DialogState.REFUSED, message="Dana Rossi is enabled."))
    assert "Dana Rossi is enabled." in words_of(view)
    assert submit_of(view) is None


def test_the_revoke_plan_names_each_operation_and_its_catch():
    view = dialog_view(REVOKE)
    said = words_of(view)
    assert (
        "*This will* remove 2 assignments in 2 accounts and take the user out of 2 groups. Nobody else is affected."
        in said
    )
    assert (
        "• Remove AdministratorAccess in *prod-payments* (removes its role; a later assignment gets a new role name)"
        in said
    )
    assert "• Remove PowerUserAccess in *sandbox-12*\n" in said
    assert "• Take out of group *analysts* (remove it in your directory too, or it comes back)" in said
    assert submit_of(view) == "Revoke access"
    assert all(block["type"] != "input" for block in view["blocks"])


def test_the_revoke_plan_says_what_stays():
    said = words_of(dialog_view(REVOKE))
    assert "Stays in group lunch, which gives no access." in said
    assert "Stays in suspended or closed accounts: *old* (closed)." in said


def test_the_revoke_plan_says_that_open_sessions_live_on():
    said = words_of(dialog_view(REVOKE))
    assert "This does not end open sessions: they last for up to 4 hours. Emergency deny stops them" in said


def test_a_dry_run_is_marked():
    assert "*Dry run* (LEAVERBOT_DRY_RUN)" in words_of(dialog_view(replace(REVOKE, dry_run=True)))


def test_nothing_to_revoke_can_not_be_submitted():
    view = dialog_view(replace(REVOKE, plan=plan_revoke(PersonRead(USER))))
    assert "There is nothing to revoke: no way in can be taken away." in words_of(view)
    assert submit_of(view) is None


def test_the_revoke_plan_counts_and_names_every_kind_of_way_in():
    read = PersonRead(USER, EVERY_KIND.grants, MEMBERSHIPS)
    said = words_of(dialog_view(replace(REVOKE, plan=plan_revoke(read), read=read)))
    assert (
        "*This will* remove 2 assignments in 2 accounts, remove access to 1 application, remove access to 1 role "
        "in 1 account and take the user out of 2 groups. Nobody else is affected." in said
    )
    assert "• Remove access to application *Grafana*" in said
    assert "• Remove access to role `Deploy` in *data-lab*" in said
    assert "Emergency deny stops them, but not in applications" in said


def test_the_revoke_plan_says_what_only_the_management_account_can_take_away():
    read = PersonRead(USER, DELEGATED.grants)
    plan = plan_revoke(read, management_account_id=MANAGEMENT, caller_account_id="999999999999")
    said = words_of(dialog_view(replace(REVOKE, plan=plan, read=read)))
    assert "*This will* remove 1 assignment in 1 account." in said
    assert (
        "*Stays*: *acme-root* (management account) · ReadOnlyAccess. leaverbot runs in another account; AWS lets only the "
        "management account change it. The report will have the commands that take it away from there." in said
    )


def test_a_plan_that_leaves_everything_to_the_management_account_is_not_called_nothing():
    read = PersonRead(USER, (AT_HOME,))
    plan = plan_revoke(read, management_account_id=MANAGEMENT, caller_account_id="999999999999")
    view = dialog_view(replace(REVOKE, plan=plan, read=read))
    assert "There is nothing that leaverbot can revoke from its own account." in words_of(view)
    assert "*Stays*: *acme-root* (management account) · ReadOnlyAccess." in words_of(view)
    assert "report" not in words_of(view)
    assert submit_of(view) is None


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (PersonRead(USER), "No way in."),
        (PersonRead(USER, (grant(status="CLOSED"),)), "No usable way in."),
        (PersonRead(USER, unread=(Problem("groups", "throttled"),)), "was found, but not everything could be read."),
    ],
)
def test_details_say_no_way_in_only_when_everything_was_read(read, said):
    shown = words_of(dialog_view(replace(REVOKE, kind=kinds.DETAILS, plan=None, read=read)))
    assert said in shown
    assert ("No way in." in shown) == (read.complete and not read.grants)


def test_a_deny_says_the_same_in_the_dialog_and_behind_the_button():
    view = dialog_view(replace(REVOKE, kind=kinds.DENY, plan=None, cover=COVER))
    button = next(
        e for b in case_message(VIEW).blocks if b["type"] == "actions" for e in b["elements"] if "confirm" in e
    )
    assert button["confirm"]["text"]["text"] == deny_words(USER)
    assert deny_words(USER) in words_of(view)
    assert submit_of(view) == "Emergency deny"


def test_a_deny_says_for_each_account_whether_it_is_covered():
    said = words_of(dialog_view(replace(REVOKE, kind=kinds.DENY, plan=None, cover=COVER)))
    assert "Would block 3 of 4 accounts." in said
    assert "• *acme-root*: *would stay open* (service control policies do not reach the management account)" in said
    assert "access keys that the person made" in said


def test_a_lift_says_what_works_again():
    view = dialog_view(replace(REVOKE, kind=kinds.LIFT, plan=None, deny=DENY))
    assert "Sessions Dana Rossi still has open, and any access left, work again." in words_of(view)
    assert "AWS advises keeping a deny for at least 12 hours." in words_of(view)
    assert submit_of(view) == "Lift deny"


def test_a_delete_asks_for_the_typed_user_name():
    view = dialog_view(DELETE)
    field = view["blocks"][-1]
    assert (field["block_id"], field["element"]["action_id"]) == ("user_name", "typed")
    assert field["label"]["text"] == "Type the user name to delete it: dana.rossi"
    assert "*This cannot be undone.*" in words_of(view)
    assert submit_of(view) == "Delete user"


def test_a_user_without_a_name_is_deleted_by_id():
    view = dialog_view(replace(DELETE, user=replace(USER, user_name=" ")))
    assert view["blocks"][-1]["label"]["text"].endswith(USER.id)


def test_details_show_every_grant_with_ids_and_the_other_groups():
    view = dialog_view(replace(REVOKE, kind=kinds.DETAILS, plan=None, cover=COVER))
    said = words_of(view)
    assert "• *acme-root* `111111111111` (management account) · ReadOnlyAccess · through group *cloud-viewers*" in said
    assert "account closed" in said
    assert "Also in group lunch, which gives no access." in said
    assert "What an emergency deny would block, account by account (none is in force)" in said
    assert "• *acme-root*: *would stay open*" in said
    assert "• Would block 3 of 4 accounts (p-1 is attached to ou-1)" in said
    assert ": blocked" not in said
    assert "assumed from a session (role chaining)" in said
    assert submit_of(view) is None


def test_details_say_how_many_could_not_be_shown():
    held = tuple(grant(f"{number:012}", "😀" * 300, "😀" * 300, group="😀" * 300) for number in range(900))
    said = words_of(dialog_view(replace(REVOKE, kind=kinds.DETAILS, read=PersonRead(USER, held))))
    left_out = 900 - said.count("through group")
    assert left_out > 0
    assert f"{left_out} more are left out here. `leaverbot scan --json` in a terminal shows all of them." in said
