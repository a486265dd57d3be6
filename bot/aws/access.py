"""Who may go where: assignments, permission sets, accounts; removing an assignment and following AWS's job."""

import re
import threading
from collections.abc import Mapping
from typing import Any, Protocol

from bot.aws.client import Aws
from bot.aws.remember import Remembered
from bot.core.errors import AwsNotFound, AwsRejected, AwsUnavailable
from bot.core.models import Account, PermissionSet
from bot.ports import Assignment, Instance, Job

SSO = "sso-admin"
ORGANIZATIONS = "organizations"
# The most each list gives at once (Organizations gives 20).
PAGE = 100
ORGANIZATIONS_PAGE = 20
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


class InstanceReader(Protocol):
    """Whoever knows the instance."""

    def instance(self) -> Instance: ...


class SsoAdmin:
    """Implements `ports.Access`. `instance_arn` chooses one when the account sees several."""

    def __init__(self, aws: Aws, instance_arn: str = "") -> None:
        self._aws, self._instance_arn = aws, instance_arn
        self._lock = threading.Lock()
        self._known_instance: Instance | None = None
        self._permission_sets: Remembered[PermissionSet] = Remembered()
        self._organization: Remembered[str] = Remembered()
        self._accounts: Remembered[Mapping[str, Account]] = Remembered()

    def instance(self) -> Instance:
        with self._lock:
            if self._known_instance is None:
                self._known_instance = self._find_instance()
            return self._known_instance

    def management_account_id(self) -> str:
        return self._organization.get("id", self._read_management_account_id)

    def accounts(self, *, max_age: float = 0.0) -> Mapping[str, Account]:
        return self._accounts.get("all", self._read_accounts, max_age=max_age)

    def permission_set(self, arn: str) -> PermissionSet:
        return self._permission_sets.get(arn, lambda: self._read_permission_set(arn))

    def assignments(self, principal_type: str, principal_id: str) -> tuple[Assignment, ...]:
        pages = self._aws.pages(
            SSO,
            "ListAccountAssignmentsForPrincipal",
            "AccountAssignments",
            InstanceArn=self.instance().arn,
            PrincipalId=principal_id,
            PrincipalType=principal_type,
            MaxResults=PAGE,
        )
        try:
            return tuple(_assignment(row) for page in pages for row in page)
        except AwsNotFound:
            self._check_gone(principal_type, principal_id)
            return ()

    def assigned(self, account_id: str, permission_set_arn: str) -> tuple[Assignment, ...]:
        pages = self._aws.pages(
            SSO,
            "ListAccountAssignments",
            "AccountAssignments",
            InstanceArn=self.instance().arn,
            AccountId=account_id,
            PermissionSetArn=permission_set_arn,
            MaxResults=PAGE,
        )
        return tuple(_assignment(row) for page in pages for row in page)

    def delete_assignment(self, account_id: str, permission_set_arn: str, user_id: str) -> Job:
        answer = self._aws.call(
            SSO,
            "DeleteAccountAssignment",
            InstanceArn=self.instance().arn,
            TargetId=account_id,
            TargetType="AWS_ACCOUNT",
            PermissionSetArn=permission_set_arn,
            PrincipalType="USER",
            PrincipalId=user_id,
        )
        return _job(answer["AccountAssignmentDeletionStatus"])

    def deletion(self, request_id: str) -> Job:
        return _job(self._describe_deletion(request_id))

    def find_deletion(self, account_id: str, permission_set_arn: str, user_id: str) -> Job | None:
        pages = self._aws.pages(
            SSO,
            "ListAccountAssignmentDeletionStatus",
            "AccountAssignmentsDeletionStatus",
            InstanceArn=self.instance().arn,
            Filter={"Status": "IN_PROGRESS"},
            MaxResults=PAGE,
        )
        wanted = (account_id, permission_set_arn, user_id)
        for row in (row for page in pages for row in page):
            # The list names requests only; what each is about has to be asked for (botocore model).
            try:
                status = self._describe_deletion(row["RequestId"])
            except AwsNotFound:
                continue
            if (status.get("TargetId"), status.get("PermissionSetArn"), status.get("PrincipalId")) == wanted:
                return _job(status)
        return None

    def _check_gone(self, principal_type: str, principal_id: str) -> None:
        """Raise AwsUnavailable for a user or group that is still there: then "not found" does not mean "no access"."""
        operation, key = {"USER": ("DescribeUser", "UserId"), "GROUP": ("DescribeGroup", "GroupId")}[principal_type]
        store = {"IdentityStoreId": self.instance().identity_store_id}
        try:
            self._aws.call("identitystore", operation, **store, **{key: principal_id})
        except AwsNotFound:
            return
        name = "ListAccountAssignmentsForPrincipal"
        raise AwsUnavailable(
            f"AWS contradicts itself: the {principal_type.lower()} is there, but {name} does not find it.",
            operation=f"{SSO}.{name}",
            code="ResourceNotFoundException",
        )

    def _describe_deletion(self, request_id: str) -> dict[str, Any]:
        answer = self._aws.call(
            SSO,
            "DescribeAccountAssignmentDeletionStatus",
            InstanceArn=self.instance().arn,
            AccountAssignmentDeletionRequestId=request_id,
        )
        status: dict[str, Any] = answer["AccountAssignmentDeletionStatus"]
        return status

    def _find_instance(self) -> Instance:
        found = [item for page in self._aws.pages(SSO, "ListInstances", "Instances") for item in page]
        if self._instance_arn:
            found = [item for item in found if item.get("InstanceArn") == self._instance_arn]
        if not found:
            named = f" with the ARN {self._instance_arn} (LEAVERBOT_INSTANCE_ARN)" if self._instance_arn else ""
            raise AwsRejected(
                f"There is no IAM Identity Center instance{named} in {self._aws.region}. Set AWS_REGION to its "
                "region and use credentials of the management account."
            )
        if len(found) > 1:
            arns = ", ".join(sorted(item["InstanceArn"] for item in found))
            raise AwsRejected(f"There are several instances: {arns}. Name one in LEAVERBOT_INSTANCE_ARN.")
        return Instance(found[0]["InstanceArn"], found[0]["IdentityStoreId"], self._aws.region)

    def _read_management_account_id(self) -> str:
        organization = self._aws.call(ORGANIZATIONS, "DescribeOrganization")["Organization"]
        return str(organization["MasterAccountId"])

    def _read_accounts(self) -> Mapping[str, Account]:
        pages = self._aws.pages(ORGANIZATIONS, "ListAccounts", "Accounts", MaxResults=ORGANIZATIONS_PAGE)
        return {item["Id"]: _account(item) for page in pages for item in page}

    def _read_permission_set(self, arn: str) -> PermissionSet:
        answer = self._aws.call(SSO, "DescribePermissionSet", InstanceArn=self.instance().arn, PermissionSetArn=arn)[
            "PermissionSet"
        ]
        return PermissionSet(arn, answer.get("Name", ""), session_seconds(answer.get("SessionDuration", "")))


def session_seconds(duration: str) -> int | None:
    """`SessionDuration` ("PT4H") in seconds; None for what is not such a duration."""
    match = _DURATION.fullmatch(duration)
    if not match or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _account(item: Mapping[str, Any]) -> Account:
    paths = item.get("Paths") or []
    # "o-…/r-…/ou-…/…/<account id>/": what lies between the organization and the account.
    parents = tuple(part for part in paths[0].split("/") if part.startswith(("r-", "ou-"))) if paths else ()
    # `Status` is retired since September 2026 and `State` replaces it (botocore model of Organizations).
    return Account(item["Id"], item.get("Name", ""), item.get("State") or item.get("Status"), parents)


def _assignment(row: Mapping[str, Any]) -> Assignment:
    return Assignment(row["AccountId"], row["PermissionSetArn"], row["PrincipalType"], row["PrincipalId"])


def _job(status: Mapping[str, Any]) -> Job:
    return Job(status.get("RequestId", ""), status["Status"], status.get("FailureReason", ""))
