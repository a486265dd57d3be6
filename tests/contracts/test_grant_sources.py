"""The contract of `ports.GrantSource`, over every kind of grant: both ends give the same, and failing is never
"nothing".
"""

from collections.abc import Callable
from typing import Any

import pytest

from bot.core.errors import AwsDenied, AwsError, AwsUnavailable
from bot.core.models import GrantKind
from bot.playground.identity_center import Organization
from tests.services.scanning import Connected

Reach = Callable[..., Connected]
LISTS = {
    GrantKind.ACCOUNT: ("sso-admin.ListAccountAssignmentsForPrincipal", "sso-admin.ListAccountAssignments"),
    GrantKind.APPLICATION: (
        "sso-admin.ListApplicationAssignmentsForPrincipal",
        "sso-admin.ListApplicationAssignments",
    ),
    GrantKind.ENTITLEMENT: ("account-access.ListEntitlements", "account-access.ListEntitlements"),
}


def organization(**options: Any) -> tuple[Organization, str, str, str]:
    """Two users and a group with many rows of every kind. (organization, user, other user, group)"""
    org = Organization(seed=4, throttle=False, account_access=True, **options)
    user, other, group = org.add_user("dana@example.com"), org.add_user("eve@example.com"), org.add_group("Operators")
    org.add_member(group, user)
    sets = [org.add_permission_set(f"Set-{number}") for number in range(3)]
    for number in range(8):
        account = org.add_account(f"account-{number}")
        org.assign(account, sets[number % 3], "USER", user)
        org.assign(account, sets[(number + 1) % 3], "GROUP", group)
        org.assign(account, sets[0], "USER", other)
        application = org.add_application(f"App {number}", account=account)
        role = org.add_role(account, "Deploy")
        for kind, principal in (("USER", user), ("GROUP", group), ("USER", other)):
            org.assign_application(application, kind, principal)
            org.entitle(role, kind, principal)
    return org, user, other, group


@pytest.fixture(params=[False, True], ids=["whole pages", "short pages"])
def here(request: pytest.FixtureRequest, reach: Reach) -> tuple[Connected, str, str, str]:
    org, user, other, group = organization(short_pages=request.param)
    return reach(org), user, other, group


def source(connection: Connected, kind: GrantKind) -> Any:
    return next(one for one in connection.context.access.grant_sources() if one.kind is kind)


kinds = pytest.mark.parametrize("kind", list(GrantKind))


def test_there_is_one_of_each_kind(here: Any) -> None:
    assert [one.kind for one in here[0].context.access.grant_sources()] == list(GrantKind)


@kinds
def test_both_ends_give_the_same_rows_of_the_same_principal(here: Any, kind: GrantKind) -> None:
    connection, user, other, group = here
    one = source(connection, kind)
    everything = [row for location in one.locations() for row in one.at(location.id)]
    assert len(everything) == len(set(everything)) == 24
    for principal in (("USER", user), ("USER", other), ("GROUP", group)):
        own = {row for row in one.of(*principal) if (row.principal_type, row.principal_id) == principal}
        assert own == {row for row in everything if (row.principal_type, row.principal_id) == principal}
        assert len(own) == 8


@kinds
def test_somebody_who_is_gone_has_no_rows(here: Any, kind: GrantKind) -> None:
    connection, *_ = here
    assert not source(connection, kind).of("USER", "11111111-2222-3333-4444-555555555555")


@pytest.mark.parametrize("kind", [GrantKind.ACCOUNT, GrantKind.APPLICATION])
@pytest.mark.parametrize("principal_type", ["USER", "GROUP"])
def test_not_found_for_somebody_who_is_there_is_not_believed(here: Any, kind: GrantKind, principal_type: str) -> None:
    connection, user, _, group = here
    connection.server.faults.add(LISTS[kind][0], code="ResourceNotFoundException", times=None)
    with pytest.raises(AwsUnavailable, match="contradicts itself"):
        source(connection, kind).of(principal_type, user if principal_type == "USER" else group)


@kinds
@pytest.mark.parametrize(
    ("code", "error"), [("AccessDeniedException", AwsDenied), ("InternalServerException", AwsUnavailable)]
)
def test_what_aws_refuses_raises_from_either_end(here: Any, kind: GrantKind, code: str, error: type[AwsError]) -> None:
    connection, user, *_ = here
    one = source(connection, kind)
    location = one.locations()[1 if kind is GrantKind.ACCOUNT else 0]
    for operation in set(LISTS[kind]):
        connection.server.faults.add(operation, code=code, times=None)
    with pytest.raises(error):
        one.of("USER", user)
    with pytest.raises(error):
        list(one.at(location.id))


@kinds
def test_going_through_a_spot_teaches_what_it_takes(here: Any, kind: GrantKind) -> None:
    connection, *_ = here
    one = source(connection, kind)
    location = one.locations()[-1]
    before = sum(connection.server.calls.values())
    assert not one.calls_known()
    list(one.at(location.id))
    assert one.calls_known()
    assert one.calls_per_location() == sum(connection.server.calls.values()) - before


@kinds
def test_from_a_delegated_administrator_it_says_which_end_is_left(reach: Reach, kind: GrantKind) -> None:
    org, user, *_ = organization(delegated_admin_filters_applications=True)
    admin = org.delegated_admin_account_id = org.add_account("security-tools")
    one = source(reach(org, account_id=admin), kind)
    if kind is GrantKind.ENTITLEMENT:
        assert one.only_by_location() == ""
    else:
        assert "management account only" in one.only_by_location()
        with pytest.raises(AwsError):
            one.of("USER", user)
    assert len([row for location in one.locations() for row in one.at(location.id)]) == 24
