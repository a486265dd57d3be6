"""Whether AWS is as the settings say, and whether the scans keep up."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.core.deny.policy_document import denied_users, placeholder_of
from bot.core.errors import AwsConflict, AwsError, AwsUnavailable, DenyError, SettingsError
from bot.core.scan.coverage import Coverage, ScanStatus
from bot.ports import Access, Deny, DenyPolicy, Store
from bot.services.context import Parts

log = structlog.get_logger(__name__)

# What AWS may answer differently in a minute; the rest of its answers, missing or wrong credentials among them, a
# person must change.
PASSING = (AwsUnavailable, AwsConflict)


def check_aws(access: Access, deny: Deny, policy_ids: Sequence[str]) -> list[DenyPolicy]:
    """The deny policies. A wrong LEAVERBOT_DENY_SCP_ID is found out now, not in the emergency.

    Raises SettingsError with all that a person must change, and AwsError for what may pass.
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
    """Note what stands in each policy that denies nobody yet: it goes back when the last deny is lifted."""
    for policy in policies:
        if not denied_users(policy.text):
            store.keep_placeholder(policy.id, placeholder_of(policy.text))


def _warn(policies: Sequence[DenyPolicy]) -> None:
    for policy in policies:
        if not policy.targets:
            log.warning("the deny policy is attached to nothing, so a deny would deny nobody", policy=policy.id)
    if len({policy.targets for policy in policies}) > 1:
        log.warning("the deny policies are attached to different places, so it matters in which somebody is denied")


def scans_behind(parts: Parts, started_at: datetime) -> str:
    """What is wrong with the scans: the last two failed, or none was complete since one was due; "" for nothing.

    One that failed between two that did not is nothing; a process that just started is given two turns.
    """
    last_two = parts.store.newest_scans(2)
    if len(last_two) == 2 and all(scan.status is ScanStatus.FAILED for scan in last_two):
        return f"the last two scans failed: {_why(last_two[0])}"
    due = parts.scan_due(parts.scan_due(parts.clock.now()))
    complete = parts.store.last_complete_scan()
    if due < started_at or (complete and complete >= due):
        return ""
    ended = f"the last one ended {complete:%d %b %H:%M} UTC" if complete else "there never was one"
    why = f"; the newest scan is {last_two[0].status}: {_why(last_two[0])}" if last_two else ""
    return f"no complete scan since {due:%d %b %H:%M %Z}, when one was due: {ended}{why}"


def _why(scan: Coverage) -> str:
    first = next(iter(scan.problems), None)
    return f"{first.what}: {first.why}" if first else "no reason is known"
