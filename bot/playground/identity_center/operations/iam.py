"""IAM (API reference, 2010-05-08): what can be read of an account's own users. One function per operation."""

from datetime import datetime
from operator import attrgetter
from typing import Any

from bot.playground.identity_center.operations.call import Answer, Call, Operation, denied
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.iam import IamUser


def get_account_authorization_details(call: Call) -> Answer:
    """Only users are there; the other lists stay empty. Unlike ListUsers, it has the tags."""
    wanted = call.parameters.get("Filter") or ["User"]
    users = sorted(_users(call).values(), key=attrgetter("sequence")) if "User" in wanted else []
    found, more = call.page(users, attrgetter("sequence"))
    return {
        "UserDetailList": [_detail(call, user) for user in found],
        "GroupDetailList": [],
        "RoleDetailList": [],
        "Policies": [],
        **_place(more),
    }


def list_access_keys(call: Call) -> Answer:
    user = _user(call)
    numbered = list(enumerate(user.keys.values()))
    found, more = call.page(numbered, lambda one: one[0])
    keys = [
        {
            "UserName": user.name,
            "AccessKeyId": key.id,
            "Status": key.status,
            "CreateDate": _seconds(key.created_at),
        }
        for _, key in found
    ]
    return {"AccessKeyMetadata": keys, **_place(more)}


def get_access_key_last_used(call: Call) -> Answer:
    """IAM answers "N/A" for a service and a region that it does not know, and says so of keys that it does not know."""
    key_id = call.parameters["AccessKeyId"]
    for user in _users(call).values():
        if key_id in user.keys:
            used = user.keys[key_id].last_used
            service, region = ("ec2", call.org.region) if used else ("N/A", "N/A")
            when = {"LastUsedDate": _seconds(used)} if used else {}
            return {"UserName": user.name, "AccessKeyLastUsed": {**when, "ServiceName": service, "Region": region}}
    raise denied(call, f" on resource: access key {key_id}")


def get_login_profile(call: Call) -> Answer:
    user = _user(call)
    if user.password_at is None:
        raise AwsError("NoSuchEntityException", f"Login Profile for User {user.name} cannot be found.")
    profile = {"UserName": user.name, "CreateDate": _seconds(user.password_at), "PasswordResetRequired": False}
    return {"LoginProfile": profile}


def get_user(call: Call) -> Answer:
    user = _user(call)
    used = user.password_used_at
    return {"User": {**_named(call, user), **({"PasswordLastUsed": _seconds(used)} if used else {}), **_tags(user)}}


def _users(call: Call) -> dict[str, IamUser]:
    return call.org.iam_users_of.get(call.account_id, {})


def _user(call: Call) -> IamUser:
    """The user that is named. With temporary credentials a name is required."""
    name = call.parameters.get("UserName")
    if name is None:
        raise AwsError("ValidationException", "Must specify userName when calling with non-User credentials")
    found = _users(call).get(name.lower())
    if found is None:
        raise AwsError("NoSuchEntityException", f"The user with name {name} cannot be found.")
    return found


def _named(call: Call, user: IamUser) -> dict[str, Any]:
    return {
        "Path": "/",
        "UserName": user.name,
        "UserId": user.id,
        "Arn": f"arn:{call.org.partition}:iam::{call.account_id}:user/{user.name}",
        "CreateDate": _seconds(user.created_at),
    }


def _detail(call: Call, user: IamUser) -> dict[str, Any]:
    return {**_named(call, user), "GroupList": [], "AttachedManagedPolicies": [], **_tags(user)}


def _tags(user: IamUser) -> dict[str, Any]:
    return {"Tags": [{"Key": key, "Value": value} for key, value in user.tags.items()]} if user.tags else {}


def _place(more: dict[str, str]) -> dict[str, Any]:
    return {"IsTruncated": True, "Marker": more["NextToken"]} if more else {"IsTruncated": False}


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


OPERATIONS: dict[str, Operation] = {
    "GetAccessKeyLastUsed": get_access_key_last_used,
    "GetAccountAuthorizationDetails": get_account_authorization_details,
    "GetLoginProfile": get_login_profile,
    "GetUser": get_user,
    "ListAccessKeys": list_access_keys,
}
