"""Emergency deny, lift, shut out, delete."""

import json
import time
from typing import Any

import pytest

from bot.playground.identity_center import Fault
from tests.world import PLACEHOLDER_POLICY, World, buttons, eventually, words


def furnish(here: World) -> str:
    account = here.org.add_account("payments-prod")
    admin = here.org.add_permission_set("AdministratorAccess", session_duration="PT4H")
    user = here.leaver("dana.rossi", (account, admin), (here.org.management_account_id, admin))
    here.org.open_session(user, account, admin)
    return user


def policy(here: World) -> dict[str, object]:
    return dict(json.loads(here.org.policy_by_id[here.policy_id].content))


def denied(here: World, user: str) -> bool:
    return user in json.dumps(policy(here))


def ways_in(here: World, user: str) -> dict[str, bool]:
    """Whether a new session is let in, by account id."""
    return {row["account_id"]: row["new_session"]["allowed"] for row in here.org.try_to_get_in(user)}


def lift(here: World, who: str, alert: dict[str, Any]) -> None:
    """Press Lift deny and say why."""
    here.press(who, alert, "case_lift")
    here.dialog(who, "Lift deny")
    here.workspace.submit(who, {"why": "it was a mistake"})


@pytest.mark.real_pauses
def test_a_deny_stops_open_sessions_within_three_seconds_and_in_the_management_account_too(here: World) -> None:
    user = furnish(here)
    here.start()
    alert = here.alert("dana")
    began = time.monotonic()
    here.press(here.bob, alert, "case_deny")
    eventually(lambda: denied(here, user))
    assert time.monotonic() - began < 3
    shown = here.alert("dana", "works in 2 of 2 accounts")
    assert denied(here, user)
    assert "Lift deny" in buttons(shown)
    assert set(ways_in(here, user).values()) == {False}
    assert not any(row["open_session"]["allowed"] for row in here.org.try_to_get_in(user) if row["open_session"])


def test_with_policies_only_the_management_account_is_said_to_stay_open(here: World) -> None:
    user = furnish(here)
    here.settings["LEAVERBOT_DENY_STRATEGY"] = "scp"
    here.start()
    here.press(here.bob, here.alert("dana"), "case_deny")
    here.press(here.bob, here.alert("dana", "works in 1 of 2 accounts"), "case_details")
    here.dialog(here.bob, "service control policies do not reach the management account")
    assert ways_in(here, user)[here.org.management_account_id] is True


def test_without_a_policy_the_permission_sets_deny_and_are_as_before_once_lifted(here: World) -> None:
    user = furnish(here)
    here.settings["LEAVERBOT_DENY_SCP_ID"] = ""
    here.start()
    here.press(here.bob, here.alert("dana"), "case_deny")
    alert = here.alert("dana", "works in 2 of 2 accounts")
    assert set(ways_in(here, user).values()) == {False}
    lift(here, here.bob, alert)
    eventually(lambda: set(ways_in(here, user).values()) == {True})
    assert not denied(here, user)


def test_shut_out_does_it_all_with_one_preview_and_one_message(here: World) -> None:
    user = furnish(here)
    here.start()
    here.press(here.alice, here.alert("dana"), "case_shut_out")
    here.dialog(here.alice, "Verify")
    here.workspace.submit(here.alice, {"typed": "dana.rossi@example.com"})
    alert = here.alert("dana", "was deleted from the directory", seconds=40)
    assert denied(here, user)
    assert here.org.truth(user) == []
    assert user not in {found.id for found in here.org.users()}
    eventually(
        lambda: [m for m in here.thread(alert) if "shut out" in words(m).lower()],
        what=lambda: str([words(m) for m in here.thread(alert)]),
    )
    reports = [words(m) for m in here.thread(alert) if "Details" in buttons(m)]
    assert len(reports) == 1, reports


@pytest.mark.real_pauses
def test_a_shut_out_that_was_killed_goes_on_after_the_restart(here: World) -> None:
    user = furnish(here)
    here.start()
    here.press(here.alice, here.alert("dana"), "case_shut_out")
    here.dialog(here.alice, "Verify")
    here.workspace.submit(here.alice, {})
    eventually(lambda: denied(here, user))
    here.kill()
    here.start_bot()
    here.alert("dana", "no way in any more", seconds=60)
    assert here.org.truth(user) == []
    assert user in {found.id for found in here.org.users()}


