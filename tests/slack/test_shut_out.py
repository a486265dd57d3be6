"""One sentence a test: what is said of a shut-out before, while and after it works."""

from dataclasses import replace

from bot.core import kinds
from bot.core.access.person_read import PersonRead
from bot.core.actions import ActionState
from bot.core.kinds import DELETE, REVOKE, SHUT_OUT
from bot.core.plans.operations import OperationState
from bot.core.plans.plan import Plan, plan_revoke
from bot.core.views import DialogState, DialogView
from bot.slack.dialogs.dialog import dialog_view
from bot.slack.messages import case_message, whole_report
from bot.slack.payloads import INPUT_ACTION_ID, INPUT_BLOCK_ID
from tests.slack.examples import (
    ADDED,
    CLOSED,
    COVER,
    DENIED,
    DENY,
    GRANTS,
    INCOMPLETE,
    MANAGEMENT,
    REVOKED,
    RUNNING,
    USER,
    VIEW,
    provision,
    removal,
    words_of,
)

NOON = "<!date^1772444520^{time_secs}|09:42:00 UTC>"
SHUT_OUT = replace(REVOKED, id="play", kind=SHUT_OUT, operations=(), undo=())
DENY_STEP = replace(DENIED, id="step-1", state=ActionState.DONE, operations=(ADDED,), message="")
REVOKE_STEP = replace(REVOKED, id="step-2")
DELETE_STEP = replace(REVOKED, id="step-3", kind=DELETE, operations=(), undo=())
READ = PersonRead(USER, GRANTS)
DIALOG = DialogView(
    "d-1",
    kinds.SHUT_OUT,
    DialogState.READY,
    USER,
    plan=plan_revoke(READ),
    read=READ,
    cover=COVER,
    management_account_id=MANAGEMENT,
)


def case_words(latest, **changes):
    return words_of(case_message(replace(VIEW, latest=latest, **changes)))


def dialog_words(view):
    return "\n".join(block["text"]["text"] for block in view["blocks"] if block["type"] == "section")


def report_words(view):
    return "\n".join(words_of(message) for message in whole_report(view))


def fields(view):
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


# The preview


def test_the_preview_goes_through_the_play_in_its_order():
    said = dialog_words(dialog_view(DIALOG))
    assert "*1. Emergency deny*: Would block 3 of 4 accounts. Would stay open: *acme-root*" in said
    assert "*2. Revoke*: remove 2 assignments in 2 accounts" in said
    assert "• Remove AdministratorAccess in *prod-payments*" in said
    assert "*3. Verify*: leaverbot reads everything again" in said
    assert "It stops and tells you when something needs a decision." in said
    assert said.index("*1.") < said.index("*2.") < said.index("*3.")


def test_without_anything_to_revoke_the_preview_says_so():
    view = dialog_view(replace(DIALOG, plan=Plan(REVOKE, USER.id)))
    assert "*2. Revoke*: there is nothing that leaverbot can take away." in dialog_words(view)
    assert view["submit"]["text"] == "Shut out"


def test_why_the_deny_is_not_possible_stands_where_the_deny_would():
    said = dialog_words(dialog_view(replace(DIALOG, cover=(), message="Emergency deny is not set up.")))
    assert "*1. Emergency deny*: Emergency deny is not set up." in said
    assert said.count("Emergency deny is not set up.") == 1


def test_only_who_may_delete_is_offered_to_and_nothing_has_to_be_typed():
    assert fields(dialog_view(DIALOG)) == []
    view = dialog_view(replace(DIALOG, may_delete=True))
    assert fields(view) == [INPUT_BLOCK_ID]
    field = view["blocks"][-1]
    assert field["optional"] is True
    assert field["element"]["action_id"] == INPUT_ACTION_ID
    assert field["label"]["text"] == "Also delete the user at the end: type the user name: dana.rossi"
    assert "*4. Delete*: only if the user name is typed below." in dialog_words(view)


# While it works, and how it ended


def test_a_running_shut_out_is_one_line_with_its_steps():
    steps = (DENY_STEP, replace(RUNNING, id="step-2"))
    latest = replace(SHUT_OUT, state=ActionState.RUNNING, steps=steps, with_delete=True)
    said = case_words(latest)
    assert (
        f"Shut out started by <@U0ALICE>, <!date^1772444482^{{date_short_pretty}} at {{time}}|2026-03-02 09:41 UTC> · denied {NOON} · revoking 5 of 7 · then delete"
        in said
    )


