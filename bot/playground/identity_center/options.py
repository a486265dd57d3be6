"""Where AWS's behaviour is not documented, or differs between customers: the readings a test can choose."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """The fields are keyword arguments of `Organization`."""

    throttle: bool = True  # the published request rates
    job_seconds: tuple[float, float] = (0.3, 1.0)  # how long an assignment stays IN_PROGRESS
    stopwatch: Callable[[], float] = time.monotonic  # runs jobs and request rates
    inherited_rows: bool = True  # ListAccountAssignmentsForPrincipal(USER) includes what groups give
    short_pages: bool = False  # pages hold fewer items than asked for; Organizations' may be empty
    orphaned_assignments: bool = True  # direct assignments outlive their deleted user
    absent_assignment: str = "job_failed"  # deleting what is not there: job_failed | not_found | job_succeeded
    inactive_account: str = "job_failed"  # changing a suspended account: job_failed | conflict
    account_status_retired: bool = True  # Account.Status is gone (AWS retired it on 2026-09-09), State remains
    account_paths: bool = True  # Account.Paths is there
    permission_sets_enabled: bool = True  # DescribeInstance.PermissionSetsEnabled

    def __post_init__(self) -> None:
        if self.absent_assignment not in {"job_failed", "not_found", "job_succeeded"}:
            raise ValueError("absent_assignment is job_failed, not_found or job_succeeded")
        if self.inactive_account not in {"job_failed", "conflict"}:
            raise ValueError("inactive_account is job_failed or conflict")