def test_a_stolen_laptop_an_admin_denies_somebody_who_is_not_disabled_and_it_is_loud(here: World) -> None:
    account, power = here.org.add_account("shop"), here.org.add_permission_set("PowerUserAccess")
    eve = here.org.add_user("eve@example.com", display_name="Eve Long", email="eve@example.com")
    here.org.assign(account, power, "USER", eve)
    here.start()
    here.workspace.slash(here.bob, here.channel, "deny eve@example.com")
    here.dialog(here.bob, "Only admins")
    here.workspace.slash(here.alice, here.channel, "deny eve@example.com")
    here.dialog(here.alice, "is not disabled")
    assert here.workspace.submit(here.alice, {}).errors
    here.workspace.submit(here.alice, {"why": "laptop stolen at the airport"})
    eventually(lambda: denied(here, eve))
    shown = here.alert("eve", "laptop stolen at the airport")
    assert "not disabled" in words(shown)
    here.press(here.bob, shown, "user_lift")
    here.dialog(here.bob, "Lift deny")
    here.workspace.submit(here.bob, {"why": "found again"})
    eventually(lambda: not denied(here, eve))
    over = eventually(lambda: here.alert("eve") if "was lifted by" in words(here.alert("eve")) else None)
    assert (over["ts"], buttons(over)) == (shown["ts"], [])
    eventually(lambda: len(here.thread(over)) == 2)


def test_a_deny_taken_out_by_hand_is_put_back_with_one_press_and_somebody_enabled_again_is_told(here: World) -> None:
    user = furnish(here)
    here.start()
    here.press(here.bob, here.alert("dana"), "case_deny")
    eventually(lambda: "Lift deny" in buttons(here.alert("dana")))
    here.org.update_scp(here.policy_id, PLACEHOLDER_POLICY)
    here.workspace.slash(here.bob, here.channel, "scan")
    alert = here.alert("dana", "Somebody changed the emergency deny")
    assert "Put deny back" in buttons(alert)
    here.press(here.bob, alert, "case_deny")
    eventually(lambda: denied(here, user))
    eventually(
        lambda: (
            "Somebody changed the emergency deny" not in words(here.alert("dana"))
            and "Lift deny" in buttons(here.alert("dana"))
        )
    )
    here.org.set_status(user, "ENABLED")
    here.workspace.slash(here.bob, here.channel, "scan")
    eventually(
        lambda: [m for m in here.thread(alert) if "enabled again. The emergency deny still blocks them" in words(m)]
    )


def test_an_emptied_permission_set_is_offered_listed_as_unused_and_deleted_by_an_admin_only(here: World) -> None:
    account, old = here.org.add_account("old-account"), here.org.add_permission_set("OldAccess")
    here.leaver("dana.rossi", (account, old))
    here.start()
    here.press(here.bob, here.alert("dana"), "case_revoke")
    here.dialog(here.bob)
    here.workspace.submit(here.bob, {})
    alert = here.alert("dana", "no way in any more")
    offer = eventually(lambda: next((m for m in here.thread(alert) if "Delete permission set" in words(m)), None))
    here.press(here.bob, offer, "set_delete")
    here.told(here.bob, "only admins may delete a permission set")
    here.workspace.slash(here.alice, here.channel, "unused")
    here.told(here.alice, "OldAccess")
    here.press(here.alice, offer, "set_delete")
    here.dialog(here.alice, "OldAccess")
    here.workspace.submit(here.alice, {})
    eventually(lambda: old not in here.org.permission_set_by_arn)


def test_bystanders_keep_their_access_under_a_deny(here: World) -> None:
    furnish(here)
    account = here.org.add_account("shared")
    eve = here.org.add_user("eve@example.com", display_name="Eve Long", email="eve@example.com")
    here.org.assign(account, here.org.add_permission_set("ReadOnlyAccess"), "USER", eve)
    here.start()
    here.press(here.bob, here.alert("dana"), "case_deny")
    here.alert("dana", "Emergency deny* by")
    assert all(row["new_session"]["allowed"] for row in here.org.try_to_get_in(eve))


def test_lifting_the_last_deny_restores_the_policy_as_it_was(here: World) -> None:
    user = furnish(here)
    before = policy(here)
    here.start()
    here.press(here.bob, here.alert("dana"), "case_deny")
    alert = here.alert("dana", "Emergency deny* by")
    eventually(lambda: "Lift deny" in buttons(here.alert("dana")))
    lift(here, here.bob, alert)
    eventually(lambda: not denied(here, user))
    assert policy(here) == before
    eventually(lambda: "Emergency deny" in buttons(here.alert("dana")))


def test_the_command_shows_the_same_words_in_a_dialog(here: World) -> None:
    user = furnish(here)
    here.start()
    here.alert("dana")
    assert here.workspace.slash(here.bob, here.channel, "deny dana.rossi@example.com").ok
    dialog = here.dialog(here.bob, "AWS will refuse everything Dana.Rossi does in AWS accounts, in open sessions too")
    assert dialog["submit"]["text"] == "Emergency deny"
    here.workspace.submit(here.bob, {})
    eventually(lambda: denied(here, user))


