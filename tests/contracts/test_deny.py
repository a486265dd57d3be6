"""The contract of `ports.Deny`."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.core.deny.policy_document import Denied, change
from bot.core.deny.statements import DocumentKind
from bot.core.errors import (
    AwsConflict,
    AwsDenied,
    AwsError,
    AwsNotFound,
    AwsUnavailable,
    DenyDocumentInvalid,
    DryRunRefused,
)
from bot.playground.identity_center import Organization
from bot.ports import Deny, DenyPolicy
from tests.contracts.failures import FAILURES, NOBODY
from tests.services.denials import PLACEHOLDER_POLICY
from tests.services.scanning import Connected
from tests.world import eventually

Reach = Callable[..., Connected]
NO_POLICY, NO_SET = "p-11111111", "arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-1111111111111111"
WITH_DANA = change(PLACEHOLDER_POLICY, kind=DocumentKind.SCP, add=[Denied(NOBODY, "dana@example.com")])
INLINE = change("", kind=DocumentKind.INLINE, add=[Denied(NOBODY, "dana@example.com")])


class Company:
    """A placeholder policy at the root, and OrgAdmin assigned in prod."""

    def __init__(self, **options: Any) -> None:
        self.org = org = Organization(seed=3, throttle=False, **{"job_seconds": (0.0, 0.0), **options})
        self.unit = org.add_ou("workloads")
        self.prod = org.add_account("prod", org.add_ou("payments", self.unit))
        self.policy = org.add_scp("deny", PLACEHOLDER_POLICY, targets=[org.root_id, self.prod])
        self.admin = org.add_permission_set("OrgAdmin")
        org.assign(self.prod, self.admin, "USER", org.add_user("dana@example.com"))


def test_a_policy_is_read_with_everything_it_is_attached_to(reach: Reach) -> None:
    company = Company()
    deny = reach(company.org).context.deny
    targets = tuple(sorted([company.org.root_id, company.prod]))
    assert deny.read(company.policy) == DenyPolicy(company.policy, PLACEHOLDER_POLICY, targets)
    assert deny.text(company.policy) == PLACEHOLDER_POLICY
    for ask in (deny.read, deny.text):
        with pytest.raises(AwsNotFound):
            ask(NO_POLICY)


def test_what_is_written_is_there_to_the_letter(reach: Reach) -> None:
    company = Company()
    deny = reach(company.org).context.deny
    deny.write(company.policy, WITH_DANA, PLACEHOLDER_POLICY)
    assert deny.text(company.policy) == company.org.policy_text(company.policy) == WITH_DANA


def test_nothing_is_written_that_is_not_safe(reach: Reach) -> None:
    company = Company()
    here = reach(company.org)
    everybody = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":"*"}]}'
    with pytest.raises(DenyDocumentInvalid):
        here.context.deny.write(company.policy, everybody, PLACEHOLDER_POLICY)
    with pytest.raises(DenyDocumentInvalid):
        here.context.deny.write_inline(company.admin, everybody, "")
    assert company.org.policy_text(company.policy) == PLACEHOLDER_POLICY
    assert company.org.inline_policy(company.admin) is None


def test_a_policy_that_somebody_changes_at_this_moment_is_a_conflict_that_passes(reach: Reach) -> None:
    company = Company()
    here = reach(company.org)
    here.server.faults.add("organizations.UpdatePolicy", code="ConcurrentModificationException", times=None)
    with pytest.raises(AwsConflict) as raised:
        here.context.deny.write(company.policy, WITH_DANA, PLACEHOLDER_POLICY)
    assert raised.value.passes


def test_an_inline_policy_reaches_the_account_once_it_is_provisioned(reach: Reach) -> None:
    company = Company()
    deny, place = reach(company.org).context.deny, (company.prod, company.admin)
    assert deny.inline(company.admin) == ""
    deny.write_inline(company.admin, INLINE, "")
    assert deny.inline(company.admin) == INLINE
    assert company.org.provisioned_policy(*place) is None
    for _ in range(2):
        begun = deny.provision(company.admin, company.prod)
        eventually(lambda begun=begun: deny.provisioning(begun.request_id).state == "SUCCEEDED")
        assert company.org.provisioned_policy(*place) == INLINE
    deny.write_inline(company.admin, "", INLINE)
    assert company.org.inline_policy(company.admin) is None
    deny.write_inline(company.admin, "", "")


def test_a_provisioning_that_fails_says_why(reach: Reach) -> None:
    company = Company()
    here = reach(company.org)
    here.server.faults.add("sso-admin.ProvisionPermissionSet", kind="job_failed", message="Refused by an SCP.")
    begun = here.context.deny.provision(company.admin, company.prod)
    ended = eventually(lambda: (job := here.context.deny.provisioning(begun.request_id)).state == "FAILED" and job)
    assert ended.reason == "Refused by an SCP."


def test_a_permission_set_or_provisioning_that_is_not_there_is_not_found(reach: Reach) -> None:
    company = Company()
    deny = reach(company.org).context.deny
    for ask in (
        lambda: deny.inline(NO_SET),
        lambda: deny.write_inline(NO_SET, INLINE, ""),
        lambda: deny.provisioning(NOBODY),
    ):
        with pytest.raises(AwsNotFound):
            ask()


def test_aws_that_is_busy_with_a_permission_set_is_a_conflict(reach: Reach) -> None:
    company = Company()
    here = reach(company.org)
    for operation in ("ProvisionPermissionSet", "PutInlinePolicyToPermissionSet"):
        here.server.faults.add(f"sso-admin.{operation}", code="ConflictException", times=None)
    with pytest.raises(AwsConflict):
        here.context.deny.provision(company.admin, company.prod)
    with pytest.raises(AwsConflict):
        here.context.deny.write_inline(company.admin, INLINE, "")


def test_more_provisionings_than_aws_has_room_for_are_unavailable(reach: Reach) -> None:
    company = Company()
    here = reach(company.org)
    here.server.faults.add("sso-admin.ProvisionPermissionSet", code="ThrottlingException", times=None)
    with pytest.raises(AwsUnavailable):
        here.context.deny.provision(company.admin, company.prod)


@pytest.mark.parametrize("paths", [True, False])
def test_what_is_above_an_account_runs_from_the_root_down(reach: Reach, paths: bool) -> None:
    company = Company(account_paths=paths)
    here = reach(company.org)
    account = here.context.access.accounts()[company.prod]
    payments = next(unit for unit in company.org.unit_by_id if unit != company.unit)
    assert here.context.deny.parents(account) == (company.org.root_id, company.unit, payments)


def test_a_delegated_administrator_has_no_say_about_policies(reach: Reach) -> None:
    company = Company()
    company.org.delegated_admin_account_id = company.prod
    deny = reach(company.org, account_id=company.prod).context.deny
    for ask in (deny.read, deny.text):
        with pytest.raises(AwsDenied):
            ask(company.policy)


CHANGES: dict[str, Callable[[Deny, Company], object]] = {
    "organizations.UpdatePolicy": lambda deny, company: deny.write(company.policy, WITH_DANA, PLACEHOLDER_POLICY),
    "sso-admin.PutInlinePolicyToPermissionSet": lambda deny, company: deny.write_inline(company.admin, INLINE, ""),
    "sso-admin.DeleteInlinePolicyFromPermissionSet": lambda deny, company: deny.write_inline(company.admin, "", INLINE),
    "sso-admin.ProvisionPermissionSet": lambda deny, company: deny.provision(company.admin, company.prod),
}
READS: dict[str, Callable[[Deny, Company], object]] = {
    "organizations.ListTargetsForPolicy": lambda deny, company: deny.read(company.policy),
    "organizations.DescribePolicy": lambda deny, company: deny.text(company.policy),
    "sso-admin.GetInlinePolicyForPermissionSet": lambda deny, company: deny.inline(company.admin),
    "sso-admin.DescribePermissionSetProvisioningStatus": lambda deny, _: deny.provisioning(NOBODY),
}


@pytest.mark.parametrize("operation", CHANGES)
def test_a_dry_run_changes_nothing(reach: Reach, operation: str) -> None:
    company = Company()
    with pytest.raises(DryRunRefused):
        CHANGES[operation](reach(company.org, dry_run=True).context.deny, company)
    assert company.org.policy_text(company.policy) == PLACEHOLDER_POLICY
    assert company.org.inline_policy(company.admin) is None


@pytest.mark.parametrize("lost", ["lost_answer", "lost_page"])
def test_a_write_whose_answer_is_lost_is_of_unknown_outcome(reach: Reach, lost: str) -> None:
    company = Company()
    here = reach(company.org)
    here.server.faults.add("organizations.UpdatePolicy", kind=lost)
    with pytest.raises(AwsUnavailable):
        here.context.deny.write(company.policy, WITH_DANA, PLACEHOLDER_POLICY)
    assert company.org.policy_text(company.policy) == WITH_DANA


@FAILURES
@pytest.mark.parametrize("operation", READS | CHANGES)
def test_whoever_cannot_be_asked_or_says_no_raises(
    reach: Reach, operation: str, fault: dict[str, Any], error: type[AwsError]
) -> None:
    company = Company()
    here = reach(company.org)
    here.server.faults.add(operation, times=None, **fault)
    with pytest.raises(error) as raised:
        (READS | CHANGES)[operation](here.context.deny, company)
    assert raised.value.operation == operation
    assert raised.value.passes == (error is AwsUnavailable)
