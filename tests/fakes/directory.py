"""Implements `ports.Directory`."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from bot.core.errors import AwsNotFound, AwsRejected, AwsUnavailable
from bot.core.models import ExternalId, Group, Membership, User, UserStatus
from bot.playground.identity_center.operations.call import Call
from bot.playground.identity_center.operations.identitystore import SCIM_ISSUER
from bot.playground.identity_center.operations.lookups import find_user
from bot.playground.identity_center.state import records

if TYPE_CHECKING:
    from tests.fakes.aws import FakeAws

PAGE = 100


class FakeDirectory:
    """Users as the organization has them now; nothing is cached."""

    def __init__(self, aws: "FakeAws") -> None:
        self._aws = aws

    def pages(self) -> Iterator[Sequence[User]]:
        self._aws.access.instance()
        last, more = -1, True
        while more:
            found = self._page(last)
            page, more = found[:PAGE], len(found) > PAGE
            yield [_user(user) for user in page]
            last = page[-1].sequence if page else last

    def user(self, user_id: str) -> User:
        self._aws.access.instance()
        return self._aws.run("identitystore.DescribeUser", lambda call: _user(find_user(call, user_id)), UserId=user_id)

    def user_id_for(self, attribute: str, value: str) -> str | None:
        wanted = {"UniqueAttribute": {"AttributePath": attribute, "AttributeValue": value}}
        try:
            return str(self._ask("GetUserId", AlternateIdentifier=wanted)["UserId"])
        except AwsNotFound:
            return None

    def memberships(self, user_id: str) -> tuple[Membership, ...]:
        try:
            found = self._ask("ListGroupMembershipsForMember", MemberId={"UserId": user_id})
        except AwsNotFound as error:
            believe(error, gone=user_id not in self._aws.org.user_by_id)
            return ()
        return tuple(Membership(item["MembershipId"], Group(item["GroupId"])) for item in found["GroupMemberships"])

    def membership_in(self, group_id: str, user_id: str) -> str | None:
        try:
            found = self._ask("GetGroupMembershipId", GroupId=group_id, MemberId={"UserId": user_id})
        except AwsNotFound:
            return None
        return str(found["MembershipId"])

    def members(self, group_id: str) -> Iterator[tuple[str, str]]:
        try:
            found = self._ask("ListGroupMemberships", GroupId=group_id)
        except AwsNotFound as error:
            believe(error, gone=group_id not in self._aws.org.group_by_id)
            return
        for item in found["GroupMemberships"]:
            yield item["MemberId"]["UserId"], item["MembershipId"]

    def learn_groups(self, group_ids: Collection[str]) -> None:
        """Does nothing: each group is read when asked for."""

    def group(self, group_id: str) -> Group:
        found = self._ask("DescribeGroup", GroupId=group_id)
        return Group(found["GroupId"], found["DisplayName"], "ExternalIds" in found)

    def leave_group(self, membership_id: str) -> None:
        try:
            self._ask("DeleteGroupMembership", MembershipId=membership_id)
        except AwsNotFound:
            return

    def delete_user(self, user_id: str, revision: str) -> None:
        self._ask("DeleteUser", UserId=user_id, Revision=revision)

    def _page(self, last: int) -> list[records.User]:
        def some(call: Call) -> list[records.User]:
            return list(islice(filter(None, call.org.user_at[last + 1 :]), PAGE + 1))

        return self._aws.run("identitystore.ListUsers", some)

    def _ask(self, operation: str, **parameters: Any) -> dict[str, Any]:
        try:
            return self._aws.ask(f"identitystore.{operation}", **parameters)
        except AwsRejected as error:
            if error.code != "UnknownOperationException":
                raise
            raise AwsRejected(
                f"AWS does not know {error.operation} for this identity source (AD Sync).",
                operation=error.operation,
                code=error.code,
            ) from error


def believe(error: AwsNotFound, *, gone: bool) -> None:
    """Do not believe "not found" about something that is there."""
    if not gone:
        raise AwsUnavailable(f"AWS contradicts itself: {error}", operation=error.operation, code=error.code) from error


def _user(found: records.User) -> User:
    return User(
        found.id,
        found.user_name or "",
        found.display_name or "",
        found.email or "",
        UserStatus(found.status) if found.status else UserStatus.UNKNOWN,
        found.revision,
        # AWS gives milliseconds.
        datetime.fromtimestamp(round(found.updated_at.timestamp(), 3), UTC),
        found.scim,
        (ExternalId(SCIM_ISSUER, found.external_id),) if found.external_id else (),
    )
