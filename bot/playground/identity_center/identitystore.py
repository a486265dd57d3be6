"""The Identity Store: users, groups, memberships. One function an operation."""

from collections.abc import Iterator
from typing import Any, NoReturn

from bot.playground.identity_center.call import Answer, Call, Operation, Raw, denied
from bot.playground.identity_center.errors import AwsError
from bot.playground.identity_center.organization import Organization
from bot.playground.identity_center.records import Group, Membership, User, dump


def user_members(org: Organization, user: User) -> dict[str, Any]:
    """The user as ListUsers and DescribeUser show it; an attribute that is not set is not there at all."""
    shown: dict[str, Any] = {
        "IdentityStoreId": org.identity_store_id,
        "UserId": user.id,
        "UserArn": f"arn:{org.partition}:identitystore:::user/{user.id}",
        "Revision": user.revision,
    }
    if user.user_name is not None:
        shown["UserName"] = user.user_name
    if user.external_id is not None:
        shown["ExternalIds"] = [{"Issuer": "https://scim.aws.com/directory", "Id": user.external_id}]
    if user.display_name is not None:
        given, _, family = user.display_name.partition(" ")
        shown["Name"] = {"GivenName": given or user.display_name, **({"FamilyName": family} if family else {})}
        shown["DisplayName"] = user.display_name
    if user.email is not None:
        shown["Emails"] = [{"Value": user.email, "Type": "work", "Primary": True}]
    if user.status is not None:
        shown["UserStatus"] = user.status
    return shown | {
        "CreatedAt": round(user.created_at.timestamp(), 3),
        "CreatedBy": user.changed_by,
        "UpdatedAt": round(user.updated_at.timestamp(), 3),
        "UpdatedBy": user.changed_by,
    }


def _wire(call: Call, user: User) -> bytes:
    if user.wire is None:
        assert call.wire_checked is not None
        user.wire = call.wire_checked(user_members(call.org, user))
    return user.wire


def _bare(identifier: str) -> str:
    """The id without its ARN: since 2026-09 both forms are taken."""
    return identifier.rpartition("/")[2]


def _not_found(kind: str, identifier: str) -> NoReturn:
    raise AwsError("ResourceNotFoundException", f"{kind} not found.", ResourceType=kind, ResourceId=identifier)


def _check_store(call: Call) -> None:
    org, store = call.org, _bare(call.parameters["IdentityStoreId"])
    if store != org.identity_store_id or call.region != org.region:
        raise AwsError("ResourceNotFoundException", "IdentityStore not found.", ResourceType="IDENTITY_STORE")


def _user(call: Call, identifier: str) -> User:
    return call.org.user_by_id.get(_bare(identifier)) or _not_found("USER", identifier)


def _group(call: Call, identifier: str) -> Group:
    return call.org.group_by_id.get(_bare(identifier)) or _not_found("GROUP", identifier)


def _membership_arn(org: Organization, membership_id: str) -> str:
    return f"arn:{org.partition}:identitystore:::membership/{membership_id}"


def list_users(call: Call) -> Answer:
    _check_store(call)
    org, filters = call.org, call.parameters.get("Filters") or []
    if filters and filters[0]["AttributePath"] != "UserName":
        raise AwsError("ValidationException", "Only UserName can be filtered by.", complaint=True)
    if filters:
        found = org.user_id_by_name.get(filters[0]["AttributeValue"].lower())
        candidates: Iterator[User] = iter([org.user_by_id[found]] if found else [])
    else:
        start = call.pager.after(call.operation, call.parameters) + 1
        candidates = (user for index in range(start, len(org.user_at)) if (user := org.user_at[index]) is not None)
    users, more = call.page(candidates, lambda user: user.sequence)
    tail = b'],"NextToken":' + dump(more["NextToken"]) + b"}" if more else b"]}"
    return Raw(b'{"Users":[' + b",".join(_wire(call, user) for user in users) + tail)


def describe_user(call: Call) -> Answer:
    _check_store(call)
    return Raw(_wire(call, _user(call, call.parameters["UserId"])))


def get_user_id(call: Call) -> Answer:
    _check_store(call)
    org, sought = call.org, call.parameters["AlternateIdentifier"]
    if "ExternalId" in sought:
        value = sought["ExternalId"]["Id"]
        found = next((user.id for user in org.user_by_id.values() if user.external_id == value), None)
    else:
        path, value = sought["UniqueAttribute"]["AttributePath"], str(sought["UniqueAttribute"]["AttributeValue"])
        if path.lower() == "username":
            found = org.user_id_by_name.get(value.lower())
        elif path.lower() == "emails.value":
            found = next((user.id for user in org.user_by_id.values() if user.email == value), None)
        else:
            raise AwsError("ValidationException", f"{path} is not a unique attribute.", complaint=True)
    if found is None:
        raise AwsError("ResourceNotFoundException", "USER not found.", ResourceType="USER")
    return {
        "IdentityStoreId": org.identity_store_id,
        "UserId": found,
        "UserArn": f"arn:{org.partition}:identitystore:::user/{found}",
    }