def test_a_deny_by_somebody_without_a_role_is_refused(here: World) -> None:
    user = furnish(here)
    here.start()
    here.press(here.mallory, here.alert("dana"), "case_deny")
    here.told(here.mallory, "only responders may deny")
    assert not denied(here, user)


def test_delete_is_refused_while_access_is_left(here: World) -> None:
    furnish(here)
    here.start()
    here.alert("dana")
    here.workspace.slash(here.alice, here.channel, "delete dana")
    dialog = here.dialog(here.alice, "Revoke access first")
    assert "submit" not in dialog or dialog["submit"] is None


def test_delete_asks_for_the_user_name_and_deletes(here: World) -> None:
    user = furnish(here)
    here.start()
    alert = here.alert("dana")
    here.press(here.alice, alert, "case_revoke")
    here.dialog(here.alice)
    here.workspace.submit(here.alice, {})
    here.alert("dana", "no way in any more")
    here.press(here.alice, here.alert("dana"), "case_delete")
    here.dialog(here.alice, "dana.rossi@example.com")
    wrong = here.workspace.submit(here.alice, {"typed": "dana"})
    assert wrong.errors
    right = here.workspace.submit(here.alice, {"typed": "dana.rossi@example.com"})
    assert right.closed
    here.alert("dana", "deleted", seconds=8)
    assert user not in {found.id for found in here.org.users()}


def test_a_user_changed_after_the_dialog_was_shown_is_not_deleted(here: World) -> None:
    user = furnish(here)
    here.start()
    alert = here.alert("dana")
    here.press(here.alice, alert, "case_revoke")
    here.dialog(here.alice)
    here.workspace.submit(here.alice, {})
    here.press(here.alice, here.alert("dana", "no way in any more"), "case_delete")
    here.dialog(here.alice, "dana.rossi@example.com")
    here.org.set_status(user, "ENABLED")
    here.org.set_status(user, "DISABLED")
    here.workspace.submit(here.alice, {"typed": "dana.rossi@example.com"})
    here.told(here.alice, "changed by somebody else")
    assert user in {found.id for found in here.org.users()}
    # The answer and the alert are two messages; the alert may come second.
    eventually(lambda: "Delete user" in buttons(here.alert("dana")))


def test_a_responder_who_is_no_admin_may_not_delete(here: World) -> None:
    furnish(here)
    here.start()
    assert "Delete user" not in buttons(here.alert("dana"))
    here.workspace.slash(here.bob, here.channel, "delete dana")
    here.told(here.bob, "only admins may delete")


def test_lift_by_command_and_by_nobody_without_a_role(here: World) -> None:
    user = furnish(here)
    here.start()
    alert = here.alert("dana")
    here.press(here.bob, alert, "case_deny")
    eventually(lambda: "Lift deny" in buttons(here.alert("dana")))
    here.press(here.mallory, alert, "case_lift")
    here.told(here.mallory, "only responders may lift")
    assert denied(here, user)
    here.workspace.slash(here.bob, here.channel, "lift dana")
    dialog = here.dialog(here.bob, "in force")
    assert dialog["submit"]["text"] == "Lift deny"
    assert here.workspace.submit(here.bob, {}).errors, "a lift needs a reason"
    here.workspace.submit(here.bob, {"why": "back from leave"})
    eventually(lambda: not denied(here, user))


def test_details_show_every_one_of_300_grants(here: World) -> None:
    accounts = [here.org.add_account(f"account-{number:03}") for number in range(300)]
    read_only = here.org.add_permission_set("ReadOnlyAccess")
    here.leaver("dana.rossi", *((account, read_only) for account in accounts))
    here.start()
    here.press(here.bob, here.alert("dana", "300 AWS accounts"), "case_details")
    dialog = words(here.dialog(here.bob, "account-299", seconds=30))
    assert all(f"account-{number:03}" in dialog for number in range(300))


def test_a_deny_whose_answer_was_lost_is_found_in_the_policy_and_can_be_lifted(here: World) -> None:
    user = furnish(here)
    here.aws.faults.add(Fault(operation="organizations.UpdatePolicy", kind="lost_answer", times=1))
    here.start()
    here.press(here.bob, here.alert("dana"), "case_deny")
    here.alert("dana", "Emergency deny* by")
    assert denied(here, user)
    assert here.aws.calls["organizations.UpdatePolicy"] == 1


