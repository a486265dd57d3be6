"""The contract of `ports.Access`."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.core.errors import AwsConflict, AwsError, AwsNotFound, AwsRejected, AwsUnavailable, DryRunRefused
from bot.core.models import Account, Application, GrantKind, PermissionSet, Privilege
from bot.playground.identity_center import Organization
from bot.ports import Access, Assignment, OpenApplications
from tests.contracts.failures import FAILURES, NOBODY
from tests.services.scanning import Connected
from tests.world import eventually

Reach = Callable[..., Connected]
NO_SUCH = "arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-1111111111111111"
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


class Company:
    """Dana has ReadOnly in prod, an application and a role."""

    def __init__(self, **options: Any) -> None:
        settings = {"job_seconds": (0.0, 0.0), "account_access": True, "deprovision_seconds": 0.0, **options}
        self.org = org = Organization(seed=3, throttle=False, **settings)
        self.prod, self.old = org.add_account("prod", org.add_ou("workloads")), org.add_account("old", state="CLOSED")
        self.dana = org.add_user("dana@example.com")
        self.read_only = org.add_permission_set("ReadOnly", "PT4H") if org.options.permission_sets_enabled else NO_SUCH
        if org.options.permission_sets_enabled:
            org.assign(self.prod, self.read_only, "USER", self.dana)
        self.wiki = org.add_application("Wiki")
        org.assign_application(self.wiki, "USER", self.dana)
        self.role = org.add_role(self.prod, "Deploy")
        self.entitlement = org.entitle(self.role, "USER", self.dana) if org.options.account_access is True else ""


def kind(access: Access, wanted: GrantKind) -> Any:
    return next(one for one in access.grant_sources() if one.kind is wanted)


def test_the_instance_the_organization_and_the_caller_are_known(reach: Reach) -> None:
    company = Company()
    org, access = company.org, reach(company.org).context.access
    instance = access.instance()
    assert (instance.arn, instance.identity_store_id) == (org.instance_arn, org.identity_store_id)
    assert (instance.region, instance.permission_sets) == (org.region, True)
    assert access.management_account_id() == access.caller_account_id() == org.management_account_id
    assert access.caller_user_name() == ""
    assert reach(org, account_id=company.prod).context.access.caller_account_id() == company.prod


def test_without_permission_sets_the_instance_says_so(reach: Reach) -> None:
    access = reach(Company(permission_sets_enabled=False).org).context.access
    assert not access.instance().permission_sets
    assert kind(access, GrantKind.ACCOUNT).locations() == ()


def test_permission_sets_are_on_where_aws_does_not_show_whether_they_are(reach: Reach) -> None:
    here = reach(Company(permission_sets_enabled=False).org)
    here.server.faults.add("sso-admin.DescribeInstance", code="AccessDeniedException", times=None)
    assert here.context.access.instance().permission_sets


def test_who_runs_as_a_permission_set_is_named(reach: Reach) -> None:
    company = Company()
    org = company.org
    org.assign(org.management_account_id, company.read_only, "USER", company.dana)
    org.act_as(org.open_session(company.dana, org.management_account_id, company.read_only))
    assert reach(org).context.access.caller_user_name() == "dana@example.com"


@pytest.mark.parametrize("paths", [True, False])
def test_accounts_come_with_name_state_and_what_is_above_them_where_aws_says_so(reach: Reach, paths: bool) -> None:
    company = Company(account_paths=paths)
    org = company.org
    above = (org.root_id,), (org.root_id, next(iter(org.unit_by_id)))
    root, unit = above if paths else ((), ())
    found = reach(org).context.access.accounts()
    management = org.management_account_id
    assert found == {
        management: Account(management, "management", "ACTIVE", root),
        company.prod: Account(company.prod, "prod", "ACTIVE", unit),
        company.old: Account(company.old, "old", "CLOSED", root),
    }


@pytest.mark.parametrize(
    ("name", "more", "privilege"),
    [
        ("AdministratorAccess", {}, Privilege.ADMINISTRATOR),
        ("Platform", {"managed": ["AdministratorAccess"]}, Privilege.ADMINISTRATOR),
        ("Platform", {"inline_policy": EVERYTHING}, Privilege.ADMINISTRATOR),
        ("Platform", {"managed": ["PowerUserAccess"]}, Privilege.POWER_USER),
        ("Platform", {}, Privilege.OTHER),
    ],
)
def test_a_permission_set_says_how_long_sessions_live_and_how_much_it_allows(
    reach: Reach, name: str, more: dict[str, Any], privilege: Privilege
) -> None:
    company = Company()
    arn = company.org.add_permission_set(name, "PT8H", **more)
    assert reach(company.org).context.access.permission_set(arn) == PermissionSet(arn, name, 8 * 3600, privilege)


def test_what_a_permission_set_allows_may_be_hidden(reach: Reach) -> None:
    company = Company()
    here = reach(company.org)
    here.server.faults.add("sso-admin.GetInlinePolicyForPermissionSet", code="AccessDeniedException", times=None)
    found = here.context.access.permission_set(company.read_only)
    assert found == PermissionSet(company.read_only, "ReadOnly", 4 * 3600, None)


def test_permission_sets_are_listed_with_where_somebody_is_assigned_them(reach: Reach) -> None:
    company = Company()
    spare = company.org.add_permission_set("Spare")
    access = reach(company.org).context.access
    assert access.permission_set_arns() == (company.read_only, spare)
    assert access.provisioned_in(company.read_only) == (company.prod,)
    assert access.provisioned_in(spare) == ()
    row = Assignment(company.prod, company.read_only, "USER", company.dana)
    assert access.assigned(company.prod, company.read_only) == (row,)
    assert access.assigned(company.old, company.read_only) == ()


def test_a_permission_set_is_deleted_once_nobody_is_assigned_it(reach: Reach) -> None:
    company = Company()
    access = reach(company.org).context.access
    with pytest.raises(AwsConflict):
        access.delete_permission_set(company.read_only)
    company.org.unassign(company.prod, company.read_only, "USER", company.dana)
    access.delete_permission_set(company.read_only)
    assert access.permission_set_arns() == ()
    with pytest.raises(AwsNotFound):
        access.delete_permission_set(company.read_only)


@pytest.mark.parametrize(
    "ask",
    [
        lambda access: access.permission_set(NO_SUCH),
        lambda access: access.provisioned_in(NO_SUCH),
        lambda access: access.application(
            "arn:aws:sso::111111111111:application/ssoins-1111111111111111/apl-1111111111111111"
        ),
        lambda access: access.delete_assignment("111111111111", NO_SUCH, NOBODY),
        lambda access: access.deletion(NOBODY),
    ],
    ids=["permission set", "provisioned in", "application", "delete assignment", "deletion"],
)
def test_what_does_not_exist_is_not_found(reach: Reach, ask: Callable[[Access], object]) -> None:
    access = reach(Company().org).context.access
    with pytest.raises(AwsNotFound):
        ask(access)


@pytest.mark.parametrize(("background", "seen"), [(True, True), (False, False), (None, False)])
def test_an_application_has_its_name_and_may_have_background_sessions(
    reach: Reach, background: bool | None, seen: bool
) -> None:
    company = Company()
    if background is not None:
        company.org.set_background_sessions(company.wiki, enabled=background)
    access = reach(company.org).context.access
    assert access.application(company.wiki) == Application(company.wiki, "Wiki")
    assert access.background_sessions(company.wiki) is seen


def test_background_sessions_that_aws_does_not_show_are_not_known(reach: Reach) -> None:
    company = Company()
    here = reach(company.org)
    here.server.faults.add("sso-admin.GetApplicationSessionConfiguration", code="AccessDeniedException", times=None)
    assert here.context.access.background_sessions(company.wiki) is None


def test_the_newest_listing_tells_which_applications_are_open_to_everybody(reach: Reach) -> None:
    company = Company(account_access=False)
    company.org.open_application(company.wiki)
    here = reach(company.org)
    access = here.context.access
    assert access.open_applications() == OpenApplications()
    kind(access, GrantKind.APPLICATION).locations()
    assert access.open_applications() == OpenApplications(("Wiki",))
    company.org.add_application("New")
    here.server.faults.add("sso-admin.GetApplicationAssignmentConfiguration", code="AccessDeniedException", times=None)
    kind(access, GrantKind.APPLICATION).locations()
    assert access.open_applications().unread >= 1


@pytest.mark.parametrize("option", [False, "absent"])
def test_where_account_access_manager_is_not_there_is_no_application_of_it(reach: Reach, option: bool | str) -> None:
    company = Company(account_access=option)
    access = reach(company.org).context.access
    assert access.account_access_arn() == ""
    assert kind(access, GrantKind.ENTITLEMENT).locations() == []
    assert kind(access, GrantKind.ENTITLEMENT).of("USER", company.dana) == ()
    access.delete_entitlement("ent-1")


def test_another_account_than_the_management_account_cannot_know_that_there_is_none(reach: Reach) -> None:
    company = Company(account_access=False)
    company.org.delegated_admin_account_id = company.prod
    with pytest.raises(AwsRejected, match="LEAVERBOT_ACCOUNT_ACCESS=false"):
        reach(company.org, account_id=company.prod).context.access.account_access_arn()
    told = reach(company.org, account_id=company.prod, account_access=False).context.access
    assert told.account_access_arn() == ""


def test_applications_and_entitlements_are_taken_away_and_may_be_gone_already(reach: Reach) -> None:
    company = Company()
    access = reach(company.org).context.access
    assert access.account_access_arn() == company.org.account_access_arn
    for _ in range(2):
        access.delete_application_assignment(company.wiki, company.dana)
        access.delete_entitlement(company.entitlement)
    assert {grant["kind"] for grant in company.org.truth(company.dana)} == {"account"}


def test_a_deletion_is_a_job_that_can_be_followed_and_found_while_it_runs(reach: Reach) -> None:
    company = Company(job_seconds=(0.2, 0.2))
    access = reach(company.org).context.access
    about = (company.prod, company.read_only, company.dana)
    begun = access.delete_assignment(*about)
    assert begun.state == "IN_PROGRESS"
    found = access.find_deletion(*about)
    assert found is not None
    assert found.request_id == begun.request_id
    assert access.find_deletion(company.prod, company.read_only, NOBODY) is None
    eventually(lambda: access.deletion(begun.request_id).state == "SUCCEEDED")
    assert access.find_deletion(*about) is None
    assert access.assigned(company.prod, company.read_only) == ()


def test_what_somebody_else_takes_away_at_this_moment_is_gone(reach: Reach) -> None:
    company = Company()
    here = reach(company.org)
    for operation in ("sso-admin.DeleteApplicationAssignment", "account-access.DeleteEntitlement"):
        here.server.faults.add(operation, code="ResourceNotFoundException")
    here.context.access.delete_application_assignment(company.wiki, company.dana)
    here.context.access.delete_entitlement(company.entitlement)
    assert {grant["kind"] for grant in company.org.truth(company.dana)} > {"account"}


def test_a_deletion_that_is_forgotten_while_it_is_looked_for_is_not_found(reach: Reach) -> None:
    company = Company(job_seconds=(60, 60))
    here = reach(company.org)
    about = (company.prod, company.read_only, company.dana)
    here.context.access.delete_assignment(*about)
    name = "sso-admin.DescribeAccountAssignmentDeletionStatus"
    here.server.faults.add(name, code="ResourceNotFoundException")
    assert here.context.access.find_deletion(*about) is None
    assert here.context.access.find_deletion(*about) is not None


def test_a_deletion_that_fails_says_why(reach: Reach) -> None:
    company = Company()
    here = reach(company.org)
    here.server.faults.add("sso-admin.DeleteAccountAssignment", kind="job_failed", message="Refused by an SCP.")
    begun = here.context.access.delete_assignment(company.prod, company.read_only, company.dana)
    ended = eventually(lambda: (job := here.context.access.deletion(begun.request_id)).state == "FAILED" and job)
    assert ended.reason == "Refused by an SCP."


def test_an_account_that_is_closed_may_be_a_conflict(reach: Reach) -> None:
    company = Company(inactive_account="conflict")
    company.org.assign(company.old, company.read_only, "USER", company.dana)
    with pytest.raises(AwsConflict):
        reach(company.org).context.access.delete_assignment(company.old, company.read_only, company.dana)


CHANGES: dict[str, Callable[[Access, Company], object]] = {
    "DeletePermissionSet": lambda access, company: access.delete_permission_set(company.read_only),
    "DeleteApplicationAssignment": lambda access, company: access.delete_application_assignment(
        company.wiki, company.dana
    ),
    "DeleteEntitlement": lambda access, company: access.delete_entitlement(company.entitlement),
    "DeleteAccountAssignment": lambda access, company: access.delete_assignment(
        company.prod, company.read_only, company.dana
    ),
}


@pytest.mark.parametrize("operation", CHANGES)
def test_a_dry_run_changes_nothing(reach: Reach, operation: str) -> None:
    company = Company()
    before = company.org.truth(company.dana)
    with pytest.raises(DryRunRefused):
        CHANGES[operation](reach(company.org, dry_run=True).context.access, company)
    assert company.org.truth(company.dana) == before


@pytest.mark.parametrize("lost", ["lost_answer", "lost_page"])
def test_a_change_whose_answer_is_lost_is_of_unknown_outcome(reach: Reach, lost: str) -> None:
    company = Company()
    here = reach(company.org)
    here.server.faults.add("account-access.DeleteEntitlement", kind=lost)
    with pytest.raises(AwsUnavailable):
        here.context.access.delete_entitlement(company.entitlement)
    assert company.entitlement not in company.org.entitlement_by_id


READS: dict[str, Callable[[Access, Company], object]] = {
    "sso-admin.ListInstances": lambda access, _: access.instance(),
    "organizations.DescribeOrganization": lambda access, _: access.management_account_id(),
    "sts.GetCallerIdentity": lambda access, _: access.caller_account_id(),
    "organizations.ListAccounts": lambda access, _: access.accounts(),
    "sso-admin.DescribePermissionSet": lambda access, company: access.permission_set(company.read_only),
    "sso-admin.ListPermissionSets": lambda access, _: access.permission_set_arns(),
    "sso-admin.ListAccountsForProvisionedPermissionSet": lambda access, company: access.provisioned_in(
        company.read_only
    ),
    "sso-admin.DescribeApplication": lambda access, company: access.application(company.wiki),
    "account-access.ListApplications": lambda access, _: access.account_access_arn(),
    "sso-admin.ListAccountAssignments": lambda access, company: access.assigned(company.prod, company.read_only),
    "sso-admin.DescribeAccountAssignmentDeletionStatus": lambda access, _: access.deletion(NOBODY),
    "sso-admin.ListAccountAssignmentDeletionStatus": lambda access, company: access.find_deletion(
        company.prod, company.read_only, company.dana
    ),
}
ALL = READS | {
    f"{'account-access' if name == 'DeleteEntitlement' else 'sso-admin'}.{name}": change
    for name, change in CHANGES.items()
}


@FAILURES
@pytest.mark.parametrize("operation", ALL)
def test_whoever_cannot_be_asked_or_says_no_raises(
    reach: Reach, operation: str, fault: dict[str, Any], error: type[AwsError]
) -> None:
    company = Company()
    here = reach(company.org)
    here.server.faults.add(operation, times=None, **fault)
    with pytest.raises(error) as raised:
        ALL[operation](here.context.access, company)
    assert raised.value.operation == operation
    assert raised.value.passes == (error is AwsUnavailable)
