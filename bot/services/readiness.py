"""Whether AWS is as the settings say."""

from collections.abc import Sequence

import structlog

from bot.core.deny.policy_document import denied_users, placeholder_of
from bot.core.errors import AwsConflict, AwsError, AwsUnavailable, DenyError, SettingsError
from bot.ports import Access, Deny, DenyPolicy, Store

log = structlog.get_logger(__name__)

# What AWS may answer differently in a minute. The rest, missing or wrong credentials included, a person must fix.
PASSING = (AwsUnavailable, AwsConflict)


def check_aws(access: Access, deny: Deny, policy_ids: Sequence[str]) -> list[DenyPolicy]:
    """The deny policies. A wrong LEAVERBOT_DENY_SCP_ID is discovered now, not in the emergency.

    Raises SettingsError with everything that a person must fix, and AwsError for what may pass.
    """
    try:
        access.instance()
    except PASSING:
        raise
    except AwsError as error:
        raise SettingsError([str(error)]) from error
    found, problems = [], []
    later: AwsError | None = None
    for policy_id in policy_ids:
        try:
            policy = deny.read(policy_id)
            denied_users(policy.text)
        except PASSING as error:
            later = error
        except (AwsError, DenyError) as error:
            problems.append(f"LEAVERBOT_DENY_SCP_ID is wrong: {policy_id} cannot be used. {error}")
        else:
            found.append(policy)
    if problems:
        raise SettingsError(problems)
    if later:
        raise later
    _warn(found)
    return found


def keep_placeholders(store: Store, policies: Sequence[DenyPolicy]) -> None:
    """Remember the placeholder of each policy that denies nobody yet: it returns when the last deny is lifted."""
    for policy in policies:
        if not denied_users(policy.text):
            store.keep_placeholder(policy.id, placeholder_of(policy.text))


def _warn(policies: Sequence[DenyPolicy]) -> None:
    for policy in policies:
        if not policy.targets:
            log.warning("the deny policy is attached to nothing, so a deny would deny nobody", policy=policy.id)
    if len({policy.targets for policy in policies}) > 1:
        log.warning("the deny policies have different targets, so it matters which of them denies somebody")
