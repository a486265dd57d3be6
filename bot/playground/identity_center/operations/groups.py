"""The Identity Store: groups and memberships. One function per operation."""

from typing import Any

from bot.playground.identity_center.changes.people import author_of, join, part
from bot.playground.identity_center.operations.call import Answer, Call
from bot.playground.identity_center.operations.lookups import bare, check_writer, find_group, find_user, not_found
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.ordered import Sequenced
from bot.playground.identity_center.state.records import Group, Membership


def _check_source(call: Call) -> None:
    if call.org.options.ad_sync:
        raise AwsError("UnknownOperationException", "")


def _membership_arn(org: Estate, membership_id: str) -> str:
    return f"arn:{org.partition}:identitystore:::membership/{membership_id}"


def list_group_memberships_for_member(call: Call) -> Answer:
    _check_source(call)
    user = find_user(call, call.parameters["MemberId"]["UserId"])
    memberships = Sequenced(call.org.memberships_of.get(user.id, {}).values())
    found, more = call.page(memberships.after, lambda item: item.sequence)
    return {"GroupMemberships": [_membership_members(call.org, item) for item in found], **more}


def _membership_members(org: Estate, membership: Membership) -> dict[str, Any]:
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


def _group_members(org: Estate, group: Group) -> dict[str, Any]:
    moment, author = round(group.created_at.timestamp(), 3), author_of(org, group.scim)
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


def describe_group(call: Call) -> Answer:
    return _group_members(call.org, find_group(call, call.parameters["GroupId"]))


def list_groups(call: Call) -> Answer:
    org, filters = call.org, call.parameters.get("Filters") or []
    if filters and filters[0]["AttributePath"] != "DisplayName":
        raise AwsError("ValidationException", "Only DisplayName can be filtered by.", complaint=True)
    name = filters[0]["AttributeValue"] if filters else None
    found, more = call.page(org.groups_named.get(name, Sequenced()).after, lambda group: group.sequence)
    return {"Groups": [_group_members(org, group) for group in found], **more}


def list_group_memberships(call: Call) -> Answer:
    _check_source(call)
    org, group = call.org, find_group(call, call.parameters["GroupId"])
    found, more = call.page(group.listed.after, lambda item: item.sequence)
    return {"GroupMemberships": [_membership_members(org, item) for item in found], **more}


def get_group_membership_id(call: Call) -> Answer:
    _check_source(call)
    group = find_group(call, call.parameters["GroupId"])
    user = find_user(call, call.parameters["MemberId"]["UserId"])
    membership_id = group.members.get(user.id)
    if membership_id is None:
        raise AwsError("ResourceNotFoundException", "MEMBERSHIP not found.", ResourceType="GROUP_MEMBERSHIP")
    return {
        "IdentityStoreId": call.org.identity_store_id,
        "MembershipId": membership_id,
        "MembershipArn": _membership_arn(call.org, membership_id),
    }


def create_group_membership(call: Call) -> Answer:
    _check_source(call)
    check_writer(call)
    group = find_group(call, call.parameters["GroupId"])
    user = find_user(call, call.parameters["MemberId"]["UserId"])
    if user.id in group.members:
        raise AwsError(
            "ConflictException",
            "Member and Group relationship already exists.",
            Reason="UNIQUENESS_CONSTRAINT_VIOLATION",
        )
    membership_id = join(call.org, group.id, user.id)
    return {
        "IdentityStoreId": call.org.identity_store_id,
        "MembershipId": membership_id,
        "MembershipArn": _membership_arn(call.org, membership_id),
    }


def delete_group_membership(call: Call) -> Answer:
    _check_source(call)
    check_writer(call)
    identifier = call.parameters["MembershipId"]
    membership = call.org.membership_by_id.get(bare(identifier)) or not_found("GROUP_MEMBERSHIP", identifier)
    part(call.org, membership.group_id, membership.user_id)
    return {}
