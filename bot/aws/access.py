"""Who may go where: kinds of grants and accounts; removing a grant, and following AWS's job."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
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
from bot.core.models import Account
from bot.ports import Assignment, GrantSource, Job

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
        self._accounts: Cache[Mapping[str, Account]] = Cache()
        center = IdentityCenter(aws, instance_arn)
        sets, applications = PermissionSets(aws, center, allowance), Applications(aws, allowance)
        entitlements = AccountAccess(aws, center, used=account_access)
        # What its parts answer.
        self.instance, self.management_account_id = center.instance, center.management_account_id
        self.caller_account_id, self.caller_user_name = center.caller_account_id, center.caller_user_name
        self.permission_set, self.permission_set_arns = sets.get, sets.arns
        self.provisioned_in, self.delete_permission_set = sets.provisioned_in, sets.delete
        self.application, self.background_sessions = applications.get, applications.background_sessions
        self.open_applications = applications.open_to_all
        self.account_access_arn, self.delete_entitlement = entitlements.arn, entitlements.delete

        def accounts() -> Mapping[str, Account]:
            return self.accounts(max_age=ACCOUNTS_AGE)

        self._sources: Sequence[GrantSource] = (
            AccountSource(aws, center, accounts),
            ApplicationSource(aws, center, accounts, applications.note),
            EntitlementSource(aws, entitlements.arn),
        )

    def accounts(self, *, max_age: float = 0.0) -> Mapping[str, Account]:
        return self._accounts.get("all", self._read_accounts, max_age=max_age)

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
        who = {"PrincipalType": "USER", "PrincipalId": user_id}
        with suppress(AwsNotFound):
            self._aws.call(SSO, "DeleteApplicationAssignment", ApplicationArn=application_arn, **who)

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