def list_group_memberships_for_member(call: Call) -> Answer:
    _check_store(call)
    user = _user(call, call.parameters["MemberId"]["UserId"])
    memberships = sorted(call.org.memberships_of.get(user.id, {}).values(), key=lambda item: item.sequence)
    found, more = call.page(memberships, lambda item: item.sequence)
    return {"GroupMemberships": [_membership_members(call.org, item) for item in found], **more}


def _membership_members(org: Organization, membership: Membership) -> dict[str, Any]:
    moment = round(membership.created_at.timestamp(), 3)
    return {
        "IdentityStoreId": org.identity_store_id,
        "MembershipId": membership.id,
        "MembershipArn": _membership_arn(org, membership.id),
        "GroupId": membership.group_id,
        "MemberId": {"UserId": membership.user_id},
        "CreatedAt": moment,
        "CreatedBy": membership.created_by,
        "UpdatedAt": moment,
        "UpdatedBy": membership.created_by,
    }


def describe_group(call: Call) -> Answer:
    _check_store(call)
    org, group = call.org, _group(call, call.parameters["GroupId"])
    moment, author = round(group.created_at.timestamp(), 3), org.author(group.scim)
    issued = {"ExternalIds": [{"Issuer": "https://scim.aws.com/directory", "Id": f"grp-{group.id[:8]}"}]}
    return {
        "IdentityStoreId": org.identity_store_id,
        "GroupId": group.id,
        "GroupArn": f"arn:{org.partition}:identitystore:::group/{group.id}",
        "Revision": group.revision,
        "DisplayName": group.name,
        **(issued if group.scim else {}),
        "CreatedAt": moment,
        "CreatedBy": author,
        "UpdatedAt": moment,
        "UpdatedBy": author,
    }


def get_group_membership_id(call: Call) -> Answer:
    _check_store(call)
    group = _group(call, call.parameters["GroupId"])
    user = _user(call, call.parameters["MemberId"]["UserId"])
    membership_id = group.members.get(user.id)
    if membership_id is None:
        raise AwsError("ResourceNotFoundException", "MEMBERSHIP not found.", ResourceType="GROUP_MEMBERSHIP")
    return {
        "IdentityStoreId": call.org.identity_store_id,
        "MembershipId": membership_id,
        "MembershipArn": _membership_arn(call.org, membership_id),
    }


def _check_writer(call: Call) -> None:
    # "remain accessible" for SCIM users and groups too, to management and delegated administrator accounts
    # (userguide, provision-automatically); other members have no write access to the organization's store.
    if not call.from_administrator:
        raise denied(call)


def create_group_membership(call: Call) -> Answer:
    _check_store(call)
    _check_writer(call)
    group = _group(call, call.parameters["GroupId"])
    user = _user(call, call.parameters["MemberId"]["UserId"])
    if user.id in group.members:
        raise AwsError(
            "ConflictException",
            "Member and Group relationship already exists.",
            Reason="UNIQUENESS_CONSTRAINT_VIOLATION",
        )
    membership_id = call.org.add_member(group.id, user.id)
    return {
        "IdentityStoreId": call.org.identity_store_id,
        "MembershipId": membership_id,
        "MembershipArn": _membership_arn(call.org, membership_id),
    }


def delete_group_membership(call: Call) -> Answer:
    _check_store(call)
    _check_writer(call)
    identifier = call.parameters["MembershipId"]
    membership = call.org.membership_by_id.get(_bare(identifier)) or _not_found("GROUP_MEMBERSHIP", identifier)
    call.org.remove_member(membership.group_id, membership.user_id)
    return {}


def delete_user(call: Call) -> Answer:
    _check_store(call)
    _check_writer(call)
    user = _user(call, call.parameters["UserId"])
    expected = call.parameters.get("Revision")
    if expected is not None and expected != user.revision:
        raise AwsError(
            "ConflictException",
            "The revision does not match the current revision of the user.",
            Reason="CONCURRENT_MODIFICATION",
        )
    call.org.delete_user(user.id)
    return {}


OPERATIONS: dict[str, Operation] = {
    "ListUsers": list_users,
    "DescribeUser": describe_user,
    "GetUserId": get_user_id,
    "ListGroupMembershipsForMember": list_group_memberships_for_member,
    "DescribeGroup": describe_group,
    "GetGroupMembershipId": get_group_membership_id,
    "CreateGroupMembership": create_group_membership,
    "DeleteGroupMembership": delete_group_membership,
    "DeleteUser": delete_user,
}
