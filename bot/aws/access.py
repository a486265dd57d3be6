"""Who may go where: the kinds of grants, names around them, removing a grant and following AWS's job."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import structlog

from bot.aws.cache import Allowance, Cache
from bot.aws.grants import ACCOUNT_ACCESS, PAGE, TOKEN, AccountSource, ApplicationSource, EntitlementSource, assignment
from bot.aws.instance import SSO, Home
from bot.aws.requests.client import Aws
from bot.aws.requests.errors import NO_SUCH_SERVICE, understood
from bot.core.errors import AwsDenied, AwsError, AwsNotFound, AwsRejected, AwsUnavailable
from bot.core.models import Account, Application, PermissionSet
from bot.core.privilege import privilege_of, privilege_of_name
from bot.ports import Assignment, GrantSource, Instance, Job, OpenApplications

log = structlog.get_logger(__name__)

ORGANIZATIONS = "organizations"
# Organizations gives 20 at most.
ORGANIZATIONS_PAGE = 20
# Whether account access manager is used may change at any time; one scan or dialog asks once. In seconds.
ACCOUNT_ACCESS_AGE = 60.0
# That it is not used is believed for one read of one person at most. In seconds.
NO_ACCOUNT_ACCESS_AGE = 5.0
# How an application is set up (whether it needs assignments, has background sessions) hardly ever changes; so many are
# asked about in one scan. In seconds.
NEEDS_ASSIGNMENT_AGE, MOST_CONFIGURATIONS = 6 * 3600.0, 100
# For walking through accounts, a list as old as this will do within one scan. In seconds.
ACCOUNTS_AGE = 60.0
# Its name and session; its managed policies; its inline policy.
CALLS_A_PERMISSION_SET = 3
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


class SsoAdmin:
    """Implements `ports.Access`. `instance_arn` chooses one when the account sees several.

    `account_access`: False when somebody knows that account access manager is not used, so that it is not asked.
    `allowance`: for reading again what is known already.
    """

    def __init__(
        self, aws: Aws, instance_arn: str = "", *, account_access: bool = True, allowance: Allowance | None = None
    ) -> None:
        self._aws, self._has_account_access = aws, account_access
        self._home = Home(aws, instance_arn)
        self._permission_sets: Cache[PermissionSet] = Cache(allowance=allowance, calls=CALLS_A_PERMISSION_SET)
        self._applications: Cache[Application] = Cache(allowance=allowance)
        self._accounts: Cache[Mapping[str, Account]] = Cache()
        self._needs_assignment: Cache[bool] = Cache(NEEDS_ASSIGNMENT_AGE, allowance=allowance)
        self._background: Cache[bool | None] = Cache(NEEDS_ASSIGNMENT_AGE, allowance=allowance)
        self._open_to_all = OpenApplications()
        self._account_access: Cache[str] = Cache(ACCOUNT_ACCESS_AGE)

        def accounts() -> Mapping[str, Account]:
            return self.accounts(max_age=ACCOUNTS_AGE)

        self._sources: Sequence[GrantSource] = (
            AccountSource(aws, self._home, accounts),
            ApplicationSource(aws, self._home, accounts, self._note_applications),
            EntitlementSource(aws, self.account_access_arn),
        )

    def instance(self) -> Instance:
        return self._home.instance()

    def management_account_id(self) -> str:
        return self._home.management_account_id()

    def caller_account_id(self) -> str:
        return self._home.caller_account_id()

    def caller_user_name(self) -> str:
        return self._home.caller_user_name()

    def accounts(self, *, max_age: float = 0.0) -> Mapping[str, Account]:
        return self._accounts.get("all", self._read_accounts, max_age=max_age)

    def permission_set(self, arn: str) -> PermissionSet:
        found = self._permission_sets.get(arn, lambda: self._read_permission_set(arn))
        if found.privilege is None:
            # The right to read it may be given any moment.
            self._permission_sets.doubt(arn)
        return found

    def permission_set_arns(self) -> tuple[str, ...]:
        pages = self._aws.pages(
            SSO, "ListPermissionSets", "PermissionSets", InstanceArn=self.instance().arn, MaxResults=PAGE
        )
        return tuple(str(arn) for page in pages for arn in page)

    def provisioned_in(self, permission_set_arn: str) -> tuple[str, ...]:
        pages = self._aws.pages(
            SSO,
            "ListAccountsForProvisionedPermissionSet",
            "AccountIds",
            InstanceArn=self.instance().arn,
            PermissionSetArn=permission_set_arn,
            MaxResults=PAGE,
        )
        return tuple(str(account_id) for page in pages for account_id in page)

    def delete_permission_set(self, permission_set_arn: str) -> None:
        named = {"InstanceArn": self.instance().arn, "PermissionSetArn": permission_set_arn}
        self._aws.call(SSO, "DeletePermissionSet", **named)
        self._permission_sets.forget(permission_set_arn)

    def application(self, arn: str) -> Application:
        return self._applications.get(arn, lambda: self._read_application(arn))

    def background_sessions(self, application_arn: str) -> bool | None:
        return self._background.get(application_arn, lambda: self._read_background(application_arn))

    def open_applications(self) -> OpenApplications:
        return self._open_to_all

    def account_access_arn(self) -> str:
        if not self._has_account_access:
            return ""
        known = self._account_access.get("", self._read_account_access_arn)
        if known:
            return known
        return self._account_access.get("", self._read_account_access_arn, max_age=NO_ACCOUNT_ACCESS_AGE)

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
        arn = self.account_access_arn()
        if not arn:
            return
        try:
            self._aws.call(ACCOUNT_ACCESS, "DeleteEntitlement", applicationArn=arn, entitlementId=entitlement_id)
        except AwsNotFound:
            return

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
            # The list names requests only; what each is about has to be asked for (botocore model).
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

    def _note_applications(self, found: Sequence[Application]) -> None:
        """Remember the names, and look which need no assignment; of many at once some wait for the next time."""
        names, unread = [], 0
        budget = MOST_CONFIGURATIONS
        for application in found:
            self._applications.put(application.arn, application)
            known = self._needs_assignment.has(application.arn)
            if not known and not budget:
                unread += 1
                continue
            budget -= not known
            try:
                needed = self._needs_assignment.get(
                    application.arn,
                    partial(self._read_needs_assignment, application.arn),
                )
            except AwsError as error:
                log.warning(
                    "whether an application needs assignments is not known", arn=application.arn, why=str(error)
                )
                unread += 1
            else:
                names += [] if needed else [application.name or application.arn]
        self._open_to_all = OpenApplications(tuple(names), unread)

    def _read_needs_assignment(self, arn: str) -> bool:
        answer = self._aws.call(SSO, "GetApplicationAssignmentConfiguration", ApplicationArn=arn)
        # True is the default; only a clear no means that everybody may use it.
        return answer.get("AssignmentRequired") is not False

    def _read_background(self, arn: str) -> bool | None:
        try:
            answer = self._aws.call(SSO, "GetApplicationSessionConfiguration", ApplicationArn=arn)
        except AwsDenied as error:
            log.warning("whether an application has background sessions is not known", arn=arn, why=str(error))
            return None
        return answer.get("UserBackgroundSessionApplicationStatus") == "ENABLED"

    def _read_application(self, arn: str) -> Application:
        return Application(arn, self._aws.call(SSO, "DescribeApplication", ApplicationArn=arn).get("Name", ""))

    def _read_account_access_arn(self) -> str:
        self._home.instance()  # so that the region is the instance's
        try:
            pages = self._aws.pages(ACCOUNT_ACCESS, "ListApplications", "applications", token=TOKEN)
            found = [item["applicationArn"] for page in pages for item in page]
        except AwsRejected as error:
            if error.code == NO_SUCH_SERVICE:
                return ""
            raise
        if len(found) > 1:
            # One belongs to one instance (API reference, CreateApplication), so another instance has one here.
            raise AwsRejected(
                f"Account access manager has several applications in this account ({', '.join(sorted(found))}), but "
                "leaverbot reads only one."
            )
        if not found and self._home.caller_account_id() != self._home.management_account_id():
            raise AwsRejected(
                "AWS lists the applications of account access manager to their own account only, and leaverbot does "
                "not run in the management account. Where it is not used say so: LEAVERBOT_ACCOUNT_ACCESS=false."
            )
        return str(found[0]) if found else ""

    def _read_accounts(self) -> Mapping[str, Account]:
        pages = self._aws.pages(ORGANIZATIONS, "ListAccounts", "Accounts", MaxResults=ORGANIZATIONS_PAGE)
        found = {account.id: account for page in pages for account in map(_account, page)}
        if not found:
            raise AwsUnavailable("AWS lists no account at all, but an organization has at least one.")
        return found

    def _read_permission_set(self, arn: str) -> PermissionSet:
        named = {"InstanceArn": self.instance().arn, "PermissionSetArn": arn}
        answer = self._aws.call(SSO, "DescribePermissionSet", **named)["PermissionSet"]
        name = answer.get("Name", "")
        privilege = privilege_of_name(name)
        if privilege is None:
            try:
                pages = self._aws.pages(
                    SSO, "ListManagedPoliciesInPermissionSet", "AttachedManagedPolicies", **named, MaxResults=PAGE
                )
                managed = [policy.get("Arn", "").rpartition("/")[2] for page in pages for policy in page]
                inline = self._aws.call(SSO, "GetInlinePolicyForPermissionSet", **named).get("InlinePolicy", "")
                privilege = privilege_of(name, managed, inline)
            except AwsDenied as error:
                # Only how bad it is depends on it, not whether there is access: the scan notes it.
                log.warning("what a permission set allows could not be read", permission_set=arn, why=str(error))
        return PermissionSet(arn, name, session_seconds(answer.get("SessionDuration", "")), privilege)


def session_seconds(duration: str) -> int | None:
    """`SessionDuration` ("PT4H") in seconds; None for what is not such a duration."""
    match = _DURATION.fullmatch(duration)
    if not match or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


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
