"""Implements `ports.Access`."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bot.core.access.privilege import privilege_of, privilege_of_name
from bot.core.errors import AwsDenied, AwsNotFound, AwsRejected
from bot.core.models import Account, Application, PermissionSet, Privilege
from bot.playground.identity_center.changes.permission_sets import seconds_of
from bot.ports import Assignment, GrantSource, Instance, Job, OpenApplications
from tests.fakes.grants import FakeAccounts, FakeApplications, FakeEntitlements, assignment

if TYPE_CHECKING:
    from tests.fakes.aws import FakeAws


class FakeAccess:
    """Accounts, permission sets and grants as the organization has them now; caller and instance are read once."""

    def __init__(self, aws: "FakeAws", *, account_access: bool) -> None:
        self._aws, self._account_access = aws, account_access
        self._once: dict[str, str] = {}
        self._instance: Instance | None = None
        self._applications = FakeApplications(aws)
        self._sources: tuple[GrantSource, ...] = (FakeAccounts(aws), self._applications, FakeEntitlements(aws))

    def forget(self) -> None:
        self._once.clear()
        self._instance = None

    def instance(self) -> Instance:
        if self._instance is None:
            self._instance = self._read_instance()
        return self._instance

    def management_account_id(self) -> str:
        if "management" not in self._once:
            found = self._aws.ask("organizations.DescribeOrganization")
            self._once["management"] = found["Organization"]["MasterAccountId"]
        return self._once["management"]

    def caller_account_id(self) -> str:
        return self._caller().split(":")[4]

    def caller_user_name(self) -> str:
        kind, role, session = self._caller().split(":")[5].split("/")
        return session if kind == "assumed-role" and role.startswith("AWSReservedSSO_") else ""

    def accounts(self, *, max_age: float = 0.0) -> Mapping[str, Account]:
        del max_age
        found = self._aws.ask("organizations.ListAccounts")["Accounts"]
        return {item["Id"]: Account(item["Id"], item["Name"], item["State"], _parents(item)) for item in found}

    def permission_set(self, arn: str) -> PermissionSet:
        found = self._ask("DescribePermissionSet", PermissionSetArn=arn)["PermissionSet"]
        return PermissionSet(arn, found["Name"], seconds_of(found["SessionDuration"]), self._privilege(found))

    def permission_set_arns(self) -> tuple[str, ...]:
        return tuple(self._ask("ListPermissionSets")["PermissionSets"])

    def provisioned_in(self, permission_set_arn: str) -> tuple[str, ...]:
        found = self._ask("ListAccountsForProvisionedPermissionSet", PermissionSetArn=permission_set_arn)
        return tuple(found["AccountIds"])

    def delete_permission_set(self, permission_set_arn: str) -> None:
        self._ask("DeletePermissionSet", PermissionSetArn=permission_set_arn)

    def application(self, arn: str) -> Application:
        return Application(arn, self._ask("DescribeApplication", ApplicationArn=arn)["Name"])

    def background_sessions(self, application_arn: str) -> bool | None:
        try:
            found = self._ask("GetApplicationSessionConfiguration", ApplicationArn=application_arn)
        except AwsDenied:
            return None
        return found.get("UserBackgroundSessionApplicationStatus") == "ENABLED"

    def open_applications(self) -> OpenApplications:
        return self._applications.open_to_all

    def account_access_arn(self) -> str:
        if not self._account_access:
            return ""
        self.instance()
        try:
            found = self._aws.ask("account-access.ListApplications")["applications"]
        except AwsRejected as error:
            if error.code == "UnknownOperationException":
                return ""
            raise
        if not found and self.caller_account_id() != self.management_account_id():
            raise AwsRejected("Where account access manager is not used say so: LEAVERBOT_ACCOUNT_ACCESS=false.")
        return str(found[0]["applicationArn"]) if found else ""

    def grant_sources(self) -> Sequence[GrantSource]:
        return self._sources

    def assigned(self, account_id: str, permission_set_arn: str) -> tuple[Assignment, ...]:
        found = self._ask("ListAccountAssignments", AccountId=account_id, PermissionSetArn=permission_set_arn)
        return tuple(map(assignment, found["AccountAssignments"]))

    def delete_application_assignment(self, application_arn: str, user_id: str) -> None:
        who = {"PrincipalType": "USER", "PrincipalId": user_id}
        with suppress(AwsNotFound):
            self._ask("DeleteApplicationAssignment", ApplicationArn=application_arn, **who)

    def delete_entitlement(self, entitlement_id: str) -> None:
        arn = self.account_access_arn()
        with suppress(AwsNotFound):
            if arn:
                self._aws.ask("account-access.DeleteEntitlement", applicationArn=arn, entitlementId=entitlement_id)

    def delete_assignment(self, account_id: str, permission_set_arn: str, user_id: str) -> Job:
        where = {"TargetId": account_id, "TargetType": "AWS_ACCOUNT", "PermissionSetArn": permission_set_arn}
        who = {"PrincipalType": "USER", "PrincipalId": user_id}
        return job(self._ask("DeleteAccountAssignment", **where, **who)["AccountAssignmentDeletionStatus"])

    def deletion(self, request_id: str) -> Job:
        return job(self._deletion(request_id))

    def find_deletion(self, account_id: str, permission_set_arn: str, user_id: str) -> Job | None:
        listed = self._ask("ListAccountAssignmentDeletionStatus", Filter={"Status": "IN_PROGRESS"})
        for item in listed["AccountAssignmentsDeletionStatus"]:
            with suppress(AwsNotFound):
                found = self._deletion(item["RequestId"])
                about = (found["TargetId"], found["PermissionSetArn"], found["PrincipalId"])
                if about == (account_id, permission_set_arn, user_id):
                    return job(found)
        return None

    def _read_instance(self) -> Instance:
        found = self._aws.ask("sso-admin.ListInstances")["Instances"]
        if not found:
            raise AwsRejected("There is no IAM Identity Center instance.")
        arn = found[0]["InstanceArn"]
        try:
            described = self._aws.ask("sso-admin.DescribeInstance", InstanceArn=arn)
        except AwsDenied:
            described = {"PermissionSetsEnabled": True}
        store, region = found[0]["IdentityStoreId"], found[0]["PrimaryRegion"]
        return Instance(arn, store, region, described["PermissionSetsEnabled"])

    def _caller(self) -> str:
        if "caller" not in self._once:
            self._once["caller"] = self._aws.ask("sts.GetCallerIdentity")["Arn"]
        return self._once["caller"]

    def _privilege(self, described: Mapping[str, Any]) -> Privilege | None:
        name, named = described["Name"], {"PermissionSetArn": described["PermissionSetArn"]}
        if known := privilege_of_name(name):
            return known
        try:
            managed = self._ask("ListManagedPoliciesInPermissionSet", **named)["AttachedManagedPolicies"]
            inline = self._ask("GetInlinePolicyForPermissionSet", **named).get("InlinePolicy", "")
        except AwsDenied:
            return None
        return privilege_of(name, [policy["Name"] for policy in managed], inline)

    def _deletion(self, request_id: str) -> dict[str, Any]:
        found = self._ask("DescribeAccountAssignmentDeletionStatus", AccountAssignmentDeletionRequestId=request_id)
        status: dict[str, Any] = found["AccountAssignmentDeletionStatus"]
        return status

    def _ask(self, operation: str, **parameters: Any) -> dict[str, Any]:
        return self._aws.ask(f"sso-admin.{operation}", **parameters)


def _parents(account: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(part for part in "".join(account.get("Paths", ())).split("/") if part.startswith(("r-", "ou-")))


def job(status: Mapping[str, Any]) -> Job:
    return Job(status["RequestId"], status["Status"], status.get("FailureReason", ""))
