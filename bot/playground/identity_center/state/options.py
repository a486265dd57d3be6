"""Where AWS's behaviour is undocumented or differs between customers: the readings a test can choose from."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """The fields are keyword arguments of `Organization`."""

    throttle: bool = True  # the published request rates
    job_seconds: tuple[float, float] = (0.3, 1.0)  # how long a job stays IN_PROGRESS
    stopwatch: Callable[[], float] = time.monotonic  # times jobs and request rates
    inherited_rows: bool = True  # ListAccountAssignmentsForPrincipal(USER) includes what comes from groups
    short_pages: bool = False  # pages hold fewer items than asked for; Organizations' may be empty
    users_a_page: int = 100  # the most that ListUsers returns at once, whatever is asked for
    orphaned_assignments: bool = True  # direct assignments outlive their deleted user
    absent_assignment: str = "job_failed"  # deleting what is not there: job_failed | not_found | job_succeeded
    inactive_account: str = "job_failed"  # changing a suspended account: job_failed | conflict
    account_status_retired: bool = True  # Account.Status is gone (AWS retired it on 2026-09-09), State remains
    account_paths: bool = True  # Account.Paths is there
    # DescribeInstance.PermissionSetsEnabled. An instance created without permission sets (possible since 2026-08-04)
    # has none. How the API says so is not documented: refused (ValidationException) | empty (empty lists)
    permission_sets_enabled: bool = True
    permission_sets_off: str = "refused"
    additional_regions: tuple[str, ...] = ()  # where the instance is read-only, except for applications
    orphan_deletion: str = "job_succeeded"  # deleting a deleted user's assignment: job_succeeded | job_failed (a 404)
    orphaned_applications: bool = True  # application assignments outlive their deleted user
    orphaned_entitlements: bool = True  # entitlements outlive their deleted user
    inherited_application_rows: bool = False  # the same for ListApplicationAssignmentsForPrincipal(USER)
    # "Member accounts must use the applicationAccount parameter" (ListApplications); a delegated administrator is one
    delegated_admin_filters_applications: bool = False
    # Account access manager: False (no application) | True | "absent" (no such service here) | "denied"
    account_access: bool | str = False
    # The identity source is Active Directory, synced: "group operations" return UnknownOperationException
    # (aws-sdk#682, boto3#3985, terraform-provider-aws#31624).
    ad_sync: bool = False
    # Whether changes made on the organization directly (memberships, assignments, entitlements) are logged like those
    # made through the API. Changes of a user's status and deletions always are.
    change_events: bool = False
    cloudtrail: bool | str = True  # True | "denied"
    scps_enabled: bool = True  # service control policies are turned on in the root
    most_scps: int = 10_000  # policies in the organization (organizations userguide, reference limits)
    # Whether permission-set sessions have identitystore:userId in their context: the pages on revoking rely on it, but
    # the page on the key itself mentions only sessions that carry an identity context (condition-context-keys-sts-idc).
    user_id_key: bool = True
    # How long DeletePermissionSet stays a conflict after the last role of a permission set is gone, on the stopwatch.
    # Minutes were seen (aws-samples/aws-iam-identity-center-extensions#89).
    deprovision_seconds: float = 0.5
    # How provisioning fails without a role: both were seen (terraform-provider-aws#35158, terraform-aws-sso#66).
    provision_nowhere: str = "assignment_not_found"  # assignment_not_found | provision_not_found
    # Changing the inline policy of a permission set that is being provisioned: accepted | conflict ("There is a
    # conflicting operation in process", aws-samples/aws-iam-identity-center-extensions#111)
    policy_while_provisioning: str = "accepted"

    def __post_init__(self) -> None:
        if not 1 <= self.users_a_page <= 100:
            raise ValueError("users_a_page is from 1 to 100")
        if self.absent_assignment not in {"job_failed", "not_found", "job_succeeded"}:
            raise ValueError("absent_assignment is job_failed, not_found or job_succeeded")
        if self.inactive_account not in {"job_failed", "conflict"}:
            raise ValueError("inactive_account is job_failed or conflict")
        if self.permission_sets_off not in {"refused", "empty"}:
            raise ValueError("permission_sets_off is refused or empty")
        if self.orphan_deletion not in {"job_succeeded", "job_failed"}:
            raise ValueError("orphan_deletion is job_succeeded or job_failed")
        if self.account_access not in {False, True, "absent", "denied"}:
            raise ValueError("account_access is False, True, absent or denied")
        if self.provision_nowhere not in {"assignment_not_found", "provision_not_found"}:
            raise ValueError("provision_nowhere is assignment_not_found or provision_not_found")
        if self.policy_while_provisioning not in {"accepted", "conflict"}:
            raise ValueError("policy_while_provisioning is accepted or conflict")
        if self.cloudtrail not in {True, "denied"}:
            raise ValueError("cloudtrail is True or denied")
