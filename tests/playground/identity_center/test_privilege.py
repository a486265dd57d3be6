"""How much a way in allows, and for how long: from names and policies, by the safer reading."""

import json

import pytest

from bot.playground.identity_center import Organization, random_organization
from bot.playground.identity_center.random_org import INLINE, MANAGED
from tests.playground.identity_center.simulated_aws import serving

LEVELS = {"administrator": True, "power_user": True, "other": False, None: None}


def statement(effect="Allow", resource="*", **more):
    return {"Effect": effect, "Resource": resource, **more}


def level(name="Team", statements=None, managed=(), **more):
    """What the truth says of a permission set like this."""
    org = Organization(seed=1, **more)
    policy = None if statements is None else json.dumps({"Version": "2012-10-17", "Statement": statements})
    arn = org.add_permission_set(name, inline_policy=policy, managed=managed)
    dana = org.add_user("dana@example.com")
    org.assign(org.management_account_id, arn, "USER", dana)
    (grant,) = org.truth(dana)
    assert grant["administrator_like"] is LEVELS[grant["privilege"]]
    return grant["privilege"]


@pytest.mark.parametrize("name", ["Team", "administratoraccess", "MyAdministratorAccess", "ReadOnlyAccess"])
def test_a_name_that_is_not_exactly_awss_says_nothing(name):
    assert level(name) == "other"


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_awss_own_names_tell_whether_of_the_set_or_of_a_policy(partition):
    assert level("AdministratorAccess", partition=partition) == "administrator"
    assert level("PowerUserAccess", partition=partition) == "power_user"
    assert level(managed=["ReadOnlyAccess", "AdministratorAccess"], partition=partition) == "administrator"
    assert level(managed=["PowerUserAccess"], partition=partition) == "power_user"


