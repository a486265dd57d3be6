"""Account access manager: whether it is used, and its entitlements to ordinary IAM roles."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from bot.aws.cache import Cache
from bot.aws.grants import PAGE, CountedSource
from bot.aws.instance import IdentityCenter
from bot.aws.requests.client import Aws
from bot.aws.requests.errors import NO_SUCH_SERVICE, understood
from bot.core.errors import AwsNotFound, AwsRejected
from bot.core.models import GrantKind
from bot.ports import Entitlement, Location

ACCOUNT_ACCESS = "account-access"
# What the others call NextToken.
TOKEN = "nextToken"  # noqa: S105 - the name of a member
# Whether it is used may change at any time; one scan or dialog asks once. In seconds.
ACCOUNT_ACCESS_AGE = 60.0
# That it is not used is believed only for as long as it takes to read one person. In seconds.
NO_ACCOUNT_ACCESS_AGE = 5.0
# The calls that all entitlements are assumed to take before they were read: a few pages.
CALLS_ALL_ENTITLEMENTS = 3.0


class AccountAccess:
    """Its one application. `used`: False when it is known not to be used, so that AWS is not asked."""

    def __init__(self, aws: Aws, center: IdentityCenter, *, used: bool) -> None:
        self._aws, self._center, self._used = aws, center, used
        self._cache: Cache[str] = Cache(ACCOUNT_ACCESS_AGE)

    def arn(self) -> str:
        if not self._used:
            return ""
        known = self._cache.get("", self._read)
        if known:
            return known
        return self._cache.get("", self._read, max_age=NO_ACCOUNT_ACCESS_AGE)

    def delete(self, entitlement_id: str) -> None:
        if arn := self.arn():
            with suppress(AwsNotFound):
                self._aws.call(ACCOUNT_ACCESS, "DeleteEntitlement", applicationArn=arn, entitlementId=entitlement_id)

    def _read(self) -> str:
        self._center.instance()  # so that the region is the instance's
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
        if not found and self._center.caller_account_id() != self._center.management_account_id():
            raise AwsRejected(
                "AWS lists the applications of account access manager to their own account only, and leaverbot does "
                "not run in the management account. If it is not used, set LEAVERBOT_ACCOUNT_ACCESS=false."
            )
        return str(found[0]) if found else ""


class EntitlementSource(CountedSource):
    """Ordinary IAM roles for users and groups. Implements `ports.GrantSource`.

    `application` gives the ARN of its one application, "" where there is none or no such service.
    """

    kind = GrantKind.ENTITLEMENT

    def __init__(self, aws: Aws, application: Callable[[], str]) -> None:
        super().__init__(CALLS_ALL_ENTITLEMENTS)
        self._aws, self._application = aws, application

    def of(self, principal_type: str, principal_id: str) -> tuple[Entitlement, ...]:
        principal = {"userId" if principal_type == "USER" else "groupId": principal_id}
        return tuple(self._list({"principalRole": {"principal": {"identityCenter": principal}}}))

    def locations(self) -> Sequence[Location]:
        arn = self._application()
        return [Location(arn, "account access manager")] if arn else []

    def at(self, location_id: str) -> Iterator[Entitlement]:
        yield from self._list({}, location_id)

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
            self._calls[arn] = calls


@understood
def _entitlement(item: Mapping[str, Any]) -> Entitlement:
    """Raises AwsRejected for a kind that this version does not know: it may give access, so it is not skipped."""
    held = item.get("entitlement", {}).get("principalRole", {})
    who = held.get("principal", {}).get("identityCenter", {})
    role = held.get("roleArn", "")
    if not role or not ({"userId", "groupId"} & set(who)):
        raise AwsRejected(
            f"Entitlement {item.get('entitlementId')} is of a kind that this version of leaverbot does not know."
        )
    kind, principal = ("USER", who["userId"]) if who.get("userId") else ("GROUP", who["groupId"])
    return Entitlement(item["entitlementId"], role, held.get("account") or role.split(":")[4], kind, principal)
