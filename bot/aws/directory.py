"""Identity Store: users, groups, memberships."""

import contextlib
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.aws.cache import Allowance, Cache
from bot.aws.requests.client import Aws
from bot.aws.requests.errors import understood
from bot.core.errors import AwsError, AwsNotFound, AwsRejected, AwsUnavailable
from bot.core.models import ExternalId, Group, Membership, User, UserStatus
from bot.ports import Access, Instance

SERVICE = "identitystore"
# The largest page of ListUsers and ListGroupMembershipsForMember.
PAGE = 100


class IdentityStore:
    """Implements `ports.Directory`."""

    def __init__(self, aws: Aws, access: Access, allowance: Allowance | None = None) -> None:
        self._aws, self._access = aws, access
        self._groups: Cache[Group] = Cache(allowance=allowance)

    def pages(self) -> Iterator[Sequence[User]]:
        for page in self._aws.pages(SERVICE, "ListUsers", "Users", **self._store(), MaxResults=PAGE):
            yield [_user(item) for item in page]

    def user(self, user_id: str) -> User:
        return _user(self._aws.call(SERVICE, "DescribeUser", **self._store(), UserId=user_id))

    def user_id_for(self, attribute: str, value: str) -> str | None:
        unique = {"UniqueAttribute": {"AttributePath": attribute, "AttributeValue": value}}
        try:
            answer = self._aws.call(SERVICE, "GetUserId", **self._store(), AlternateIdentifier=unique)
        except AwsNotFound:
            return None
        return str(answer["UserId"])

    def memberships(self, user_id: str) -> tuple[Membership, ...]:
        member = {"UserId": user_id}
        pages = self._aws.pages(
            SERVICE,
            "ListGroupMembershipsForMember",
            "GroupMemberships",
            **self._store(),
            MemberId=member,
            MaxResults=PAGE,
        )
        try:
            items = [item for page in pages for item in page]
        except AwsNotFound:
            check_gone(self._aws, self._access.instance(), "USER", user_id, SERVICE, "ListGroupMembershipsForMember")
            return ()
        except AwsRejected as error:
            raise _by_source(error) from error
        return tuple(map(_membership, items))

    def membership_in(self, group_id: str, user_id: str) -> str | None:
        member = {"UserId": user_id}
        try:
            answer = self._aws.call(SERVICE, "GetGroupMembershipId", **self._store(), GroupId=group_id, MemberId=member)
        except AwsNotFound:
            return None
        except AwsRejected as error:
            raise _by_source(error) from error
        return str(answer["MembershipId"])

    def members(self, group_id: str) -> Iterator[tuple[str, str]]:
        pages = self._aws.pages(
            SERVICE, "ListGroupMemberships", "GroupMemberships", **self._store(), GroupId=group_id, MaxResults=PAGE
        )
        try:
            for page in pages:
                for item in page:
                    user_id = item.get("MemberId", {}).get("UserId")
                    if user_id:
                        yield user_id, item["MembershipId"]
        except AwsNotFound:
            # AWS may say so of a group that exists; a group that is gone has no members.
            check_gone(self._aws, self._access.instance(), "GROUP", group_id, SERVICE, "ListGroupMemberships")
        except AwsRejected as error:
            raise _by_source(error) from error

    def learn_groups(self, group_ids: Collection[str]) -> None:
        unknown = {group_id for group_id in group_ids if not self._groups.has(group_id)}
        # A page has a hundred names; it is not worth reading more pages than half the number of names wanted.
        most = len(unknown) // 2
        if not most:
            return
        with contextlib.suppress(AwsError):
            pages = self._aws.pages(SERVICE, "ListGroups", "Groups", **self._store(), MaxResults=PAGE)
            for page in itertools.islice(pages, most):
                for group in map(_group, page):
                    if group.id in unknown:
                        self._groups.put(group.id, group)
                        unknown.discard(group.id)
                if not unknown:
                    return

    def group(self, group_id: str) -> Group:
        return self._groups.get(group_id, lambda: self._read_group(group_id))

    def leave_group(self, membership_id: str) -> None:
        try:
            self._aws.call(SERVICE, "DeleteGroupMembership", **self._store(), MembershipId=membership_id)
        except AwsNotFound:
            return
        except AwsRejected as error:
            raise _by_source(error) from error

    def delete_user(self, user_id: str, revision: str) -> None:
        self._aws.call(SERVICE, "DeleteUser", **self._store(), UserId=user_id, Revision=revision)

    def _read_group(self, group_id: str) -> Group:
        return _group(self._aws.call(SERVICE, "DescribeGroup", **self._store(), GroupId=group_id))

    def _store(self) -> dict[str, str]:
        return {"IdentityStoreId": self._access.instance().identity_store_id}


def check_gone(
    aws: Aws, instance: Instance, principal_type: str, principal_id: str, service: str, operation: str
) -> None:
    """Raise AwsUnavailable for a user or group that is still there: then the "not found" of this operation does not
    mean "nothing".
    """
    describe, key = {"USER": ("DescribeUser", "UserId"), "GROUP": ("DescribeGroup", "GroupId")}[principal_type]
    with contextlib.suppress(AwsNotFound):
        aws.call(SERVICE, describe, IdentityStoreId=instance.identity_store_id, **{key: principal_id})
        raise AwsUnavailable(
            f"AWS contradicts itself: the {principal_type.lower()} exists, but {operation} does not find it.",
            operation=f"{service}.{operation}",
            code="ResourceNotFoundException",
        )


def _by_source(error: AwsRejected) -> AwsRejected:
    """What the error means where the directory is synced from Active Directory: it will not pass
    (aws-sdk#682, terraform-provider-aws#31624).
    """
    if error.code != "UnknownOperationException":
        return error
    return AwsRejected(
        f"AWS does not know {error.operation} for this identity source. That is the case where users are synced from "
        "Active Directory (AD Sync): look up group memberships in Active Directory.",
        operation=error.operation,
        code=error.code,
    )


@understood
def _membership(item: Mapping[str, Any]) -> Membership:
    return Membership(item["MembershipId"], Group(item["GroupId"]))


@understood
def _group(item: Mapping[str, Any]) -> Group:
    return Group(item["GroupId"], item.get("DisplayName", ""), bool(item.get("ExternalIds")))


@understood
def _user(item: Mapping[str, Any]) -> User:
    """A user as AWS describes it; everything but the id may be missing."""
    status = item.get("UserStatus")
    external_ids = _external_ids(item.get("ExternalIds") or [])
    return User(
        id=item["UserId"],
        user_name=item.get("UserName", ""),
        display_name=item.get("DisplayName") or item.get("Name", {}).get("Formatted") or _full_name(item),
        email=_email(item.get("Emails", [])),
        status=UserStatus(status) if status in {"ENABLED", "DISABLED"} else UserStatus.UNKNOWN,
        revision=item.get("Revision", ""),
        updated_at=_utc(item.get("UpdatedAt")),
        scim=bool(external_ids),
        external_ids=external_ids,
    )


def _external_ids(items: Sequence[Mapping[str, str]]) -> tuple[ExternalId, ...]:
    return tuple(ExternalId(item.get("Issuer", ""), item.get("Id", "")) for item in items)


def _full_name(item: Mapping[str, Any]) -> str:
    name = item.get("Name", {})
    return " ".join(part for part in (name.get("GivenName"), name.get("FamilyName")) if part)


def _email(emails: Sequence[Mapping[str, Any]]) -> str:
    values = [email.get("Value", "") for email in sorted(emails, key=lambda email: not email.get("Primary", False))]
    return next((value for value in values if value), "")


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None