@pytest.mark.parametrize(
    "managed",
    [
        ["AdministratorAccess-Amplify"],
        ["job-function/AdministratorAccess"],
        ["arn:aws:iam::123456789012:policy/AdministratorAccess"],
    ],
)
def test_a_policy_that_only_sounds_like_awss_does_not(managed):
    assert level(managed=managed) == "other"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], "other"),
        ([statement(Action="*")], "administrator"),
        (statement(Action="*"), "administrator"),
        ([statement(Action="*:*")], "administrator"),
        ([statement(Action=["s3:Get*", "*"])], "administrator"),
        ([statement(Action="iam:*"), statement(Action=["*:*"])], "administrator"),
        ([statement(Action="*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})], "administrator"),
        ([statement(Action="*", resource="arn:aws:s3:::one/*")], "administrator"),
        ([statement(NotAction="iam:*")], "power_user"),
        ([statement(NotAction=["iam:*", "organizations:*"])], "power_user"),
        ([statement(NotAction="iam:*"), statement(Action="*")], "administrator"),
        ([statement(Action=["iam:*", "ec2:*", "s3:*"])], "other"),
        ([statement("Deny", Action="*")], "other"),
        ([statement("Deny", NotAction="iam:*")], "other"),
        ([statement("Deny", Action="*"), statement(Action="*")], "administrator"),
        ([statement("allow", Action="*")], "other"),
        ([{"Action": "*", "Resource": "*"}], "other"),
        ([statement(Action=["*", 5])], "other"),
        ([statement(Action={"*": "*"})], "other"),
        ([statement(NotAction=[])], "other"),
        ([statement(NotAction=None)], "other"),
        (["*", None, 7, statement(Action="*")], "administrator"),
        ("*", "other"),
        (None, "other"),
    ],
    ids=str,
)
def test_an_inline_policy_counts_by_what_it_allows(statements, expected):
    assert level(statements=statements) == expected


def test_an_administrator_by_one_of_the_three_is_no_mere_power_user_by_another():
    assert level("PowerUserAccess", statements=statement(Action="*")) == "administrator"
    assert level("PowerUserAccess", managed=["AdministratorAccess"]) == "administrator"
    assert level("AdministratorAccess", statements=statement(NotAction="iam:*")) == "administrator"
    assert level("PowerUserAccess", statements=statement("Deny", Action="*")) == "power_user"


def test_of_an_ordinary_role_only_the_name_is_known():
    org = Organization(seed=1, account_access=True)
    dana = org.add_user("dana@example.com")
    for name in ("AdministratorAccess", "ops/PowerUserAccess", "deployer", "AdministratorAccess/reader"):
        org.entitle(org.add_role(org.management_account_id, name), "USER", dana)
    told = [(grant["privilege"], grant["administrator_like"]) for grant in org.truth(dana)]
    assert told == [("administrator", True), ("power_user", True), (None, None), (None, None)]
    assert {grant["session_seconds"] for grant in org.truth(dana)} == {43_200}


def test_an_application_has_a_name_and_half_an_hour_and_no_privilege():
    org = Organization(seed=1)
    dana = org.add_user("dana@example.com")
    arn = org.add_application("AdministratorAccess")
    org.assign_application(arn, "USER", dana)
    (grant,) = org.truth(dana)
    assert (grant["application_name"], grant["session_seconds"]) == ("AdministratorAccess", 1800)
    assert (grant["privilege"], grant["administrator_like"]) == (None, None)


@pytest.mark.parametrize(("duration", "seconds"), [("PT1H", 3600), ("PT90M", 5400), ("PT12H", 43_200)])
def test_a_session_of_an_account_is_as_long_as_its_permission_set_says(duration, seconds):
    org = Organization(seed=1)
    dana = org.add_user("dana@example.com")
    org.assign(org.management_account_id, org.add_permission_set("Team", duration), "USER", dana)
    (grant,) = org.truth(dana)
    assert (grant["session_seconds"], grant["application_name"]) == (seconds, None)


def test_an_application_that_is_switched_off_is_granted_all_the_same_and_lets_nobody_in():
    org = Organization(seed=1, throttle=False)
    dana = org.add_user("dana@example.com")
    arn = org.add_application("Grafana")
    org.assign_application(arn, "USER", dana)
    before = org.truth(dana)
    org.set_application_enabled(arn, enabled=False)
    assert org.truth(dana) == before
    assert [row["new_session"]["allowed"] for row in org.try_to_get_in(dana)] == [False]
    with serving(org) as aws:
        assert [item["Status"] for item in aws.sso.list_applications(**aws.instance)["Applications"]] == ["DISABLED"]
        assert aws.sso.describe_application(ApplicationArn=arn)["Status"] == "DISABLED"
        given = {**aws.instance, "PrincipalType": "USER", "PrincipalId": dana}
        assert len(aws.sso.list_application_assignments_for_principal(**given)["ApplicationAssignments"]) == 1
        org.set_application_enabled(arn, enabled=True)
        assert aws.sso.describe_application(ApplicationArn=arn)["Status"] == "ENABLED"


def test_what_a_deleted_user_left_behind_says_as_much_as_a_grant():
    org = random_organization(seed=2, users=20, applications=2, entitlements=4, orphans=2, privileges=True)
    keys = {"application_name", "session_seconds", "privilege", "administrator_like"}
    rows = org.orphans()
    assert {row["kind"] for row in rows} == {"account", "application", "entitlement"}
    assert all(keys <= set(row) for row in rows)


def test_a_random_organization_has_every_form_of_policy_and_nothing_else_is_different():
    plain = random_organization(seed=5, users=60, permission_sets=30, applications=9, entitlements=30)
    more = random_organization(
        seed=5,
        users=60,
        permission_sets=30,
        applications=9,
        entitlements=30,
        privileges=True,
        disabled_applications=0.5,
    )
    assert [user.id for user in plain.users()] == [user.id for user in more.users()]
    assert dict(plain.places_of) == dict(more.places_of)
    assert plain.applications_of == more.applications_of
    assert set(plain.entitlement_by_id) == set(more.entitlement_by_id)
    sets = list(more.permission_set_by_arn.values())
    inline = {found.inline_policy for found in sets}
    assert inline >= {json.dumps({"Version": "2012-10-17", "Statement": form}) for form in INLINE}
    attached = {tuple(arn.partition(":policy/")[2] for arn in found.managed) for found in sets}
    assert attached == set(MANAGED)
    levels = {(way["kind"], way["privilege"]) for user in more.users() for way in more.truth(user.id)}
    assert levels >= {("account", level) for level in ("administrator", "power_user", "other")}
    assert levels >= {("entitlement", level) for level in ("administrator", "power_user", None)}
    states = [application.enabled for application in more.application_by_arn.values()]
    assert 0 < states.count(False) < len(states)
    assert {way["privilege"] for user in plain.users() for way in plain.truth(user.id)} == {"other", None}


def test_what_the_truth_says_of_a_permission_set_can_be_read_over_the_wire():
    org = random_organization(seed=6, users=5, permission_sets=20, privileges=True, throttle=False)
    with serving(org) as aws:
        for arn, known in org.permission_set_by_arn.items():
            given = {**aws.instance, "PermissionSetArn": arn}
            pages = aws.sso.get_paginator("list_managed_policies_in_permission_set").paginate(**given)
            attached = [item["Arn"] for page in pages for item in page["AttachedManagedPolicies"]]
            assert (tuple(attached), aws.sso.get_inline_policy_for_permission_set(**given).get("InlinePolicy")) == (
                known.managed,
                known.inline_policy,
            )
        assert aws.server.complaints == []
