"""Every kind of way in, from the alert to being gone; and what leaverbot may not touch, said."""

import json
import shlex
from datetime import timedelta

import botocore.session
from botocore.validate import validate_parameters

from bot.playground.identity_center import Fault, Organization
from tests.e2e.test_revoke import run_like_the_cli
from tests.world import World, eventually, words, world


def furnish(here: World) -> tuple[str, str]:
    """Dana: an application and a role, each directly and through a group. (user id, group id)"""
    account = here.org.add_account("payments-prod")
    operators = here.org.add_group("operators")
    user = here.leaver("dana.rossi", groups=(operators,))
    here.org.assign_application(here.org.add_application("Grafana"), "USER", user)
    here.org.assign_application(here.org.add_application("Wiki"), "GROUP", operators)
    here.org.entitle(here.org.add_role(account, "Deploy"), "USER", user)
    here.org.entitle(here.org.add_role(account, "Inspect"), "GROUP", operators)
    return user, operators


def commands_in(thread: list[dict[str, object]], *starts: str) -> list[str]:
    lines = [line.strip("` ") for message in thread for line in words(message).replace("```", "\n").splitlines()]
    return [line for line in lines if line.startswith(starts)]


def test_a_revoke_takes_applications_and_roles_too_and_the_group_that_gives_them() -> None:
    with world(Organization(seed=1, account_access=True)) as here:
        user, operators = furnish(here)
        bystander = here.org.add_user("eve@example.com", display_name="Eve Long")
        here.org.add_member(operators, bystander)
        before = here.org.truth(bystander)
        here.start()
        alert = here.alert("dana", "4 ways in, 2 direct and 2 through groups")
        for name in ("Grafana", "Wiki", "Deploy", "Inspect"):
            assert name in words(alert)
        here.press(here.alice, alert, "case_revoke")
        dialog = words(here.dialog(here.alice, "Grafana"))
        assert "Deploy" in dialog
        assert "operators" in dialog
        assert here.workspace.submit(here.alice, {}).closed
        here.alert("dana", "no way in any more")
        assert here.org.truth(user) == []
        assert here.org.truth(bystander) == before
        commands = eventually(lambda: commands_in(here.thread(alert), "aws "))
        for command in commands_in(here.thread(alert), "aws sso-admin", "aws account-access"):
            check_against_the_model(command.replace("\u201c", '"'))
        assert len(commands) == 3


def check_against_the_model(command: str) -> None:
    """The command names an operation of AWS, with parameters that AWS's model accepts."""
    _, service, operation, *arguments = shlex.split(command)
    given = dict(zip(arguments[::2], arguments[1::2], strict=True))
    given.pop("--region")
    model = botocore.session.get_session().get_service_model(service)
    name = "".join(word.title() for word in operation.split("-"))
    shape = model.operation_model(name).input_shape
    spelled = {member.lower(): member for member in shape.members}
    parameters = {spelled[key.strip("-").replace("-", "")]: value for key, value in given.items()}
    if "entitlement" in parameters:
        parameters["entitlement"] = json.loads(parameters["entitlement"])
    validate_parameters(parameters, shape)


def test_a_delegated_administrator_names_what_only_the_management_account_can_change() -> None:
    # Service control policies are not its business either.
    with world(LEAVERBOT_DENY_SCP_ID="", LEAVERBOT_ACCOUNT_ACCESS="false") as here:
        admin = here.org.add_account("security-tools")
        here.org.delegated_admin_account_id = here.account_id = admin
        read_only = here.org.add_permission_set("ReadOnlyAccess")
        prod = here.org.add_account("payments-prod")
        user = here.leaver("dana.rossi", (here.org.management_account_id, read_only), (prod, read_only))
        here.start()
        alert = here.alert("dana")
        here.press(here.alice, alert, "case_revoke")
        here.dialog(here.alice, "Stays")
        here.workspace.submit(here.alice, {})
        done = here.alert("dana", "only the management account can take it away")
        assert [grant["account_id"] for grant in here.org.truth(user)] == [here.org.management_account_id]
        (command,) = eventually(
            lambda: commands_in(here.thread(alert), "aws sso-admin delete-account-assignment"),
            what=lambda: words(here.thread(alert)),
        )
        # Pressed again there is nothing to submit, and the command is shown at once.
        here.press(here.alice, done, "case_revoke")
        assert command in words(here.dialog(here.alice, "nothing that leaverbot can revoke from its own account"))
        here.workspace.close_view(here.alice)
        here.account_id = None
        run_like_the_cli(here, command)
        eventually(lambda: here.org.truth(user) == [])
        here.workspace.slash(here.alice, here.channel, "scan")
        here.alert("dana", "no way in any more")


def test_access_used_after_the_disabling_is_said_first() -> None:
    with world(LEAVERBOT_CHECK_USE="true") as here:
        read_only = here.org.add_permission_set("ReadOnlyAccess")
        user = here.leaver("dana.rossi", (here.org.add_account("payments-prod"), read_only))
        here.leaver("alan.turing", (here.org.management_account_id, read_only))
        here.org.change_user(user, updated_at=here.org.now() - timedelta(hours=3))
        here.org.record_event(user, "Federate", here.org.now() - timedelta(hours=1))
        here.start()
        alert = here.alert("dana", "used their access while disabled")
        assert "Critical: " in words(alert)
        assert "used" not in words(here.alert("alan", "1 AWS account"))


def test_what_deleted_users_left_behind_is_listed_on_request() -> None:
    with world(LEAVERBOT_FIND_ORPHANS="true") as here:
        account, read_only = here.org.add_account("payments-prod"), here.org.add_permission_set("ReadOnlyAccess")
        gone = here.leaver("gone", (account, read_only))
        here.org.delete_user(gone)
        here.start()
        eventually(lambda: "scan saved" in here.log(), what=here.log)
        here.workspace.slash(here.mallory, here.channel, "orphans")
        told = words(here.told(here.mallory, "1 grant of 1 user who no longer exists"))
        assert gone in told
        assert "payments-prod" in told
        assert "delete-account-assignment" in told


def test_a_kind_that_aws_refuses_is_named_and_no_all_clear_is_given() -> None:
    with world(Organization(seed=1, account_access=True)) as here:
        user = here.leaver("dana.rossi")
        here.org.entitle(here.org.add_role(here.org.add_account("payments-prod"), "Deploy"), "USER", user)
        here.aws.faults.add(
            Fault("account-access.ListApplications", code="AccessDeniedException", message="no", times=None)
        )
        here.start()
        eventually(lambda: "scan saved" in here.log(), what=here.log)
        here.workspace.slash(here.alice, here.channel, "")
        told = words(here.told(here.alice, "that does not mean all clear"))
        assert "account access manager" in told
        here.aws.faults.clear()
        here.workspace.slash(here.alice, here.channel, "scan")
        here.alert("dana", "1 AWS account")
