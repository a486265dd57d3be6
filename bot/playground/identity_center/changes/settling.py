"""Carrying out jobs that are due."""

from bot.playground.identity_center.changes.grants import place, unassign
from bot.playground.identity_center.changes.permission_sets import SUSPENDED, update_roles
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.jobs import FAILED, SUCCEEDED
from bot.playground.identity_center.state.records import ACTIVE, Job


def settle(org: Estate) -> None:
    """Carry out every job that is due. The endpoint does this before each call."""
    with org.hold():
        for job in org.jobs.due():
            with org.edit():
                _finish(org, job)


def _finish(org: Estate, job: Job) -> None:
    if job.kind == "PROVISIONING":
        reason = job.failure or update_roles(org, job)
    else:
        reason = job.failure or _obstacle(org, job)
        if reason is None:
            (place if job.kind == "CREATION" else unassign)(org, *job.place, *job.principal)
    job.status, job.reason = (SUCCEEDED, None) if reason is None else (FAILED, reason)


def _obstacle(org: Estate, job: Job) -> str | None:
    """Why this job cannot succeed now, or None."""
    account = org.account_by_id.get(job.place[0])
    if account is None or account.state != ACTIVE:
        return SUSPENDED.format(job.place[0], account.state if account else "UNKNOWN")
    if job.kind == "CREATION":
        known = org.user_by_id if job.principal[0] == "USER" else org.group_by_id
        return None if job.principal[1] in known else "Received a 404 status error: Principal not found."
    kind, principal_id = job.principal
    orphaned = kind == "USER" and principal_id not in org.user_by_id
    if orphaned and org.options.orphan_deletion == "job_failed":
        # Seen by others: hashicorp/terraform-provider-aws#19341.
        return (
            f"Received a 404 status error: the USER assignee {principal_id} was not found in directory "
            f"{org.identity_store_id}"
        )
    present = job.place in org.places_of.get(job.principal, {})
    if present or org.options.absent_assignment == "job_succeeded":
        return None
    return "Received a 404 status error: Assignment not found."
