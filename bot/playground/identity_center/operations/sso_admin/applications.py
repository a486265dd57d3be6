"""Identity Center applications and who is assigned to them. One function per operation.

Application management can be read and written in every enabled region (userguide, api-support-in-additional-regions).
"""

from collections.abc import Iterator
from typing import Any

from bot.playground.identity_center.changes.grants import unassign_application
from bot.playground.identity_center.operations.call import Answer, Call, Operation, denied
from bot.playground.identity_center.operations.sso_admin.instances import (
    check_instance,
    check_readable,
    regions_of,
    store_arn,
)
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.ordered import Sequenced, merged
from bot.playground.identity_center.state.records import Application, Principal

# The model of ListApplications' answer has room for 50, although callers may ask for 100.
MOST_APPLICATIONS = 50


def _members(call: Call, application: Application) -> dict[str, Any]:
    org = call.org
    instance = org.instance_by_arn[org.instance_arn]
    return {
        "ApplicationArn": application.arn,
        "ApplicationProviderArn": application.provider_arn,
        "Name": application.name,
        "ApplicationAccount": application.account_id,
        "InstanceArn": instance.arn,
        "IdentityStoreArn": store_arn(org, instance),
        "Status": "ENABLED" if application.enabled else "DISABLED",
        "PortalOptions": {"SignInOptions": {"Origin": "APPLICATION"}, "Visibility": "ENABLED"},
        "CreatedDate": round(application.created_at.timestamp(), 3),
        "CreatedFrom": instance.region,
    }


def _check_member_region(call: Call) -> None:
    """A member account that is not an administrator must at least name the instance and call one of its regions."""
    instance = call.org.instance_by_arn[call.org.instance_arn]
    if call.parameters["InstanceArn"] != instance.arn or call.region not in regions_of(call.org, instance):
        raise denied(call)


def list_applications(call: Call) -> Answer:
    """All applications of the instance, or those of one account.

    Member accounts "must use the applicationAccount parameter to filter the list to only applications created from
    that account"; whether a delegated administrator must, too, is an option.
    """
    org, parameters = call.org, call.parameters
    asked = parameters.get("Filter", {})
    account_id, provider = asked.get("ApplicationAccount"), asked.get("ApplicationProvider")
    if call.from_administrator or parameters["InstanceArn"] != org.instance_arn:
        instance = check_readable(call)
        if instance.arn != org.instance_arn:
            return {"Applications": []}
        if not call.from_management and account_id is None and org.options.delegated_admin_filters_applications:
            raise AwsError("ValidationException", "A filter with ApplicationAccount is required.")
    else:
        _check_member_region(call)
        if account_id != call.account_id:
            raise denied(call)
    shortest = min((org.applications_by.get(key, Sequenced()) for key in (None, account_id, provider)), key=len)

    def matching(number: int) -> Iterator[Application]:
        return (
            application
            for application in shortest.after(number)
            if account_id in {None, application.account_id} and provider in {None, application.provider_arn}
        )

    found, more = call.page(matching, lambda application: application.sequence, MOST_APPLICATIONS)
    return {"Applications": [_members(call, application) for application in found], **more}


def _application(call: Call, arn: str) -> Application:
    """The application, if the caller is an administrator or the account it belongs to.

    Raises AwsError AccessDeniedException for others, ResourceNotFoundException if there is no such application or the
    instance is not in this region.
    """
    org = call.org
    found = org.application_by_arn.get(arn)
    if not call.from_administrator and (found is None or found.account_id != call.account_id):
        raise denied(call)
    if found is None or call.region not in regions_of(org, org.instance_by_arn[org.instance_arn]):
        raise AwsError("ResourceNotFoundException", f"Application with arn {arn} not found.")
    return found


def describe_application(call: Call) -> Answer:
    return _members(call, _application(call, call.parameters["ApplicationArn"]))


def get_application_assignment_configuration(call: Call) -> Answer:
    return {"AssignmentRequired": _application(call, call.parameters["ApplicationArn"]).assignment_required}


def get_application_session_configuration(call: Call) -> Answer:
    """No status where background sessions are not supported: the model does not require it."""
    background = _application(call, call.parameters["ApplicationArn"]).background
    return (
        {}
        if background is None
        else {"UserBackgroundSessionApplicationStatus": "ENABLED" if background else "DISABLED"}
    )


def list_application_assignments(call: Call) -> Answer:
    application = _application(call, call.parameters["ApplicationArn"])
    found, more = call.page(application.principals.after, lambda row: row[0])
    return {
        "ApplicationAssignments": [
            {"ApplicationArn": application.arn, "PrincipalId": principal_id, "PrincipalType": kind}
            for _, (kind, principal_id) in found
        ],
        **more,
    }


def _check_may_list_for_principal(call: Call, only: str | None) -> bool:
    """Whether the instance is the organization's, after all checks of the caller.

    "You must provide a filter when calling this action from a member account against your organization instance": a
    delegated administrator is a member account.
    """
    org = call.org
    if call.parameters["InstanceArn"] != org.instance_arn:
        check_instance(call)
        return False
    if call.from_administrator:
        check_instance(call)
    else:
        _check_member_region(call)
    if not call.from_management:
        if only is None:
            raise AwsError("ValidationException", "A filter with ApplicationArn is required.")
        _application(call, only)
    return True


def list_application_assignments_for_principal(call: Call) -> Answer:
    org, parameters = call.org, call.parameters
    principal: Principal = (parameters["PrincipalType"], parameters["PrincipalId"])
    only = parameters.get("Filter", {}).get("ApplicationArn")
    own = _check_may_list_for_principal(call, only)
    known = org.user_by_id if principal[0] == "USER" else org.group_by_id
    if not own or (principal[1] not in known and not org.applications_of.get(principal)):
        raise AwsError("ResourceNotFoundException", f"{principal[0]} {principal[1]} not found.")
    principals = [principal]
    if principal[0] == "USER" and org.options.inherited_application_rows:
        principals += [("GROUP", group_id) for group_id in org.memberships_of.get(principal[1], ())]

    def rows(number: int) -> Iterator[tuple[int, str, Principal]]:
        held = [(holder, org.applications_of.get(holder)) for holder in principals]
        if only is None:
            return merged(held, number)
        return iter(sorted((there[only], only, holder) for holder, there in held if there and only in there))

    found, more = call.page(rows, lambda row: row[0])
    return {
        "ApplicationAssignments": [
            {"ApplicationArn": arn, "PrincipalId": holder[1], "PrincipalType": holder[0]} for _, arn, holder in found
        ],
        **more,
    }


def delete_application_assignment(call: Call) -> Answer:
    """Takes effect immediately. A missing assignment is an error: the model has one, and nothing says idempotent."""
    application = _application(call, call.parameters["ApplicationArn"])
    principal: Principal = (call.parameters["PrincipalType"], call.parameters["PrincipalId"])
    if principal not in application.principals:
        raise AwsError("ResourceNotFoundException", "Application assignment not found.")
    unassign_application(call.org, application.arn, *principal)
    return {}


APPLICATION_OPERATIONS: dict[str, Operation] = {
    "ListApplications": list_applications,
    "DescribeApplication": describe_application,
    "GetApplicationAssignmentConfiguration": get_application_assignment_configuration,
    "GetApplicationSessionConfiguration": get_application_session_configuration,
    "ListApplicationAssignments": list_application_assignments,
    "ListApplicationAssignmentsForPrincipal": list_application_assignments_for_principal,
    "DeleteApplicationAssignment": delete_application_assignment,
}
