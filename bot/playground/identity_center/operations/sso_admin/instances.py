"""IAM Identity Center instances, and who may call which of them, in which region."""

from collections.abc import Iterator
from typing import Any

from bot.playground.identity_center.operations.call import Answer, Call, Operation, denied
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.records import Instance

# The model of ListInstances' answer has room for ten, whatever MaxResults is.
MOST_INSTANCES = 10


def store_arn(org: Estate, instance: Instance) -> str:
    return f"arn:{org.partition}:identitystore::{instance.owner}:identitystore/{instance.identity_store_id}"


def regions_of(org: Estate, instance: Instance) -> tuple[str, ...]:
    """The primary region first."""
    additional = org.options.additional_regions if instance.arn == org.instance_arn else ()
    return (instance.region, *additional)


def _members(org: Estate, instance: Instance) -> dict[str, Any]:
    created = round(instance.created_at.timestamp(), 3)
    return {
        "InstanceArn": instance.arn,
        "IdentityStoreId": instance.identity_store_id,
        "IdentityStoreArn": store_arn(org, instance),
        "OwnerAccountId": instance.owner,
        **({"Name": instance.name} if instance.name else {}),
        "CreatedDate": created,
        "Status": "ACTIVE",
        "PrimaryRegion": instance.region,
        "Regions": [
            {
                "RegionName": region,
                "Status": "ACTIVE",
                "AddedDate": created,
                "IsPrimaryRegion": region == instance.region,
            }
            for region in regions_of(org, instance)
        ],
    }


def _visible(call: Call) -> Iterator[tuple[int, Instance]]:
    """Every member account sees the organization's instance; only its owner sees an account's own."""
    everywhere = call.parameters.get("RegionScope") == "ALL_REGIONS"
    for number, instance in enumerate(call.org.instance_by_arn.values()):
        shared = instance.arn == call.org.instance_arn or instance.owner == call.account_id
        if shared and (everywhere or call.region in regions_of(call.org, instance)):
            yield number, instance


def list_instances(call: Call) -> Answer:
    found, more = call.page(_visible(call), lambda row: row[0], MOST_INSTANCES)
    return {"Instances": [_members(call.org, instance) for _, instance in found], **more}


def check_instance(call: Call) -> Instance:
    """The instance the call names. For administrators only, and only in the instance's regions.

    Raises AwsError AccessDeniedException for anybody else, and ResourceNotFoundException in other regions (AccessDenied
    for operations whose model lacks that error).
    """
    org, arn = call.org, call.parameters["InstanceArn"]
    instance = org.instance_by_arn.get(arn)
    owns = instance is not None and instance.owner == call.account_id
    if not owns and not (call.from_administrator and (instance is None or arn == org.instance_arn)):
        raise denied(call)
    if instance is None or call.region not in regions_of(org, instance):
        raise AwsError("ResourceNotFoundException", f"Instance {arn} not found.")
    return instance


def check_readable(call: Call) -> Instance:
    """As `check_instance`, for operations whose model has no ResourceNotFoundException."""
    try:
        return check_instance(call)
    except AwsError as error:
        raise denied(call) from error


def describe_instance(call: Call) -> Answer:
    instance = check_readable(call)
    return {
        **_members(call.org, instance),
        "EncryptionConfigurationDetails": {"KeyType": "AWS_OWNED_KMS_KEY", "EncryptionStatus": "ENABLED"},
        "PermissionSetsEnabled": _has_permission_sets(call.org, instance),
    }


def _has_permission_sets(org: Estate, instance: Instance) -> bool:
    """An account's own instance never has any: it only gives access to applications."""
    return instance.arn == org.instance_arn and org.options.permission_sets_enabled


def with_permission_sets(run: Operation, empty: str | None = None) -> Operation:
    """An operation on permission sets or account assignments; `empty` names the list a read returns empty.

    Works in the primary region only, reads included ("not supported: permission set and account assignment read
    operations", userguide, api-support-in-additional-regions). The error is not documented: AccessDenied here.
    """

    def carry_out(call: Call) -> Answer:
        instance = check_instance(call)
        if call.region != instance.region:
            raise denied(call)
        if _has_permission_sets(call.org, instance):
            return run(call)
        if call.org.options.permission_sets_off == "empty" and empty is not None:
            return {empty: []}
        raise AwsError("ValidationException", "Permission sets are not enabled for this instance.")

    return carry_out
