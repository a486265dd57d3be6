"""Who may go where: kinds of grants and accounts; removing a grant, and following AWS's job."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.aws.account_access import AccountAccess, EntitlementSource
from bot.aws.applications import Applications
from bot.aws.cache import Allowance, Cache
from bot.aws.grants import PAGE, AccountSource, ApplicationSource, assignment
from bot.aws.instance import SSO, IdentityCenter
from bot.aws.permission_sets import PermissionSets
from bot.aws.requests.client import Aws
from bot.aws.requests.errors import understood
from bot.core.errors import AwsNotFound, AwsUnavailable
from bot.core.models import Account, Application, PermissionSet
from bot.ports import Assignment, GrantSource, Instance, Job, OpenApplications

ORGANIZATIONS = "organizations"
# The largest page of Organizations.
ORGANIZATIONS_PAGE = 20
# For reading account by account, a list this old will do within one scan. In seconds.
ACCOUNTS_AGE = 60.0


class SsoAdmin:
    """Implements `ports.Access`. `instance_arn` chooses one when the account sees several.

    `account_access`: False when account access manager is known not to be used, so that it is not asked. `allowance`:
    for refreshing what is already known.
    """

    def __init__(
        self, aws: Aws, instance_arn: str = "", *, account_access: bool = True, allowance: Allowance | None = None
    ) -> None:
        self._aws = aws
        self._center = IdentityCenter(aws, instance_arn)
        self._permission_sets = PermissionSets(aws, self._center, allowance)
        self._applications = Applications(aws, allowance)
        self._accounts: Cache[Mapping[str, Account]] = Cache()
        self._account_access = AccountAccess(aws, self._center, used=account_access)

        def accounts() -> Mapping[str, Account]:
            return self.accounts(max_age=ACCOUNTS_AGE)

        self._sources: Sequence[GrantSource] = (
            AccountSource(aws, self._center, accounts),
            ApplicationSource(aws, self._center, accounts, self._applications.note),
            EntitlementSource(aws, self._account_access.arn),
        )

    def instance(self) -> Instance:
        return self._center.instance()

    def management_account_id(self) -> str:
        return self._center.management_account_id()

    def caller_account_id(self) -> str:
        return self._center.caller_account_id()

    def caller_user_name(self) -> str:
        return self._center.caller_user_name()

    def accounts(self, *, max_age: float = 0.0) -> Mapping[str, Account]:
        return self._accounts.get("all", self._read_accounts, max_age=max_age)

    def permission_set(self, arn: str) -> PermissionSet:
        return self._permission_sets.get(arn)

    def permission_set_arns(self) -> tuple[str, ...]:
        return self._permission_sets.arns()

    def provisioned_in(self, permission_set_arn: str) -> tuple[str, ...]:
        return self._permission_sets.provisioned_in(permission_set_arn)

    def delete_permission_set(self, permission_set_arn: str) -> None:
        self._permission_sets.delete(permission_set_arn)

    def application(self, arn: str) -> Application:
        return self._applications.get(arn)

    def background_sessions(self, application_arn: str) -> bool | None:
        return self._applications.background_sessions(application_arn)

    def open_applications(self) -> OpenApplications:
        return self._applications.open_to_all

    def account_access_arn(self) -> str:
        return self._account_access.arn()

    def grant_sources(self) -> Sequence[GrantSource]:
        return self._sources

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
        return tuple(assignment(row) for page in pages for row in page)

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
        return job_of(answer["AccountAssignmentDeletionStatus"])

    def delete_application_assignment(self, application_arn: str, user_id: str) -> None:
        try:
            self._aws.call(
                SSO,
                "DeleteApplicationAssignment",
                ApplicationArn=application_arn,
                PrincipalType="USER",
                PrincipalId=user_id,
            )
        except AwsNotFound:
            return

    def delete_entitlement(self, entitlement_id: str) -> None:
        self._account_access.delete(entitlement_id)

    def deletion(self, request_id: str) -> Job:
        return job_of(self._describe_deletion(request_id))

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
            # The list holds request ids only; what each is about has to be looked up (botocore model).
            try:
                status = self._describe_deletion(row["RequestId"])
            except AwsNotFound:
                continue
            if (status.get("TargetId"), status.get("PermissionSetArn"), status.get("PrincipalId")) == wanted:
                return job_of(status)
        return None

    def _describe_deletion(self, request_id: str) -> dict[str, Any]:
        answer = self._aws.call(
            SSO,
            "DescribeAccountAssignmentDeletionStatus",
            InstanceArn=self.instance().arn,
            AccountAssignmentDeletionRequestId=request_id,
        )
        status: dict[str, Any] = answer["AccountAssignmentDeletionStatus"]
        return status

    def _read_accounts(self) -> Mapping[str, Account]:
        pages = self._aws.pages(ORGANIZATIONS, "ListAccounts", "Accounts", MaxResults=ORGANIZATIONS_PAGE)
        found = {account.id: account for page in pages for account in map(_account, page)}
        if not found:
            raise AwsUnavailable("AWS lists no account at all, but an organization has at least one.")
        return found


@understood
def _account(item: Mapping[str, Any]) -> Account:
    paths = item.get("Paths") or []
    # "o-…/r-…/ou-…/…/<account id>/": what lies between the organization and the account.
    parents = tuple(part for part in paths[0].split("/") if part.startswith(("r-", "ou-"))) if paths else ()
    # `Status` is retired since September 2026 and `State` replaces it (botocore model of Organizations).
    return Account(item["Id"], item.get("Name", ""), item.get("State") or item.get("Status"), parents)


def job_of(status: Mapping[str, Any]) -> Job:
    """An asynchronous request, as each of its operations describes it."""
    return Job(status.get("RequestId", ""), status["Status"], status.get("FailureReason", ""))
