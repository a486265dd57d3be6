"""The contract of `ports.Directory`."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.core.errors import AwsConflict, AwsDenied, AwsError, AwsNotFound, AwsRejected, AwsUnavailable, DryRunRefused
from bot.core.models import ExternalId, Group, Membership, UserStatus
from bot.playground.identity_center import Organization
from bot.ports import Directory
from tests.contracts.failures import FAILURES, NOBODY
from tests.services.scanning import Connected

Reach = Callable[..., Connected]


def organization(users: int = 3, **options: Any) -> tuple[Organization, str, str]:
    """People, Dana in a group. (organization, Dana, group)"""
    org = Organization(seed=2, throttle=False, **options)
    dana = org.add_user("dana@example.com", "Dana Rossi", "Dana.Rossi@example.com")
    for number in range(users - 1):
        org.add_user(f"user{number}@example.com", scim=False, status=None)
    group = org.add_group("Operators")
    org.add_member(group, dana)
    return org, dana, group


paging = pytest.mark.parametrize("short_pages", [False, True], ids=["whole pages", "short pages"])


@paging
@pytest.mark.parametrize("users", [1, 99, 100, 101, 200])
def test_the_pages_hold_everybody_once_and_all_that_is_known_of_them(
    reach: Reach, users: int, short_pages: bool
) -> None:
    org, dana, _ = organization(users, short_pages=short_pages)
    found = [user for page in reach(org).context.directory.pages() for user in page]
    assert [user.id for user in found] == [user.id for user in org.users()]
    first, real = found[0], org.user(dana)
    assert (first.user_name, first.display_name, first.email) == (real.user_name, real.display_name, real.email)
    assert (first.status, first.revision, first.scim) == (UserStatus.ENABLED, real.revision, True)
    assert first.external_ids == (ExternalId("https://scim.aws.com/directory", real.external_id),)
    assert first.updated_at is not None
    assert abs((first.updated_at - real.updated_at).total_seconds()) <= 0.001
    for user in found[1:]:
        assert (user.display_name, user.email, user.status) == ("", "", UserStatus.UNKNOWN)
        assert (user.scim, user.external_ids) == (False, ())


def test_an_empty_directory_has_no_users(reach: Reach) -> None:
    assert [user for page in reach(Organization(seed=1)).context.directory.pages() for user in page] == []


def test_a_page_that_cannot_be_read_raises_after_the_pages_before_it(reach: Reach) -> None:
    org, _, _ = organization(201)
    here = reach(org)
    here.server.faults.add("identitystore.ListUsers", code="AccessDeniedException", nth=2, times=None)
    pages = here.context.directory.pages()
    assert len(next(pages)) == 100
    with pytest.raises(AwsDenied, match="ListUsers"):
        next(pages)


def test_one_user_is_as_in_the_list_and_fresh(reach: Reach) -> None:
    org, dana, _ = organization()
    directory = reach(org).context.directory
    assert directory.user(dana) == next(directory.pages())[0]
    org.set_status(dana, "DISABLED")
    assert directory.user(dana).status is UserStatus.DISABLED
    with pytest.raises(AwsNotFound):
        directory.user(NOBODY)


@pytest.mark.parametrize(
    ("attribute", "value", "found"),
    [
        ("userName", "dana@example.com", True),
        ("userName", "DANA@example.com", True),
        ("userName", "dana", False),
        ("emails.value", "Dana.Rossi@example.com", True),
        ("emails.value", "dana@example.com", False),
    ],
)
def test_a_user_is_found_by_the_exact_value_of_an_attribute(
    reach: Reach, attribute: str, value: str, found: bool
) -> None:
    org, dana, _ = organization()
    assert reach(org).context.directory.user_id_for(attribute, value) == (dana if found else None)


@paging
def test_memberships_name_the_groups_by_id_and_can_be_left(reach: Reach, short_pages: bool) -> None:
    org, dana, group = organization(short_pages=short_pages)
    directory = reach(org).context.directory
    membership = org.group_by_id[group].members[dana]
    assert directory.memberships(dana) == (Membership(membership, Group(group)),)
    assert directory.membership_in(group, dana) == membership
    assert list(directory.members(group)) == [(dana, membership)]
    directory.leave_group(membership)
    assert directory.memberships(dana) == ()
    assert directory.membership_in(group, dana) is None
    assert list(directory.members(group)) == []
    directory.leave_group(membership)


def test_who_is_gone_is_in_no_group_and_a_group_that_is_gone_has_no_members(reach: Reach) -> None:
    org, dana, group = organization()
    directory = reach(org).context.directory
    assert directory.memberships(NOBODY) == ()
    assert directory.membership_in(group, NOBODY) is None
    assert directory.membership_in(NOBODY, dana) is None
    assert list(directory.members(NOBODY)) == []


@pytest.mark.parametrize("operation", ["ListGroupMembershipsForMember", "ListGroupMemberships"])
def test_not_found_for_what_is_there_is_not_nothing(reach: Reach, operation: str) -> None:
    org, dana, group = organization()
    here = reach(org)
    here.server.faults.add(f"identitystore.{operation}", code="ResourceNotFoundException", times=None)
    directory = here.context.directory
    with pytest.raises(AwsUnavailable, match="contradicts itself"):
        directory.memberships(dana) if operation.endswith("Member") else list(directory.members(group))


def test_where_active_directory_is_synced_nobody_can_say_who_is_in_which_group(reach: Reach) -> None:
    org, dana, group = organization(ad_sync=True)
    directory = reach(org).context.directory
    for ask in (
        lambda: directory.memberships(dana),
        lambda: directory.membership_in(group, dana),
        lambda: list(directory.members(group)),
        lambda: directory.leave_group(org.group_by_id[group].members[dana]),
    ):
        with pytest.raises(AwsRejected, match="AD Sync"):
            ask()


def test_a_group_has_its_name_learnt_before_or_not(reach: Reach) -> None:
    org, _, group = organization()
    more = [org.add_group(f"group {number}", scim=False) for number in range(4)]
    here = reach(org)
    directory = here.context.directory
    assert directory.group(group) == Group(group, "Operators", scim=True)
    directory.learn_groups(more)
    assert [directory.group(one) for one in more] == [Group(one, f"group {n}") for n, one in enumerate(more)]
    with pytest.raises(AwsNotFound):
        directory.group(NOBODY)


@paging
def test_many_groups_have_many_members(reach: Reach, short_pages: bool) -> None:
    org, dana, group = organization(120, short_pages=short_pages)
    for user in org.users():
        org.add_member(group, user.id)
    more = [org.add_group(f"group {number}") for number in range(110)]
    for one in more:
        org.add_member(one, dana)
    directory = reach(org).context.directory
    assert [user for user, _ in directory.members(group)] == [user.id for user in org.users()]
    assert {membership.group.id for membership in directory.memberships(dana)} == {group, *more}


@paging
def test_learning_groups_never_raises(reach: Reach, short_pages: bool) -> None:
    org, _, _ = organization(short_pages=short_pages)
    more = [org.add_group(f"group {number}") for number in range(4)]
    here = reach(org)
    here.server.faults.add("identitystore.ListGroups", code="AccessDeniedException", times=None)
    here.context.directory.learn_groups(more)
    assert here.context.directory.group(more[0]).name == "group 0"


def test_a_user_is_deleted_while_the_revision_is_the_one_that_was_read(reach: Reach) -> None:
    org, dana, _ = organization()
    directory = reach(org).context.directory
    read = directory.user(dana)
    org.set_status(dana, "DISABLED")
    with pytest.raises(AwsConflict):
        directory.delete_user(dana, read.revision)
    directory.delete_user(dana, directory.user(dana).revision)
    assert dana not in org.user_by_id
    with pytest.raises(AwsNotFound):
        directory.delete_user(dana, read.revision)


def test_a_dry_run_changes_nothing(reach: Reach) -> None:
    org, dana, group = organization()
    directory = reach(org, dry_run=True).context.directory
    with pytest.raises(DryRunRefused):
        directory.leave_group(org.group_by_id[group].members[dana])
    with pytest.raises(DryRunRefused):
        directory.delete_user(dana, directory.user(dana).revision)
    assert org.user(dana).group_ids == (group,)


@pytest.mark.parametrize("lost", ["lost_answer", "lost_page"])
def test_a_change_whose_answer_is_lost_is_of_unknown_outcome(reach: Reach, lost: str) -> None:
    org, dana, group = organization()
    here = reach(org)
    here.server.faults.add("identitystore.DeleteGroupMembership", kind=lost)
    with pytest.raises(AwsUnavailable):
        here.context.directory.leave_group(org.group_by_id[group].members[dana])
    assert org.user(dana).group_ids == ()


CALLS: dict[str, Callable[[Directory, str, str], object]] = {
    "ListUsers": lambda directory, _dana, _group: list(directory.pages()),
    "DescribeUser": lambda directory, dana, _group: directory.user(dana),
    "GetUserId": lambda directory, _dana, _group: directory.user_id_for("userName", "dana@example.com"),
    "ListGroupMembershipsForMember": lambda directory, dana, _group: directory.memberships(dana),
    "GetGroupMembershipId": lambda directory, dana, group: directory.membership_in(group, dana),
    "ListGroupMemberships": lambda directory, _dana, group: list(directory.members(group)),
    "DescribeGroup": lambda directory, _dana, group: directory.group(group),
    "DeleteGroupMembership": lambda directory, _dana, _group: directory.leave_group(NOBODY),
    "DeleteUser": lambda directory, dana, _group: directory.delete_user(dana, "r-1"),
}


@FAILURES
@pytest.mark.parametrize("operation", CALLS)
def test_whoever_cannot_be_asked_or_says_no_raises(
    reach: Reach, operation: str, fault: dict[str, Any], error: type[AwsError]
) -> None:
    org, dana, group = organization()
    here = reach(org)
    here.server.faults.add(f"identitystore.{operation}", times=None, **fault)
    with pytest.raises(error) as raised:
        CALLS[operation](here.context.directory, dana, group)
    assert raised.value.operation == f"identitystore.{operation}"
    assert raised.value.passes == (error is AwsUnavailable)


@pytest.mark.parametrize("operation", CALLS)
def test_that_the_whole_identity_store_is_not_found_is_not_said_of_a_user_or_group(
    reach: Reach, operation: str
) -> None:
    org, dana, group = organization()
    here = reach(org)
    store = {"ResourceType": "IDENTITY_STORE", "ResourceId": org.identity_store_id}
    fault = {"code": "ResourceNotFoundException", "members": store, "times": None}
    here.server.faults.add(f"identitystore.{operation}", **fault)
    with pytest.raises(AwsRejected):
        CALLS[operation](here.context.directory, dana, group)
