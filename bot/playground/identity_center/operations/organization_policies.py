"""Service control policies in AWS Organizations: created, changed, attached. One function per operation."""

from typing import Any

from bot.playground.identity_center.changes.policy_texts import check_policy
from bot.playground.identity_center.changes.scps import (
    MOST_ATTACHED,
    add_scp,
    attach_scp,
    attached,
    delete_scp,
    detach_scp,
    update_scp,
)
from bot.playground.identity_center.operations.call import Answer, Call, Operation, denied
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.records import Policy

SCP = "SERVICE_CONTROL_POLICY"


def arn_of(org: Estate, kind: str, identifier: str) -> str:
    return f"arn:{org.partition}:organizations::{org.management_account_id}:{kind}/{org.id}/{identifier}"


def _check_may(call: Call) -> None:
    # Delegated administration of Identity Center grants no rights to policies. (userguide, delegated-admin)
    if not call.from_management:
        raise denied(call)


def _policy(call: Call) -> Policy:
    _check_may(call)
    found = call.org.policy_by_id.get(call.parameters["PolicyId"])
    if found is None:
        raise AwsError("PolicyNotFoundException", "We can't find a policy with the PolicyId that you specified.")
    return found


def _own_policy(call: Call) -> Policy:
    policy = _policy(call)
    if policy.aws_managed:
        raise AwsError("InvalidInputException", "You can't modify an AWS managed policy.", Reason="IMMUTABLE_POLICY")
    return policy


def _check_target(call: Call) -> str:
    org, target = call.org, str(call.parameters["TargetId"])
    if target != org.root_id and target not in org.unit_by_id and target not in org.account_by_id:
        raise AwsError("TargetNotFoundException", "We can't find a root, OU, or account with the TargetId.")
    return target


def _limit(reason: str, message: str) -> AwsError:
    return AwsError("ConstraintViolationException", message, Reason=reason)


def _summary(org: Estate, policy: Policy) -> dict[str, Any]:
    managed = f"arn:{org.partition}:organizations::aws:policy/service_control_policy/{policy.id}"
    return {
        "Id": policy.id,
        "Arn": managed if policy.aws_managed else arn_of(org, "policy", f"service_control_policy/{policy.id}"),
        "Name": policy.name,
        "Description": policy.description,
        "Type": SCP,
        "AwsManaged": policy.aws_managed,
    }


def _members(org: Estate, policy: Policy) -> dict[str, Any]:
    return {"Policy": {"PolicySummary": _summary(org, policy), "Content": policy.content}}


def describe_policy(call: Call) -> Answer:
    return _members(call.org, _policy(call))


def _check_name(org: Estate, name: str, owner: Policy | None = None) -> None:
    if any(other.name == name for other in org.policy_by_id.values() if other is not owner):
        raise AwsError("DuplicatePolicyException", "A policy with the same name already exists.")


def create_policy(call: Call) -> Answer:
    """A policy can be created while its type is turned off in the root; only attaching it needs the type."""
    _check_may(call)
    org, parameters = call.org, call.parameters
    if parameters["Type"] != SCP:
        raise AwsError(
            "PolicyTypeNotAvailableForOrganizationException", "The simulator has no policies of it.", complaint=True
        )
    tags = parameters.get("Tags", [])
    if len({tag["Key"] for tag in tags}) != len(tags):
        raise AwsError("InvalidInputException", "Tag keys must be unique.", Reason="DUPLICATE_TAG_KEY")
    check_policy(parameters["Content"])
    _check_name(org, parameters["Name"])
    if sum(not policy.aws_managed for policy in org.policy_by_id.values()) >= org.options.most_scps:
        raise _limit("POLICY_NUMBER_LIMIT_EXCEEDED", "You have exceeded the number of policies in an organization.")
    policy_id = add_scp(
        org,
        parameters["Name"],
        parameters["Content"],
        description=parameters["Description"],
        tags={tag["Key"]: tag["Value"] for tag in tags},
    )
    return _members(org, org.policy_by_id[policy_id])


