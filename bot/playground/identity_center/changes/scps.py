"""Service control policies: their text, and the roots, OUs and accounts they are attached to."""

from collections.abc import Iterable, Mapping

from bot.playground.identity_center.changes.policy_texts import FULL_ACCESS, check_policy
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.ordered import Numbered
from bot.playground.identity_center.state.records import Policy

MOST_ATTACHED = 10  # service control policies on one root, OU or account (organizations userguide, reference limits)


def add_full_access(org: Estate) -> None:
    """AWS's own FullAWSAccess, attached to the root."""
    policy = Policy(
        org.full_access_policy_id,
        "FullAWSAccess",
        "Allows access to every operation",
        FULL_ACCESS,
        Numbered(),
        aws_managed=True,
        sequence=next(org.policy_numbers),
    )
    org.policy_by_id[policy.id] = policy
    attach(org, policy.id, org.root_id)


def add_scp(
    org: Estate,
    name: str,
    content: str,
    targets: Iterable[str] = (),
    description: str = "",
    tags: Mapping[str, str] | None = None,
) -> str:
    """A service control policy attached to roots, OUs or accounts. Raises AwsError if AWS would reject its text."""
    check_policy(content)
    with org.edit():
        number = next(org.policy_numbers)
        policy = Policy(org.ids.policy(), name, description, content, Numbered(), sequence=number)
        policy.tags.update(tags or {})
        org.policy_by_id[policy.id] = policy
        for target in targets:
            attach(org, policy.id, target)
        return policy.id


def update_scp(org: Estate, policy_id: str, content: str) -> None:
    """Replace a policy's text, stored as given. Raises AwsError if AWS would reject it."""
    check_policy(content)
    with org.edit():
        policy = org.policy_by_id[policy_id]
        policy.content, policy.version = content, policy.version + 1


def delete_scp(org: Estate, policy_id: str) -> None:
    with org.edit():
        del org.policy_by_id[policy_id]


def attach_scp(org: Estate, policy_id: str, target: str) -> None:
    with org.edit():
        attach(org, policy_id, target)


def detach_scp(org: Estate, policy_id: str, target: str) -> None:
    with org.edit():
        org.policy_by_id[policy_id].targets.discard(target)


def switch_scps(org: Estate, *, on: bool) -> None:
    """Turn the policy type off or on in the root.

    Off detaches every policy everywhere, for good; on attaches only FullAWSAccess. (organizations
    userguide, enable and disable policy types)
    """
    with org.edit():
        org.scps_enabled = on
        for policy in org.policy_by_id.values():
            policy.targets = Numbered()
        for target in (org.root_id, *org.unit_by_id, *org.account_by_id):
            attach(org, org.full_access_policy_id, target)


def attached(org: Estate, target: str) -> list[Policy]:
    """The policies attached to a root, OU or account itself."""
    return [policy for policy in org.policy_by_id.values() if target in policy.targets]


def attach(org: Estate, policy_id: str, target: str) -> None:
    if target != org.root_id and target not in org.unit_by_id and target not in org.account_by_id:
        raise ValueError(f"there is no root, OU or account {target}")
    if not org.scps_enabled:
        return  # with the type turned off, nothing is attached to anything
    if len(attached(org, target)) >= MOST_ATTACHED:
        raise ValueError(f"{MOST_ATTACHED} policies are attached there already")
    if target not in org.policy_by_id[policy_id].targets:
        org.policy_by_id[policy_id].targets.add(target, next(org.policy_numbers))
