"""Crashes, lost answers, broken pages, Slack out of order."""

import json

import pytest

from bot.playground.identity_center import Fault, Organization
from tests.world import World, eventually, words, world


def many_grants(here: World, count: int = 20) -> str:
    read_only = here.org.add_permission_set("ReadOnlyAccess")
    accounts = [here.org.add_account(f"account-{number}") for number in range(count)]
    return here.leaver("dana.rossi", *((account, read_only) for account in accounts))


def press_revoke(here: World) -> None:
    here.press(here.alice, here.alert("dana"), "case_revoke")
    here.dialog(here.alice)
    here.workspace.submit(here.alice, {})


@pytest.mark.real_pauses
def test_a_revoke_of_20_grants_killed_in_the_middle_is_finished_by_the_next_start(here: World) -> None:
    user = many_grants(here)
    here.start()
    press_revoke(here)
    eventually(lambda: 3 <= len(here.org.truth(user)) <= 15, seconds=40)
    here.kill()
    here.start_bot()
    here.alert("dana", "no way in any more", seconds=60)
    assert here.org.truth(user) == []
    assert len([message for message in here.messages() if "dana" in words(message).lower()]) == 1
    assert here.aws.calls["sso-admin.DeleteAccountAssignment"] <= 21


def test_a_deletion_whose_answer_was_lost_is_looked_up_before_it_is_asked_again(here: World) -> None:
    user = many_grants(here, 1)
    here.aws.faults.add(Fault(operation="sso-admin.DeleteAccountAssignment", kind="lost_answer", times=1))
    here.start()
    press_revoke(here)
    here.alert("dana", "no way in any more", seconds=40)
    assert here.org.truth(user) == []
    assert here.aws.calls["sso-admin.DeleteAccountAssignment"] == 1
    assert here.aws.calls["sso-admin.ListAccountAssignmentDeletionStatus"] >= 1


def test_a_broken_third_page_closes_no_case_and_is_named() -> None:
    org = Organization(seed=3)
    with world(org) as here:
        account = org.add_account("payments-prod")
        read_only = org.add_permission_set("ReadOnlyAccess")
        for number in range(250):
            org.add_user(
                f"person{number}@example.com", display_name=f"Person {number}", email=f"person{number}@example.com"
            )
        late = here.leaver("late.page", (account, read_only))
        here.start()
        here.alert("late.page")
        here.aws.faults.add(Fault(operation="identitystore.ListUsers", nth=3, code="AccessDeniedException", times=1))
        org.delete_user(late)
        here.workspace.slash(here.bob, here.channel, "scan")
        told = here.told(here.bob, "The scan is incomplete")
        assert "page 3 of the user list" in words(told)
        assert "can still get into" in words(here.alert("late.page"))
        here.workspace.slash(here.bob, here.channel, "summary")
        summary = words(here.told(here.bob, "was incomplete"))
        assert "page 3 of the user list" in summary
        assert "1 disabled person still has access" in summary
        here.workspace.slash(here.bob, here.channel, "scan")
        here.told(here.bob, "The scan is complete")
        here.alert("late.page", "no longer")


def test_a_post_whose_answer_was_lost_is_not_posted_twice(here: World) -> None:
    user = many_grants(here, 1)
    here.slack.faults.add("chat.postMessage", "lost_answer")
    here.start()
    here.alert("dana")
    eventually(lambda: here.slack.calls["conversations.history"] > 0)
    here.org.set_status(user, "ENABLED")
    here.workspace.slash(here.bob, here.channel, "scan")
    here.alert("dana", "enabled again")
    assert len([message for message in here.messages() if "dana" in words(message).lower()]) == 1


def test_slack_out_of_order_delays_and_loses_nothing(here: World) -> None:
    many_grants(here, 1)
    here.slack.faults.add("chat.postMessage", "status", status=503, times=2)
    here.start()
    here.alert("dana", seconds=40)


def test_a_lost_socket_comes_back_and_the_next_press_works(here: World) -> None:
    user = many_grants(here, 1)
    here.start()
    here.alert("dana")
    here.slack.drop_connections()
    eventually(lambda: here.slack.connections > 0, seconds=30)
    press_revoke(here)
    eventually(lambda: here.org.truth(user) == [], seconds=30)


def test_a_refreshed_socket_leaves_no_press_behind(here: World) -> None:
    many_grants(here, 1)
    here.start()
    here.alert("dana")
    for _ in range(3):
        here.slack.disconnect(reason="refresh_requested")
        eventually(lambda: here.workspace.slash(here.bob, here.channel, "help").ok, seconds=5)


@pytest.mark.real_pauses
def test_sigterm_ends_with_0_and_what_was_under_way_goes_on_later(here: World) -> None:
    user = many_grants(here)
    here.start()
    press_revoke(here)
    eventually(lambda: len(here.org.truth(user)) <= 18, seconds=40)
    assert here.terminate() == 0
    here.start_bot()
    eventually(lambda: here.org.truth(user) == [], seconds=60)
    here.alert("dana", "no way in any more", seconds=30)


def test_an_enabled_user_closes_the_case_at_the_next_scan(here: World) -> None:
    user = many_grants(here, 2)
    here.start()
    here.alert("dana")
    here.org.set_status(user, "ENABLED")
    here.workspace.slash(here.bob, here.channel, "scan")
    here.alert("dana", "enabled again")


def test_grants_in_suspended_accounts_open_no_case_and_do_not_block_a_delete(here: World) -> None:
    read_only = here.org.add_permission_set("ReadOnlyAccess")
    dead = here.org.add_account("old-account", state="SUSPENDED")
    user = here.leaver("sam.suspended", (dead, read_only))
    here.start()
    eventually(lambda: here.aws.calls["organizations.ListAccounts"] > 0)
    here.workspace.slash(here.alice, here.channel, "delete sam.suspended@example.com")
    here.dialog(here.alice, "sam.suspended@example.com")
    here.workspace.submit(here.alice, {"typed": "sam.suspended@example.com"})
    eventually(lambda: user not in {found.id for found in here.org.users()})


def test_wrong_settings_stop_the_bot_before_anything_runs_and_name_them_all(here: World) -> None:
    here.aws.start()
    here.slack.start()
    ended = here.command("run", LEAVERBOT_CHANNEL="", LEAVERBOT_SCAN_SCHEDULE="often")
    assert ended.returncode == 1
    assert "LEAVERBOT_CHANNEL is missing" in ended.stderr
    assert "LEAVERBOT_SCAN_SCHEDULE is wrong" in ended.stderr
    assert not here.slack.calls


def test_health_and_metrics_are_served() -> None:
    import socket
    import urllib.request

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with world(LEAVERBOT_HTTP_PORT=str(port)) as here:
        many_grants(here, 1)
        here.start()
        here.alert("dana")

        def get(path: str) -> str:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return str(answer.read().decode())

        assert json.loads(get("/healthz"))["ok"]
        assert json.loads(get("/readyz"))["checks"]["slack"] == "ok"
        shown = get("/metrics")
        assert 'leaverbot_open_cases{severity="normal"} 1.0' in shown
        assert 'leaverbot_scans_total{status="complete"} 1.0' in shown
