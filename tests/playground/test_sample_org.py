"""The sample company has the people and places the guide talks about."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.playground.sample_org import DENY_POLICY, sample_organization
from tests.playground.simulated_aws import serving

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def org():
    return sample_organization(now=lambda: NOON)


def leaver(org, name):
    return next(user for user in org.users() if user.display_name == name and user.status == "DISABLED")


def ways(org, name):
    return {(way["account_name"], way["permission_set_name"], way["path"]) for way in org.truth(leaver(org, name).id)}


def test_equal_seeds_make_equal_companies(org):
    again, other = sample_organization(now=lambda: NOON), sample_organization(seed=8, now=lambda: NOON)
    assert again.users() == org.users()
    assert other.users() != org.users()


def test_there_are_about_sixty_people_twelve_accounts_and_the_management_account(org):
    assert len(org.users()) == 60
    assert len(org.account_by_id) == 13
    assert [account.name for account in org.account_by_id.values() if account.state == "SUSPENDED"] == [
        "legacy-warehouse"
    ]


def test_there_are_eight_leavers_seven_of_whom_still_hold_a_grant(org):
    leavers = [user for user in org.users() if user.status == "DISABLED"]
    assert len(leavers) == 8
    assert sum(bool(org.truth(user.id)) for user in leavers) == 7


def test_dana_is_an_administrator_directly_and_through_a_group_in_the_management_account(org):
    assert ("payments-prod", "AdministratorAccess", "direct") in ways(org, "Dana Rossi")
    assert ("management", "AdministratorAccess", "group") in ways(org, "Dana Rossi")
    open_sessions = [row["open_session"] for row in org.try_to_get_in(leaver(org, "Dana Rossi").id)]
    assert sum(bool(session and session["allowed"]) for session in open_sessions) == 2


def test_tomas_has_access_through_groups_only(org):
    assert {path for _, _, path in ways(org, "Tomas Novotny")} == {"group"}


def test_greta_has_access_to_a_suspended_account_only(org):
    assert ways(org, "Greta Lindholm") == {("legacy-warehouse", "PowerUserAccess", "group")}


def test_kwame_is_a_power_user_in_many_accounts_and_in_one_of_them_twice(org):
    places = [account for account, name, _ in ways(org, "Kwame Boateng") if name == "PowerUserAccess"]
    assert len(set(places)) >= 6
    assert places.count("sandbox-12") == 2


def test_somebody_has_a_name_that_tries_to_ping_the_channel(org):
    (user,) = [user for user in org.users() if "<!channel>" in (user.display_name or "")]
    assert user.status == "DISABLED"
    assert org.truth(user.id)


def test_somebody_has_neither_name_nor_address(org):
    (user,) = [user for user in org.users() if user.user_name is None]
    assert (user.display_name, user.email) == (None, None)
    assert org.truth(user.id)


def test_olivia_left_cleanly_and_ravi_forty_days_ago(org):
    assert ways(org, "Olivia Brandt") == set()
    assert leaver(org, "Ravi Menon").updated_at == NOON - timedelta(days=40)


def test_the_emergency_deny_waits_at_the_root_and_denies_nobody(org):
    policy = org.policy_by_id[org.deny_policy_id]
    assert (policy.name, policy.content, policy.targets) == ("leaverbot-emergency-deny", DENY_POLICY, [org.root_id])
    assert org.bystanders([]) == []


def test_a_larger_company_keeps_the_ratios():
    org = sample_organization(users=500, now=lambda: NOON)
    assert len(org.users()) == 500
    assert sum(user.status == "DISABLED" for user in org.users()) == 64


def test_everybody_can_be_read_over_the_wire():
    with serving(sample_organization(throttle=False)) as aws:
        pages = aws.store.get_paginator("list_users").paginate(**aws.ids)
        for user in [user for page in pages for user in page["Users"]]:
            assert len(aws.ways(user["UserId"])) == len(aws.org.truth(user["UserId"]))
        assert aws.server.complaints == []