def test_a_deny_killed_right_after_the_write_is_taken_up_again(here: World) -> None:
    user = furnish(here)
    here.start()
    alert = here.alert("dana")
    here.aws.faults.add(Fault(operation="organizations.UpdatePolicy", kind="lost_answer", times=1))
    here.aws.faults.add(Fault(operation="organizations.DescribePolicy", kind="latency", seconds=20, nth=3, times=1))
    here.press(here.bob, alert, "case_deny")
    eventually(lambda: denied(here, user))
    here.kill()
    here.aws.faults.clear()
    here.start_bot()
    eventually(lambda: "Lift deny" in buttons(here.alert("dana", "Emergency deny* by", seconds=40)))


def test_a_deny_taken_out_by_hand_is_noticed_by_the_next_scan(here: World) -> None:
    furnish(here)
    here.settings["LEAVERBOT_DENY_STRATEGY"] = "scp"
    here.start()
    here.press(here.bob, here.alert("dana"), "case_deny")
    here.alert("dana", "can still get into 1 of 2 AWS accounts")
    here.org.detach_scp(here.policy_id, here.org.root_id)
    here.workspace.slash(here.bob, here.channel, "scan")
    here.alert("dana", "can still get into 2 AWS accounts")


def test_a_deny_placed_by_hand_can_be_lifted_by_command(here: World) -> None:
    user = furnish(here)
    document = policy(here)
    document["Statement"][0]["Condition"] = {"StringEquals": {"identitystore:userId": [user]}}  # type: ignore[index]
    here.org.update_scp(here.policy_id, json.dumps(document))
    here.start()
    here.workspace.slash(here.bob, here.channel, "lift dana")
    here.dialog(here.bob, "Lift")
    here.workspace.submit(here.bob, {"why": "placed by mistake"})
    eventually(lambda: not denied(here, user))


def test_a_stale_button_is_refused_and_the_alert_drawn_again(here: World) -> None:
    furnish(here)
    here.start()
    alert = here.alert("dana")
    here.aws.faults.add(Fault(operation="organizations.DescribePolicy", kind="latency", seconds=2, times=1))
    here.press(here.bob, alert, "case_deny")
    here.press(here.alice, alert, "case_deny")
    here.told(here.alice, "already running")


def test_a_deny_that_is_attached_to_nothing_is_said_to_deny_nobody(here: World) -> None:
    furnish(here)
    here.org.detach_scp(here.policy_id, here.org.root_id)
    here.start()
    here.press(here.bob, here.alert("dana"), "case_deny")
    here.told(here.bob, "attached to nothing")


def test_the_statements_of_others_in_the_deny_policy_stay_as_they_are(here: World) -> None:
    other = {
        "Sid": "Others",
        "Effect": "Deny",
        "Action": ["s3:*"],
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    document = policy(here)
    document["Statement"] = [other, *document["Statement"]]  # type: ignore[misc]
    here.org.update_scp(here.policy_id, json.dumps(document, indent=2))
    user = furnish(here)
    here.start()
    here.press(here.bob, here.alert("dana"), "case_deny")
    eventually(lambda: denied(here, user))
    assert policy(here)["Statement"][0] == other  # type: ignore[index]


def test_a_user_whose_suspended_account_came_back_is_not_deleted(here: World) -> None:
    account = here.org.add_account("old-account", state="SUSPENDED")
    user = here.leaver("sam.suspended", (account, here.org.add_permission_set("ReadOnlyAccess")))
    here.start()
    eventually(lambda: here.aws.calls["organizations.ListAccounts"] > 0)
    here.workspace.slash(here.alice, here.channel, "delete sam.suspended@example.com")
    here.dialog(here.alice, "sam.suspended@example.com")
    here.org.set_account_state(account, "ACTIVE")
    here.workspace.submit(here.alice, {"typed": "sam.suspended@example.com"})
    here.told(here.alice, "was not deleted. Revoke access first")
    assert user in {found.id for found in here.org.users()}


def test_new_access_of_a_closed_case_is_shown_and_alerted_anew(here: World) -> None:
    account = here.org.add_account("payments-prod")
    read_only = here.org.add_permission_set("ReadOnlyAccess")
    user = here.leaver("dana.rossi", (account, read_only))
    here.start()
    here.press(here.alice, here.alert("dana"), "case_revoke")
    here.dialog(here.alice)
    here.workspace.submit(here.alice, {})
    old = here.alert("dana", "no way in any more")
    here.org.assign(account, read_only, "USER", user)
    here.workspace.slash(here.bob, here.channel, "show dana")
    here.told(here.bob, "payments-prod")
    eventually(lambda: here.alert("dana")["ts"] != old["ts"])