def update_policy(call: Call) -> Answer:
    policy, parameters = _own_policy(call), call.parameters
    name = parameters.get("Name", policy.name)
    _check_name(call.org, name, policy)
    content = parameters.get("Content", policy.content)
    check_policy(content)
    policy.name, policy.description = name, parameters.get("Description", policy.description)
    update_scp(call.org, policy.id, content)
    return _members(call.org, policy)


def delete_policy(call: Call) -> Answer:
    """Refused while the policy is attached to a root, an OU or an account."""
    policy = _own_policy(call)
    if policy.targets:
        raise AwsError("PolicyInUseException", "The policy is attached to one or more entities.")
    delete_scp(call.org, policy.id)
    return {}


def attach_policy(call: Call) -> Answer:
    """The management account is a valid target too, though there it has no effect."""
    policy, org = _policy(call), call.org
    target = _check_target(call)
    if not org.scps_enabled:
        raise AwsError(
            "PolicyTypeNotEnabledException", "The specified policy type isn't currently enabled in this root."
        )
    if target in policy.targets:
        raise AwsError(
            "DuplicatePolicyAttachmentException", "The selected policy is already attached to the specified target."
        )
    if len(attached(org, target)) >= MOST_ATTACHED:
        raise _limit(
            "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
            "You have attached the maximum number of policies to the target.",
        )
    attach_scp(org, policy.id, target)
    return {}


def detach_policy(call: Call) -> Answer:
    """Never the last policy: "every root, OU, and account must have at least one SCP attached", whichever it is."""
    policy, org = _policy(call), call.org
    target = _check_target(call)
    if target not in policy.targets:
        raise AwsError("PolicyNotAttachedException", "The policy isn't attached to the specified target.")
    if len(attached(org, target)) == 1:
        raise _limit("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", "You can't detach the last policy of the target.")
    detach_scp(org, policy.id, target)
    return {}


def _target(org: Estate, target: str) -> dict[str, Any]:
    if target == org.root_id:
        kind, arn_kind, name = "ROOT", "root", "Root"
    elif target in org.unit_by_id:
        kind, arn_kind, name = "ORGANIZATIONAL_UNIT", "ou", org.unit_by_id[target].name
    else:
        kind, arn_kind, name = "ACCOUNT", "account", org.account_by_id[target].name
    return {"TargetId": target, "Arn": arn_of(org, arn_kind, target), "Name": name, "Type": kind}


def list_targets_for_policy(call: Call) -> Answer:
    policy = _policy(call)
    found, more = call.page(policy.targets.after, lambda row: row[0])
    return {"Targets": [_target(call.org, target) for _, target in found], **more}


def _listed(call: Call, policies: list[Policy]) -> Answer:
    """There are no policies of other types."""
    wanted = policies if call.parameters["Filter"] == SCP else []
    found, more = call.page(wanted, lambda policy: policy.sequence)
    return {"Policies": [_summary(call.org, policy) for policy in found], **more}


def list_policies(call: Call) -> Answer:
    _check_may(call)
    return _listed(call, list(call.org.policy_by_id.values()))


def list_policies_for_target(call: Call) -> Answer:
    """Only those "directly attached": what an account inherits is not listed."""
    _check_may(call)
    return _listed(call, attached(call.org, _check_target(call)))


POLICIES: dict[str, Operation] = {
    "DescribePolicy": describe_policy,
    "CreatePolicy": create_policy,
    "UpdatePolicy": update_policy,
    "DeletePolicy": delete_policy,
    "AttachPolicy": attach_policy,
    "DetachPolicy": detach_policy,
    "ListTargetsForPolicy": list_targets_for_policy,
    "ListPolicies": list_policies,
    "ListPoliciesForTarget": list_policies_for_target,
}
