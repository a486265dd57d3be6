"""The Identity Store: users, and the table of its operations. One function per operation."""

from typing import Any

from bot.playground.identity_center.changes.events import is_write
from bot.playground.identity_center.changes.people import remove_user
from bot.playground.identity_center.operations import groups
from bot.playground.identity_center.operations.call import Answer, Call, Operation, Raw, denied
from bot.playground.identity_center.operations.lookups import bare, check_writer, find_user
from bot.playground.identity_center.operations.sso_admin.instances import regions_of
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.records import User, dump

# What real instances show here is not documented.
SCIM_ISSUER = "https://scim.aws.com/directory"


def user_members(org: Estate, user: User) -> dict[str, Any]:
    """The user as ListUsers and DescribeUser show it; unset attributes are left out."""
    shown: dict[str, Any] = {
        "IdentityStoreId": org.identity_store_id,
        "UserId": user.id,
        "UserArn": f"arn:{org.partition}:identitystore:::user/{user.id}",
        "Revision": user.revision,
    }
    if user.user_name is not None:
        shown["UserName"] = user.user_name
    if user.external_id is not None:
        shown["ExternalIds"] = [{"Issuer": SCIM_ISSUER, "Id": user.external_id}]
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


def _in_store(run: Operation, empty: str | None = None) -> Operation:
    """An operation on the organization's store. For an account's own store, which is empty, the answer lists `empty`.

    Reads work in every region of the instance, writes only in its primary one ("additional Regions: unavailable",
    userguide, use-cases-across-regions; the error is not documented: AccessDenied here).
    """

    def carry_out(call: Call) -> Answer:
        org, wanted = call.org, bare(call.parameters["IdentityStoreId"])
        for instance in org.instance_by_arn.values():
            own = instance.arn == org.instance_arn
            if instance.identity_store_id != wanted or call.region not in regions_of(org, instance):
                continue
            if not own and instance.owner != call.account_id:
                raise denied(call)
            if call.region != instance.region and is_write(call.operation):
                raise denied(call)
            if own:
                return run(call)
            if empty is not None:
                return {empty: []}
            raise AwsError("ResourceNotFoundException", "There is nobody in this identity store.")
        raise AwsError("ResourceNotFoundException", "IdentityStore not found.", ResourceType="IDENTITY_STORE")

    return carry_out


def list_users(call: Call) -> Answer:
    org, filters = call.org, call.parameters.get("Filters") or []
    if filters and filters[0]["AttributePath"] != "UserName":
        raise AwsError("ValidationException", "Only UserName can be filtered by.", complaint=True)
    if filters:
        found = org.user_id_by_name.get(filters[0]["AttributeValue"].lower())
        users, more = call.page([org.user_by_id[found]] if found else [], lambda user: user.sequence)
    else:
        at = org.user_at
        users, more = call.page(
            lambda number: filter(None, map(at.__getitem__, range(number + 1, len(at)))),
            lambda user: user.sequence,
            org.options.users_a_page,
        )
    tail = b'],"NextToken":' + dump(more["NextToken"]) + b"}" if more else b"]}"
    return Raw(b'{"Users":[' + b",".join(_wire(call, user) for user in users) + tail)


def describe_user(call: Call) -> Answer:
    return Raw(_wire(call, find_user(call, call.parameters["UserId"])))


def get_user_id(call: Call) -> Answer:
    org, sought = call.org, call.parameters["AlternateIdentifier"]
    if "ExternalId" in sought:
        found = org.user_id_by_external_id.get(sought["ExternalId"]["Id"])
    else:
        path, value = sought["UniqueAttribute"]["AttributePath"], str(sought["UniqueAttribute"]["AttributeValue"])
        if path.lower() == "username":
            found = org.user_id_by_name.get(value.lower())
        elif path.lower() == "emails.value":
            found = next(iter(org.user_ids_by_email.get(value, ())), None)
        else:
            raise AwsError("ValidationException", f"{path} is not a unique attribute.", complaint=True)
    if found is None:
        raise AwsError("ResourceNotFoundException", "USER not found.", ResourceType="USER")
    return {
        "IdentityStoreId": org.identity_store_id,
        "UserId": found,
        "UserArn": f"arn:{org.partition}:identitystore:::user/{found}",
    }


def delete_user(call: Call) -> Answer:
    check_writer(call)
    user = find_user(call, call.parameters["UserId"])
    expected = call.parameters.get("Revision")
    if expected is not None and expected != user.revision:
        raise AwsError(
            "ConflictException",
            "The revision does not match the current revision of the user.",
            Reason="CONCURRENT_MODIFICATION",
        )
    remove_user(call.org, user.id)
    return {}


OPERATIONS: dict[str, Operation] = {
    "ListUsers": _in_store(list_users, "Users"),
    "DescribeUser": _in_store(describe_user),
    "GetUserId": _in_store(get_user_id),
    "ListGroups": _in_store(groups.list_groups, "Groups"),
    "DescribeGroup": _in_store(groups.describe_group),
    "ListGroupMemberships": _in_store(groups.list_group_memberships),
    "ListGroupMembershipsForMember": _in_store(groups.list_group_memberships_for_member),
    "GetGroupMembershipId": _in_store(groups.get_group_membership_id),
    "CreateGroupMembership": _in_store(groups.create_group_membership),
    "DeleteGroupMembership": _in_store(groups.delete_group_membership),
    "DeleteUser": _in_store(delete_user),
}
