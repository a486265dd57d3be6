"""The three kinds of grants, each read from either end: by user or group, or by account or application."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from bot.aws.instance import SSO, InstanceReader
from bot.aws.requests.client import Aws
from bot.aws.requests.errors import contradiction, understood
from bot.core.errors import AwsNotFound, AwsRejected
from bot.core.models import Account, Application, GrantKind
from bot.ports import ApplicationAssignment, Assignment, Entitlement, Location

ACCOUNT_ACCESS = "account-access"
# How account access manager calls what the others call NextToken.
TOKEN = "nextToken"  # noqa: S105 - the name of a member
# The most each list gives at once.
PAGE = 100
APPLICATIONS_PAGE = 50
# The calls that a location is assumed to take before one was read: an account with seven permission sets, a few pages
# of entitlements.
CALLS_AN_ACCOUNT = 8.0
CALLS_ALL_ENTITLEMENTS = 3.0
# So many accounts are looked at to find out what one costs.
SAMPLE = 10


class Home(InstanceReader, Protocol):
    """Whoever knows the instance and the accounts around it."""

    def management_account_id(self) -> str: ...
    def caller_account_id(self) -> str: ...


class _Average:
    """Calls a location, from what the locations read so far took."""

    def __init__(self, first_guess: float) -> None:
        self._guess, self._calls = first_guess, dict[str, int]()

    def note(self, location_id: str, calls: int) -> None:
        self._calls[location_id] = calls

    def known(self) -> bool:
        return bool(self._calls)

    def value(self) -> float:
        return sum(self._calls.values()) / len(self._calls) if self._calls else self._guess


class AccountSource:
    """Account assignments. Implements `ports.GrantSource`."""

    kind = GrantKind.ACCOUNT

    def __init__(self, aws: Aws, home: Home, accounts: Callable[[], Mapping[str, Account]]) -> None:
        self._aws, self._home, self._accounts = aws, home, accounts
        self._calls = _Average(CALLS_AN_ACCOUNT)

    def of(self, principal_type: str, principal_id: str) -> tuple[Assignment, ...]:
        if not self._home.instance().permission_sets:
            return ()
        name = "ListAccountAssignmentsForPrincipal"
        rows = _of_principal(self._aws, self._home, name, "AccountAssignments", principal_type, principal_id)
        return tuple(assignment(row) for row in rows)

    def locations(self) -> Sequence[Location]:
        if not self._home.instance().permission_sets:
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
        self._calls.note(location_id, calls)

    def calls_per_location(self) -> float:
        return self._calls.value()

    def calls_known(self) -> bool:
        return self._calls.known()

    def learn(self) -> None:
        if self.calls_known():
            return
        accounts = list(self._accounts())
        for account_id in accounts[:: max(1, len(accounts) // SAMPLE)][:SAMPLE]:
            provisioned, calls = self._provisioned(account_id)
            self._calls.note(account_id, calls + len(provisioned))

    def _provisioned(self, account_id: str) -> tuple[list[str], int]:
        """The permission sets that somebody is assigned there, and how many calls that took."""
        pages = list(self._list("ListPermissionSetsProvisionedToAccount", "PermissionSets", AccountId=account_id))
        return [arn for page in pages for arn in page], len(pages)

    def only_by_location(self) -> str:
        # docs/facts.md#whole-lists-from-management
        return _outside(self._home, "AWS lists the assignments of a user to the management account only")

    def _list(self, operation: str, key: str, **parameters: Any) -> Iterator[list[Any]]:
        instance = self._home.instance().arn
        return self._aws.pages(SSO, operation, key, InstanceArn=instance, MaxResults=PAGE, **parameters)


class ApplicationSource:
    """Application assignments. Implements `ports.GrantSource`; `found` is told of the applications listed."""

    kind = GrantKind.APPLICATION

    def __init__(
        self,
        aws: Aws,
        home: Home,
        accounts: Callable[[], Mapping[str, Account]],
        found: Callable[[Sequence[Application]], None],
    ) -> None:
        self._aws, self._home, self._accounts, self._found = aws, home, accounts, found
        self._calls = _Average(1.0)

    def of(self, principal_type: str, principal_id: str) -> tuple[ApplicationAssignment, ...]:
        name = "ListApplicationAssignmentsForPrincipal"
        rows = _of_principal(self._aws, self._home, name, "ApplicationAssignments", principal_type, principal_id)
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
        self._calls.note(location_id, calls)

    def calls_per_location(self) -> float:
        return self._calls.value()

    def calls_known(self) -> bool:
        return self._calls.known()

    def learn(self) -> None:
        """The guess is good enough: most applications have one page."""

    def only_by_location(self) -> str:
        # "You must provide a filter when calling this action from a member account" (botocore model)
        return _outside(self._home, "AWS lists the applications of a user to the management account only")

    def _list(self, **only: str) -> Iterator[dict[str, Any]]:
        wanted: dict[str, Any] = {"Filter": only} if only else {}
        instance = self._home.instance().arn
        for page in self._aws.pages(
            SSO, "ListApplications", "Applications", InstanceArn=instance, MaxResults=APPLICATIONS_PAGE, **wanted
        ):
            yield from page


class EntitlementSource:
    """Account access manager: ordinary IAM roles for users and groups. Implements `ports.GrantSource`.

    `application` gives the ARN of its one application, "" where there is none or no such service.
    """

    kind = GrantKind.ENTITLEMENT

    def __init__(self, aws: Aws, application: Callable[[], str]) -> None:
        self._aws, self._application = aws, application
        self._calls = _Average(CALLS_ALL_ENTITLEMENTS)

    def of(self, principal_type: str, principal_id: str) -> tuple[Entitlement, ...]:
        principal = {"userId" if principal_type == "USER" else "groupId": principal_id}
        return tuple(self._list({"principalRole": {"principal": {"identityCenter": principal}}}))

    def locations(self) -> Sequence[Location]:
        arn = self._application()
        return [Location(arn, "account access manager")] if arn else []

    def at(self, location_id: str) -> Iterator[Entitlement]:
        yield from self._list({}, location_id)

    def calls_per_location(self) -> float:
        return self._calls.value()

    def calls_known(self) -> bool:
        return self._calls.known()

    def learn(self) -> None:
        """The guess is good enough: one read tells."""

    def only_by_location(self) -> str:
        return ""

    def _list(self, wanted: dict[str, Any], application: str = "") -> Iterator[Entitlement]:
        arn = application or self._application()
        if not arn:
            return
        calls = 0
        for page in self._aws.pages(
            ACCOUNT_ACCESS,
            "ListEntitlements",
            "entitlements",
            token=TOKEN,
            applicationArn=arn,
            filter=wanted,
            maxResults=PAGE,
        ):
            calls += 1
            yield from map(_entitlement, page)
        if not wanted:
            self._calls.note(arn, calls)


def _outside(home: Home, why: str) -> str:
    return "" if home.caller_account_id() == home.management_account_id() else why


def _of_principal(
    aws: Aws, home: Home, operation: str, key: str, principal_type: str, principal_id: str
) -> list[Mapping[str, Any]]:
    """Every row; none for somebody who is gone. "Not found" for somebody who is still there is not believed."""
    who = {"PrincipalId": principal_id, "PrincipalType": principal_type}
    try:
        pages = aws.pages(SSO, operation, key, InstanceArn=home.instance().arn, MaxResults=PAGE, **who)
        return [row for page in pages for row in page]
    except AwsNotFound:
        _check_gone(aws, home, operation, principal_type, principal_id)
        return []


def _check_gone(aws: Aws, home: Home, operation: str, principal_type: str, principal_id: str) -> None:
    """Raise AwsUnavailable for a user or group that is still there: then "not found" does not mean "no access"."""
    describe, key = {"USER": ("DescribeUser", "UserId"), "GROUP": ("DescribeGroup", "GroupId")}[principal_type]
    store = {"IdentityStoreId": home.instance().identity_store_id}
    try:
        aws.call("identitystore", describe, **store, **{key: principal_id})
    except AwsNotFound:
        return
    raise contradiction(SSO, operation, principal_type.lower())


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


@understood
def _entitlement(item: Mapping[str, Any]) -> Entitlement:
    """Raises AwsRejected for a kind that this version does not know: it may be a way in, so it is not skipped."""
    held = item.get("entitlement", {}).get("principalRole", {})
    who = held.get("principal", {}).get("identityCenter", {})
    role = held.get("roleArn", "")
    if not role or not ({"userId", "groupId"} & set(who)):
        raise AwsRejected(
            f"Entitlement {item.get('entitlementId')} is of a kind that this version of leaverbot does not know."
        )
    kind, principal = ("USER", who["userId"]) if who.get("userId") else ("GROUP", who["groupId"])
    return Entitlement(item["entitlementId"], role, held.get("account") or role.split(":")[4], kind, principal)
