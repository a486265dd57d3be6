"""AWS CLI commands that people have to run themselves. Every value is quoted for a POSIX shell."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.plans.operations import Operation, OperationKind


@dataclass(frozen=True, slots=True)
class InstanceArgs:
    """The arguments that name the instance, and account access manager's application ("" when there is none)."""

    instance_arn: str
    identity_store_id: str
    region: str
    account_access_arn: str = ""


def undo_command(operation: Operation, instance: InstanceArgs) -> str | None:
    """The AWS CLI command that puts back what the operation removed; None where there is no way back."""
    return _command(operation, instance, "create")


def removal_command(operation: Operation, instance: InstanceArgs) -> str | None:
    """The AWS CLI command for an operation that leaverbot may not carry out; None for other kinds."""
    return _command(operation, instance, "delete")


def aws_command(service: str, operation: str, **options: str) -> str:
    """`aws service operation --option value …`, each word quoted where a shell would interpret it."""
    named = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", value)]
    return shlex.join(["aws", service, operation, *named])


def _command(operation: Operation, instance: InstanceArgs, verb: str) -> str | None:
    if operation.kind is OperationKind.DELETE_ASSIGNMENT:
        return _assignment(operation.args, instance, verb)
    if operation.kind is OperationKind.DELETE_APPLICATION_ASSIGNMENT:
        return aws_command(
            "sso-admin",
            f"{verb}-application-assignment",
            region=instance.region,
            application_arn=operation.args["application_arn"],
            principal_type="USER",
            principal_id=operation.args["user_id"],
        )
    if operation.kind is OperationKind.DELETE_ENTITLEMENT:
        return _entitlement(operation.args, instance, verb)
    if operation.kind is OperationKind.LEAVE_GROUP and verb == "create":
        return _membership(operation.args, instance)
    return None


def _assignment(args: Mapping[str, str], instance: InstanceArgs, verb: str) -> str:
    return aws_command(
        "sso-admin",
        f"{verb}-account-assignment",
        region=instance.region,
        instance_arn=instance.instance_arn,
        target_type="AWS_ACCOUNT",
        target_id=args["account_id"],
        permission_set_arn=args["permission_set_arn"],
        principal_type="USER",
        principal_id=args["user_id"],
    )


def _entitlement(args: Mapping[str, str], instance: InstanceArgs, verb: str) -> str:
    user = {"identityCenter": {"userId": args["user_id"]}}
    entitlement = json.dumps({"principalRole": {"principal": user, "roleArn": args["role_arn"]}})
    what = {"entitlement_id": args["entitlement_id"]} if verb == "delete" else {"entitlement": entitlement}
    arn = instance.account_access_arn
    return aws_command("account-access", f"{verb}-entitlement", region=instance.region, application_arn=arn, **what)


def _membership(args: Mapping[str, str], instance: InstanceArgs) -> str:
    return aws_command(
        "identitystore",
        "create-group-membership",
        region=instance.region,
        identity_store_id=instance.identity_store_id,
        group_id=args["group_id"],
        member_id=f"UserId={args['user_id']}",
    )
