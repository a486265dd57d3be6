"""Implements `ports.GrantSource`, once for each kind of grant."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.core.errors import AwsError, AwsNotFound, AwsRejected
from bot.core.models import GrantKind
from bot.ports import ApplicationAssignment, Assignment, Entitlement, Location, OpenApplications, Row
from tests.fakes.directory import believe

if TYPE_CHECKING:
    from tests.fakes.aws import FakeAws

# What a location is assumed to cost before anybody has looked.
GUESS = {GrantKind.ACCOUNT: 8.0, GrantKind.APPLICATION: 1.0, GrantKind.ENTITLEMENT: 3.0}


class _Grants:
    """What all kinds have in common."""

    kind: GrantKind

    def __init__(self, aws: "FakeAws") -> None:
        self._aws, self._calls = aws, dict[str, int]()

    def calls_per_location(self) -> float:
        return sum(self._calls.values()) / len(self._calls) if self._calls else GUESS[self.kind]

    def calls_known(self) -> bool:
        return bool(self._calls)

    def learn(self) -> None:
        """Does nothing: a guess will do."""

    def only_by_location(self) -> str:
        access = self._aws.access
        if access.caller_account_id() == access.management_account_id():
            return ""
        return f"AWS lists the {self.kind} grants of a user to the management account only"

    def _of(self, operation: str, principal_type: str, principal_id: str) -> dict[str, Any]:
        org = self._aws.org
        there = org.user_by_id if principal_type == "USER" else org.group_by_id
        try:
            return self._aws.ask(operation, PrincipalType=principal_type, PrincipalId=principal_id)
        except AwsNotFound as error:
            believe(error, gone=principal_id not in there)
            return {}


class FakeAccounts(_Grants):
    kind = GrantKind.ACCOUNT

    def of(self, principal_type: str, principal_id: str) -> tuple[Row, ...]:
        if not self._aws.access.instance().permission_sets:
            return ()
        found = self._of("sso-admin.ListAccountAssignmentsForPrincipal", principal_type, principal_id)
        return tuple(map(assignment, found.get("AccountAssignments", ())))

    def locations(self) -> Sequence[Location]:
        if not self._aws.access.instance().permission_sets:
            return ()
        return [Location(account.id, account.name) for account in self._aws.access.accounts().values()]

    def at(self, location_id: str) -> Iterator[Row]:
        arns = self._provisioned(location_id)
        for arn in arns:
            yield from self._aws.access.assigned(location_id, arn)
        self._calls[location_id] = 1 + len(arns)

    def learn(self) -> None:
        if not self._calls:
            accounts = [location.id for location in self.locations()]
            self._calls = {account: 1 + len(self._provisioned(account)) for account in accounts[:10]}

    def _provisioned(self, account_id: str) -> list[str]:
        found = self._aws.ask("sso-admin.ListPermissionSetsProvisionedToAccount", AccountId=account_id)
        return list(found["PermissionSets"])


class FakeApplications(_Grants):
    kind = GrantKind.APPLICATION
    open_to_all = OpenApplications()

    def of(self, principal_type: str, principal_id: str) -> tuple[Row, ...]:
        found = self._of("sso-admin.ListApplicationAssignmentsForPrincipal", principal_type, principal_id)
        return tuple(map(_application, found.get("ApplicationAssignments", ())))

    def locations(self) -> Sequence[Location]:
        locations = [Location(item["ApplicationArn"], item["Name"]) for item in self._listed()]
        self.open_to_all = self._open(locations)
        return locations

    def at(self, location_id: str) -> Iterator[Row]:
        found = self._aws.ask("sso-admin.ListApplicationAssignments", ApplicationArn=location_id)
        yield from map(_application, found["ApplicationAssignments"])
        self._calls[location_id] = 1

    def _listed(self) -> list[dict[str, Any]]:
        try:
            return list(self._aws.ask("sso-admin.ListApplications")["Applications"])
        except AwsRejected:
            if not self.only_by_location():
                raise
            found: list[dict[str, Any]] = []
            for account in self._aws.access.accounts():
                mine = self._aws.ask("sso-admin.ListApplications", Filter={"ApplicationAccount": account})
                found += mine["Applications"]
            return found

    def _open(self, locations: Sequence[Location]) -> OpenApplications:
        names, unread = list[str](), 0
        for location in locations:
            try:
                found = self._aws.ask("sso-admin.GetApplicationAssignmentConfiguration", ApplicationArn=location.id)
            except AwsError:
                unread += 1
            else:
                names += [] if found["AssignmentRequired"] else [location.name]
        return OpenApplications(tuple(names), unread)


class FakeEntitlements(_Grants):
    kind = GrantKind.ENTITLEMENT

    def of(self, principal_type: str, principal_id: str) -> tuple[Row, ...]:
        principal = {"userId" if principal_type == "USER" else "groupId": principal_id}
        return tuple(self._listed({"principalRole": {"principal": {"identityCenter": principal}}}))

    def locations(self) -> Sequence[Location]:
        arn = self._aws.access.account_access_arn()
        return [Location(arn, "account access manager")] if arn else []

    def at(self, location_id: str) -> Iterator[Row]:
        yield from self._listed({}, location_id)
        self._calls[location_id] = 1

    def only_by_location(self) -> str:
        return ""

    def _listed(self, wanted: Mapping[str, Any], application: str = "") -> Iterator[Entitlement]:
        arn = application or self._aws.access.account_access_arn()
        if not arn:
            return
        found = self._aws.ask("account-access.ListEntitlements", applicationArn=arn, filter=wanted)
        yield from map(_entitlement, found["entitlements"])


def assignment(row: Mapping[str, Any]) -> Assignment:
    return Assignment(row["AccountId"], row["PermissionSetArn"], row["PrincipalType"], row["PrincipalId"])


def _application(row: Mapping[str, Any]) -> ApplicationAssignment:
    return ApplicationAssignment(row["ApplicationArn"], row["PrincipalType"], row["PrincipalId"])


def _entitlement(item: Mapping[str, Any]) -> Entitlement:
    held = item["entitlement"]["principalRole"]
    [(key, who)] = held["principal"]["identityCenter"].items()
    kind = "USER" if key == "userId" else "GROUP"
    return Entitlement(item["entitlementId"], held["roleArn"], held["account"], kind, who)