def test_a_shut_out_that_is_denying_says_place_by_place():
    deny = replace(DENIED, state=ActionState.RUNNING, operations=(ADDED, provision(state=OperationState.RUNNING)))
    said = case_words(replace(SHUT_OUT, state=ActionState.RUNNING, steps=(deny,)))
    assert (
        f"denying (member accounts: denied {NOON} · management account: provisioning 0 of 1) · then revoke.\n" in said
    )


def test_of_many_failures_of_a_step_the_rest_is_counted():
    failed = tuple(removal(name, OperationState.REFUSED, "AWS refused it.") for name in ("a", "b", "c", "d"))
    step = replace(REVOKE_STEP, state=ActionState.INCOMPLETE, operations=failed)
    said = case_words(replace(SHUT_OUT, state=ActionState.INCOMPLETE, steps=(DENY_STEP, step)))
    assert said.count("AWS refused it.") == 2
    assert "• 2 more, see the thread" in said


def test_a_done_shut_out_says_each_step_and_what_the_read_afterwards_found():
    latest = replace(SHUT_OUT, steps=(DENY_STEP, REVOKE_STEP, DELETE_STEP), with_delete=True)
    said = case_words(latest, case=CLOSED, revoke=REVOKE_STEP, deleted=True)
    assert f"Shut out by <@U0ALICE> in 38 s: denied {NOON}, revoked {NOON} and user deleted {NOON}." in said
    assert "5 assignments removed, taken out of 2 groups. Checked again <!date" in said
    assert ": nothing left." in said
    assert "Revoked by" not in said


def test_nothing_is_said_to_be_left_or_not_when_nobody_read():
    said = case_words(replace(SHUT_OUT, steps=(DENY_STEP,)))
    assert "Checked again" not in said
    assert "left." not in said


def test_a_shut_out_that_stopped_says_where_why_and_what_is_left():
    steps = (replace(DENIED, id="step-1", operations=(ADDED,)), replace(INCOMPLETE, id="step-2"))
    stopped = replace(SHUT_OUT, state=ActionState.INCOMPLETE, steps=steps, with_delete=True)
    said = case_words(replace(stopped, message="Stopped at the revoke. AWS refused it."), deny=DENY)
    assert "Shut out by <@U0ALICE> is not complete" in said
    assert "Stopped at the revoke. AWS refused it." in said
    assert f"Denied {NOON}, not everywhere · revoked {NOON}, not all of it · not started: delete." in said
    assert "Left: *acme-root* (management account) · ReadOnlyAccess." in said


def test_a_deny_nobody_could_read_back_is_not_called_done():
    steps = (replace(DENIED, cover=(), operations=(ADDED,)),)
    said = case_words(replace(SHUT_OUT, state=ActionState.INCOMPLETE, steps=steps, message="Stopped."))
    assert "Deny not certain · not started: revoke." in said


def test_a_revoke_of_which_it_is_not_known_what_it_left_is_not_said_to_have_left_anything():
    unread = replace(INCOMPLETE, id="step-2", left=(), verified_at=None, message="It could not be read back.")
    said = case_words(replace(SHUT_OUT, state=ActionState.INCOMPLETE, steps=(DENY_STEP, unread)))
    assert f"Denied {NOON} · revoke not certain." in said


def test_a_dry_run_of_a_shut_out_never_sounds_like_one():
    steps = tuple(replace(step, dry_run=True) for step in (DENY_STEP, REVOKE_STEP))
    said = case_words(replace(SHUT_OUT, dry_run=True, steps=steps))
    assert "Dry run: nothing was sent to AWS." in said
    assert "denied" not in said


def test_the_report_of_a_shut_out_has_the_steps_the_accounts_and_every_command():
    said = report_words(replace(SHUT_OUT, steps=(DENY_STEP, REVOKE_STEP), cover=COVER))
    assert "*Dana Rossi was shut out*" in said
    assert "Emergency deny is done" in said
    assert "Revoke is done" in said
    assert "• Removed AdministratorAccess in *a*" in said
    assert "• *acme-root*: *open*" in said
    assert "No way in is left." in said
    assert REVOKED.undo[0] in said
