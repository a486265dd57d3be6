"""The sample company has the people and places the guide talks about."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.playground.sample_company import DENY_POLICY
from bot.playground.sample_org import sample_organization
from tests.playground.identity_center.simulated_aws import serving

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


def test_there_are_nine_leavers_eight_of_whom_still_hold_a_grant(org):
    leavers = [user for user in org.users() if user.status == "DISABLED"]
    assert len(leavers) == 9
    assert sum(bool(org.truth(user.id)) for user in leavers) == 8


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
    assert len(ways(org, "Kwame Boateng")) == 10


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


def test_each_kind_of_way_in_is_there_directly_and_through_a_group(org):
    leavers = [user for user in org.users() if user.status == "DISABLED"]
    seen = {(way["kind"], way["path"]) for user in leavers for way in org.truth(user.id)}
    assert seen == {(kind, path) for kind in ("account", "application", "entitlement") for path in ("direct", "group")}
    names = {
        (user.display_name, way["application_name"] or way["role_arn"].rpartition("/")[2])
        for user in leavers
        for way in org.truth(user.id)
        if way["kind"] != "account"
    }
    assert {
        ("Dana Rossi", "Grafana"),
        ("Tomas Novotny", "Ledger reports"),
        ("Kwame Boateng", "release-deployer"),
    } < names


def test_ingrid_is_an_administrator_and_no_name_says_so(org):
    (hidden,) = [way for way in org.truth(leaver(org, "Ingrid Solberg").id) if way["privilege"] == "administrator"]
    assert (hidden["permission_set_name"], hidden["administrator_like"]) == ("BreakGlass", True)
    assert org.permission_set_by_arn[hidden["permission_set_arn"]].managed == ()


def test_ravi_signed_in_after_he_was_disabled_and_kwame_before(org):
    place = (org.management_account_id, org.region)
    seen = org.trail.newest_first(place, None, NOON - timedelta(days=90), NOON, before=2**62)
    found = {}
    for event in seen:
        user_id = event.body["userIdentity"].get("onBehalfOf", {}).get("userId")
        if user_id:
            found.setdefault(org.user(user_id).display_name, []).append((event.name, event.at))
    assert set(found) == {"Ravi Menon", "Kwame Boateng"}
    for events in found.values():
        assert [name for name, _ in events] == ["GetRoleCredentials", "Federate", "UserAuthentication"]
    assert all(at > leaver(org, "Ravi Menon").updated_at for _, at in found["Ravi Menon"])
    assert all(at < leaver(org, "Kwame Boateng").updated_at for _, at in found["Kwame Boateng"])


def test_two_people_were_deleted_and_left_something_behind(org):
    orphans = org.orphans()
    assert [(one["kind"], one["account_name"], one["application_name"]) for one in orphans] == [
        ("account", "payments-staging", None),
        ("application", None, "Grafana"),
    ]
    assert not {one["user_id"] for one in orphans} & {user.id for user in org.users()}


@pytest.mark.parametrize("account_access", [False, "absent", "denied"])
def test_the_company_is_there_with_and_without_account_access_manager(account_access):
    org = sample_organization(now=lambda: NOON, account_access=account_access)
    assert len(org.users()) == 60
    assert bool(org.entitlement_by_id) == (account_access == "denied")


def test_one_permission_set_is_nobodys(org):
    used = {arn for _, arn in org.role_of}
    (unused,) = [item for arn, item in org.permission_set_by_arn.items() if arn not in used]
    assert unused.name == "LegacyMigration"


def test_an_inline_policy_can_deny_dana_in_the_management_account(org):
    dana = leaver(org, "Dana Rossi").id
    (way,) = [way for way in org.truth(dana) if way["account_id"] == org.management_account_id]
    assert (way["permission_set_name"], way["group_name"]) == ("AdministratorAccess", "organization-admins")
    org.update_scp(org.deny_policy_id, DENY_POLICY.replace("Add user ID here", dana))
    assert org.denied(dana, org.management_account_id) is None
    org.put_inline_policy(way["permission_set_arn"], DENY_POLICY.replace("Add user ID here", dana))
    org.provision(way["permission_set_arn"])
    assert org.denied(dana, org.management_account_id) == "inline policy of AdministratorAccess"
    assert org.bystanders([dana]) == []


@pytest.mark.parametrize("on", [True, False])
def test_the_company_is_there_with_and_without_service_control_policies(on):
    org = sample_organization(now=lambda: NOON, scps_enabled=on)
    assert list(org.policy_by_id[org.deny_policy_id].targets) == ([org.root_id] if on else [])


def test_the_emergency_deny_waits_at_the_root_and_denies_nobody(org):
    policy = org.policy_by_id[org.deny_policy_id]
    assert (policy.name, policy.content, list(policy.targets)) == (
        "leaverbot-emergency-deny",
        DENY_POLICY,
        [org.root_id],
    )
    assert org.bystanders([]) == []


def test_a_small_company_is_read_in_several_pages_and_the_leavers_are_in_the_first():
    with serving(sample_organization(throttle=False)) as aws:
        pages = list(aws.store.get_paginator("list_users").paginate(**aws.ids))
        assert [len(page["Users"]) for page in pages] == [25, 25, 10]
        first = {user["UserId"] for user in pages[0]["Users"]}
        assert {user.id for user in aws.org.users() if user.status == "DISABLED"} <= first


@pytest.mark.parametrize("size", [0, 101])
def test_a_page_holds_no_more_users_than_aws_gives(size):
    with pytest.raises(ValueError, match="users_a_page"):
        sample_organization(users_a_page=size)


def test_a_larger_company_keeps_the_ratios():
    org = sample_organization(users=500, now=lambda: NOON)
    assert len(org.users()) == 500
    assert sum(user.status == "DISABLED" for user in org.users()) == 72
    assert len(org.orphans()) == 2


@pytest.mark.parametrize("leavers", [1, 9, 40, 60])
def test_as_many_have_left_as_was_asked_for(leavers):
    org = sample_organization(users=60, leavers=leavers, now=lambda: NOON)
    assert len(org.users()) == 60
    assert sum(user.status == "DISABLED" for user in org.users()) == leavers


def test_of_many_who_left_only_the_first_have_odd_names_and_one_in_ten_of_the_forgotten_was_seen():
    org = sample_organization(users=400, leavers=200, now=lambda: NOON)
    leavers = [user for user in org.users() if user.status == "DISABLED"]
    assert sum(user.user_name is None for user in leavers) == 1
    assert len({user.display_name for user in leavers}) > 190
    place = (org.management_account_id, org.region)
    seen = org.trail.newest_first(place, None, NOON - timedelta(days=90), NOON, before=2**62)
    who = {event.body["userIdentity"].get("onBehalfOf", {}).get("userId") for event in seen} - {None}
    # Twenty-two people like Ravi, and Kwame before he left.
    assert len(who) == 3 + 1


def test_everybody_can_be_read_over_the_wire():
    with serving(sample_organization(throttle=False)) as aws:
        pages = aws.store.get_paginator("list_users").paginate(**aws.ids)
        for user in [user for page in pages for user in page["Users"]]:
            truth = aws.org.truth(user["UserId"])
            assert len(aws.ways(user["UserId"])) == sum(way["kind"] == "account" for way in truth)
        assert aws.server.complaints == []
