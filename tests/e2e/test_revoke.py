"""Revoke access, from the alert to the way in being gone."""

import json
import subprocess

import pytest

from bot.playground.identity_center import Fault
from tests.world import World, buttons, eventually, words


def furnish(here: World) -> tuple[str, str, str, str]:
    account = here.org.add_account("payments-prod")
    other = here.org.add_account("data-lake")
    admin = here.org.add_permission_set("AdministratorAccess", session_duration="PT4H")
    readers = here.org.add_group("cloud-viewers", scim=True)
    read_only = here.org.add_permission_set("ReadOnlyAccess")
    here.org.assign(other, read_only, "GROUP", readers)
    user = here.leaver("dana.rossi", (account, admin), groups=(readers,))
    return user, account, admin, readers


def test_a_press_and_a_submit_take_the_way_in_away_and_edit_the_alert(here: World) -> None:
    user, *_ = furnish(here)
    here.start()
    alert = here.alert("dana", "2 AWS accounts")
    assert "AdministratorAccess" in words(alert)
    assert "cloud-viewers" in words(alert)
    assert buttons(alert)[:1] == ["Revoke access"]
    assert here.press(here.alice, alert, "case_revoke").ok
    dialog = here.dialog(here.alice, "payments-prod")
    assert "remove it in your directory too" in words(dialog)
    assert here.workspace.submit(here.alice, {}).closed
    done = here.alert("dana", "no way in any more")
    assert here.org.truth(user) == []
    assert done["ts"] == alert["ts"]
    assert "Revoke access" not in buttons(done)


def test_the_thread_keeps_commands_that_really_put_everything_back(here: World) -> None:
    user, account, admin, _ = furnish(here)
    here.start()
    alert = here.alert("dana")
    before = {json.dumps(grant, sort_keys=True) for grant in here.org.truth(user)}
    here.press(here.alice, alert, "case_revoke")
    here.dialog(here.alice)
    here.workspace.submit(here.alice, {})
    here.alert("dana", "no way in any more")

    def told() -> list[str]:
        lines = [line for message in here.thread(alert) for line in words(message).replace("```", "\n").splitlines()]
        return [line.strip("` ") for line in lines if line.strip("` ").startswith("aws ")]

    commands = eventually(told)
    assert len(commands) == 2
    assert any(account in command and admin in command for command in commands)
    for command in commands:
        run_like_the_cli(here, command)
    eventually(lambda: {json.dumps(grant, sort_keys=True) for grant in here.org.truth(user)} == before)


def run_like_the_cli(here: World, command: str) -> None:
    """The AWS CLI's own argument form, carried out with boto3 (the CLI is not installed here)."""
    import boto3

    _, service, operation, *arguments = command.split()
    options = dict(zip(arguments[::2], arguments[1::2], strict=True))
    environment = here.aws.environment()
    client = boto3.client(
        service,
        region_name=options.pop("--region"),
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
    parameters = {
        "".join(word.title() for word in name.strip("-").split("-")): value for name, value in options.items()
    }
    if "MemberId" in parameters:
        key, _, value = parameters["MemberId"].partition("=")
        parameters["MemberId"] = {key: value}
    getattr(client, operation.replace("-", "_"))(**parameters)
    client.close()


def test_a_bystander_in_the_same_group_keeps_everything(here: World) -> None:
    _, _, _, readers = furnish(here)
    bystander = here.org.add_user("eve@example.com", display_name="Eve Long", email="eve@example.com")
    here.org.add_member(readers, bystander)
    before = here.org.truth(bystander)
    here.start()
    here.press(here.alice, here.alert("dana"), "case_revoke")
    here.dialog(here.alice)
    here.workspace.submit(here.alice, {})
    here.alert("dana", "no way in any more")
    assert here.org.truth(bystander) == before


def test_somebody_without_a_role_is_refused_kindly_and_nothing_changes(here: World) -> None:
    user, *_ = furnish(here)
    here.start()
    before = here.org.truth(user)
    here.press(here.mallory, here.alert("dana"), "case_revoke")
    told = here.told(here.mallory, "only responders may revoke")
    assert f"<@{here.alice}>" in words(told)
    assert here.workspace.view(here.mallory) is None
    assert here.org.truth(user) == before


def test_a_changed_plan_is_refused_with_a_fresh_one_to_press_for(here: World) -> None:
    user, *_ = furnish(here)
    here.start()
    alert = here.alert("dana")
    here.press(here.alice, alert, "case_revoke")
    here.dialog(here.alice)
    here.org.assign(here.org.add_account("new-account"), here.org.add_permission_set("PowerUserAccess"), "USER", user)
    before = here.org.truth(user)
    here.workspace.submit(here.alice, {})
    here.told(here.alice, "changed since the plan was shown")
    assert here.org.truth(user) == before
    assert "Revoke access" in buttons(here.alert("dana", "changed since"))


def test_a_user_enabled_again_is_not_touched(here: World) -> None:
    user, *_ = furnish(here)
    here.start()
    alert = here.alert("dana")
    here.press(here.alice, alert, "case_revoke")
    here.dialog(here.alice)
    here.org.set_status(user, "ENABLED")
    before = here.org.truth(user)
    here.workspace.submit(here.alice, {})
    here.told(here.alice, "is enabled in Identity Center")
    assert here.org.truth(user) == before


def test_what_aws_refuses_stays_on_the_alert_with_the_reason_and_the_button(here: World) -> None:
    user, *_ = furnish(here)
    here.aws.faults.add(Fault(operation="sso-admin.DeleteAccountAssignment", code="AccessDeniedException", times=99))
    here.start()
    alert = here.alert("dana")
    here.press(here.alice, alert, "case_revoke")
    here.dialog(here.alice)
    here.workspace.submit(here.alice, {})
    left = here.alert("dana", "1 AWS account")
    here.told(here.alice, "still has 1 way in")
    assert "Revoke access" in buttons(here.alert("dana", "denied"))
    assert len(here.org.truth(user)) == 1
    assert left["ts"] == alert["ts"]


def test_a_message_that_somebody_deleted_is_posted_anew(here: World) -> None:
    furnish(here)
    here.start()
    alert = here.alert("dana")
    here.press(here.alice, alert, "case_revoke")
    here.dialog(here.alice)
    here.workspace.delete_message(here.channel, alert["ts"])
    here.workspace.submit(here.alice, {})
    assert here.alert("dana", "no way in any more")["ts"] != alert["ts"]


@pytest.mark.parametrize("name", ["<!channel>", "שרה לוי", "*bold* _it_ `code` ~x~", "🦊 :skull:", "x" * 300])
def test_hostile_names_neither_ping_nor_break_the_alert(here: World, name: str) -> None:
    account = here.org.add_account("payments-prod")
    user = here.org.add_user("odd@example.com", display_name=name, email="odd@example.com")
    here.org.assign(account, here.org.add_permission_set("ReadOnlyAccess"), "USER", user)
    here.org.set_status(user, "DISABLED")
    here.start()
    alert = here.alert("odd@example.com")
    assert "<!channel>" not in json.dumps(alert["blocks"])
    assert "\u202e" not in words(alert)


def test_the_program_says_its_version_and_shows_examples(here: World) -> None:
    here.aws.start()
    here.slack.start()
    shown: subprocess.CompletedProcess[str] = here.command("--version")
    assert shown.stdout.startswith("leaverbot ")
    assert "Example" in here.command("run", "--help").stdout
