"""Assignments of accounts and of applications, each read by user or group, or by account or application."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.aws.directory import check_gone
from bot.aws.instance import SSO, IdentityCenter
from bot.aws.requests.client import Aws
from bot.aws.requests.errors import understood
from bot.core.errors import AwsNotFound, AwsRejected
from bot.core.models import Account, Application, GrantKind
from bot.ports import ApplicationAssignment, Assignment, Location

# The largest page of each list.
PAGE = 100
APPLICATIONS_PAGE = 50
# The calls that an account is assumed to take before one has been read: it may have seven permission sets.
CALLS_AN_ACCOUNT = 8.0
# How many accounts are looked at to find out how many calls one takes.
SAMPLE = 10


class CountedSource:
    """Knows how many calls a location takes: the average of those read so far, and a guess before that."""

    def __init__(self, guess: float) -> None:
        self._guess, self._calls = guess, dict[str, int]()

    def calls_per_location(self) -> float:
        return sum(self._calls.values()) / len(self._calls) if self._calls else self._guess

    def calls_known(self) -> bool:
        return bool(self._calls)

    def learn(self) -> None:
        """Does nothing: the guess is good enough, and the first read corrects it."""


class AccountSource(CountedSource):
    """Account assignments. Implements `ports.GrantSource`."""

    kind = GrantKind.ACCOUNT

    def __init__(self, aws: Aws, center: IdentityCenter, accounts: Callable[[], Mapping[str, Account]]) -> None:
        super().__init__(CALLS_AN_ACCOUNT)
        self._aws, self._center, self._accounts = aws, center, accounts

    def of(self, principal_type: str, principal_id: str) -> tuple[Assignment, ...]:
        if not self._center.instance().permission_sets:
            return ()
        name = "ListAccountAssignmentsForPrincipal"
        rows = _of_principal(self._aws, self._center, name, "AccountAssignments", principal_type, principal_id)
        return tuple(assignment(row) for row in rows)

    def locations(self) -> Sequence[Location]:
        if not self._center.instance().permission_sets:
            return ()
        return [Location(account.id, account.name) for account in self._accounts().values()]

    def at(self, location_id: str) -> Iterator[Assignment]:
        provisioned, calls = self._provisioned(location_id)
        for arn in provisioned:
            for page in self._list(
                "ListAccountAssignments", "AccountAssignments", AccountId=location_id, PermissionSetArn=arn
            ):
                calls += 1
                yield from map(assignment, page)
        self._calls[location_id] = calls

    def learn(self) -> None:
        if self.calls_known():
            return
        accounts = list(self._accounts())
        for account_id in accounts[:: max(1, len(accounts) // SAMPLE)][:SAMPLE]:
            provisioned, calls = self._provisioned(account_id)
            self._calls[account_id] = calls + len(provisioned)

    def _provisioned(self, account_id: str) -> tuple[list[str], int]:
        """The permission sets that somebody is assigned there, and how many calls it took to list them."""
        pages = list(self._list("ListPermissionSetsProvisionedToAccount", "PermissionSets", AccountId=account_id))
        return [arn for page in pages for arn in page], len(pages)

    def only_by_location(self) -> str:
        # docs/facts.md#whole-lists-from-management
        return _outside(self._center, "AWS lists the assignments of a user to the management account only")

    def _list(self, operation: str, key: str, **parameters: Any) -> Iterator[list[Any]]:
        instance = self._center.instance().arn
        return self._aws.pages(SSO, operation, key, InstanceArn=instance, MaxResults=PAGE, **parameters)


class ApplicationSource(CountedSource):
    """Application assignments. Implements `ports.GrantSource`; `found` is told which applications were listed.

    That one takes one call is a good guess: most have one page.
    """

    kind = GrantKind.APPLICATION

    def __init__(
        self,
        aws: Aws,
        center: IdentityCenter,
        accounts: Callable[[], Mapping[str, Account]],
        found: Callable[[Sequence[Application]], None],
    ) -> None:
        super().__init__(1.0)
        self._aws, self._center, self._accounts, self._found = aws, center, accounts, found

    def of(self, principal_type: str, principal_id: str) -> tuple[ApplicationAssignment, ...]:
        name = "ListApplicationAssignmentsForPrincipal"
        rows = _of_principal(self._aws, self._center, name, "ApplicationAssignments", principal_type, principal_id)
        return tuple(map(_application_assignment, rows))

    def locations(self) -> Sequence[Location]:
        try:
            listed = list(self._list())
        except AwsRejected:
            if not self.only_by_location():
                raise
            # "Member accounts must use the applicationAccount parameter" (API reference, ListApplications); whether
            # a delegated administrator counts as one is not said.
            listed = [item for account in self._accounts() for item in self._list(ApplicationAccount=account)]
        locations = [_application_location(item) for item in listed]
        self._found([Application(location.id, location.name) for location in locations])
        return locations

    def at(self, location_id: str) -> Iterator[ApplicationAssignment]:
        calls = 0
        for page in self._aws.pages(
            SSO, "ListApplicationAssignments", "ApplicationAssignments", ApplicationArn=location_id, MaxResults=PAGE
        ):
            calls += 1
            yield from map(_application_assignment, page)
        self._calls[location_id] = calls

    def only_by_location(self) -> str:
        # "You must provide a filter when calling this action from a member account" (botocore model)
        return _outside(self._center, "AWS lists the applications of a user to the management account only")

    def _list(self, **only: str) -> Iterator[dict[str, Any]]:
        wanted: dict[str, Any] = {"Filter": only} if only else {}
        instance = self._center.instance().arn
        for page in self._aws.pages(
            SSO, "ListApplications", "Applications", InstanceArn=instance, MaxResults=APPLICATIONS_PAGE, **wanted
        ):
            yield from page


def _outside(center: IdentityCenter, why: str) -> str:
    return "" if center.caller_account_id() == center.management_account_id() else why


def _of_principal(
    aws: Aws, center: IdentityCenter, operation: str, key: str, principal_type: str, principal_id: str
) -> list[Mapping[str, Any]]:
    """Every row; none for somebody who is gone. "Not found" is not believed of somebody who is still there."""
    who = {"PrincipalId": principal_id, "PrincipalType": principal_type}
    try:
        pages = aws.pages(SSO, operation, key, InstanceArn=center.instance().arn, MaxResults=PAGE, **who)
        return [row for page in pages for row in page]
    except AwsNotFound:
        check_gone(aws, center.instance(), principal_type, principal_id, SSO, operation)
        return []


@understood
def assignment(row: Mapping[str, Any]) -> Assignment:
    """A row of ListAccountAssignments or ListAccountAssignmentsForPrincipal."""
    members = (row["AccountId"], row["PermissionSetArn"], row["PrincipalType"], row["PrincipalId"])
    # Thousands of rows name the same few accounts and permission sets.
    return Assignment(*map(sys.intern, members))


@understood
def _application_location(item: Mapping[str, Any]) -> Location:
    return Location(item["ApplicationArn"], item.get("Name", ""))


@understood
def _application_assignment(row: Mapping[str, Any]) -> ApplicationAssignment:
    return ApplicationAssignment(row["ApplicationArn"], row["PrincipalType"], row["PrincipalId"])
