"""Applications, instances, permission sets and groups: the lists that complete what account assignments say."""

import pytest

from bot.playground.identity_center import Organization, random_organization
from tests.playground.identity_center.simulated_aws import Stopwatch, refused, serving

NOBODY = "00000000-0000-0000-0000-000000000000"


def furnish(aws):
    org = aws.org
    aws.tools = org.add_account("tools")
    aws.group = org.add_group("analysts")
    aws.dana, aws.emil = org.add_user("dana@example.com"), org.add_user("emil@example.com")
    org.add_member(aws.group, aws.dana)
    aws.wiki, aws.board = org.add_application("wiki"), org.add_application("board", account=aws.tools)
    org.assign_application(aws.wiki, "USER", aws.dana)
    org.assign_application(aws.board, "GROUP", aws.group)
    return aws


@pytest.fixture
def aws():
    with serving(throttle=False) as aws:
        yield furnish(aws)
        assert aws.server.complaints == []


def used(aws, principal, kind="USER", client=None, **parameters):
    pages = (client or aws.sso).get_paginator("list_application_assignments_for_principal")
    pages = pages.paginate(**aws.instance, PrincipalId=principal, PrincipalType=kind, **parameters)
    return [row["ApplicationArn"] for page in pages for row in page["ApplicationAssignments"]]


def members(aws, application):
    pages = aws.sso.get_paginator("list_application_assignments").paginate(ApplicationArn=application)
    return {(row["PrincipalType"], row["PrincipalId"]) for page in pages for row in page["ApplicationAssignments"]}


def test_by_default_there_is_no_application():
    with serving() as aws:
        assert aws.sso.list_applications(**aws.instance)["Applications"] == []


def test_applications_are_listed_and_described(aws):
    listed = aws.sso.list_applications(**aws.instance)["Applications"]
    assert [(item["Name"], item["ApplicationAccount"]) for item in listed] == [
        ("wiki", aws.org.management_account_id),
        ("board", aws.tools),
    ]
    described = aws.sso.describe_application(ApplicationArn=aws.board)
    assert (described["Name"], described["Status"]) == ("board", "ENABLED")
    with refused("ResourceNotFoundException"):
        aws.sso.describe_application(ApplicationArn=aws.wiki[:-16] + "0" * 16)


def test_applications_can_be_asked_for_by_account(aws):
    listed = aws.sso.list_applications(**aws.instance, Filter={"ApplicationAccount": aws.tools})["Applications"]
    assert [item["ApplicationArn"] for item in listed] == [aws.board]


def test_a_page_holds_fifty_applications_though_a_hundred_are_asked_for(aws):
    for number in range(60):
        aws.org.add_application(f"more-{number}")
    assert len(aws.sso.list_applications(**aws.instance, MaxResults=100)["Applications"]) == 50
    pages = aws.sso.get_paginator("list_applications").paginate(**aws.instance)
    assert len([item for page in pages for item in page["Applications"]]) == 62


def test_a_users_list_leaves_out_what_groups_give(aws):
    assert used(aws, aws.dana) == [aws.wiki]
    assert used(aws, aws.group, "GROUP") == [aws.board]
    assert used(aws, aws.emil) == []
    with refused("ResourceNotFoundException"):
        used(aws, NOBODY)


def test_the_other_reading_includes_what_groups_give():
    with serving(throttle=False, inherited_application_rows=True) as aws:
        furnish(aws)
        assert used(aws, aws.dana) == [aws.wiki, aws.board]
        assert used(aws, aws.dana, PaginationConfig={"PageSize": 1}) == [aws.wiki, aws.board]


def test_a_list_can_be_narrowed_to_one_application(aws):
    assert used(aws, aws.dana, Filter={"ApplicationArn": aws.board}) == []
    assert used(aws, aws.dana, Filter={"ApplicationArn": aws.wiki}) == [aws.wiki]


def test_from_a_delegated_administrator_the_filter_is_required(aws):
    aws.org.delegated_admin_account_id = aws.tools
    client = aws.client("sso-admin", aws.tools)
    with refused("ValidationException"):
        used(aws, aws.dana, client=client)
    assert used(aws, aws.dana, client=client, Filter={"ApplicationArn": aws.wiki}) == [aws.wiki]
    assert len(client.list_applications(**aws.instance)["Applications"]) == 2


def test_a_delegated_administrator_may_have_to_filter_the_list_of_applications_too():
    with serving(throttle=False, delegated_admin_filters_applications=True) as aws:
        furnish(aws)
        aws.org.delegated_admin_account_id = aws.tools
        client = aws.client("sso-admin", aws.tools)
        with refused("ValidationException"):
            client.list_applications(**aws.instance)
        mine = {"ApplicationAccount": aws.org.management_account_id}
        assert len(client.list_applications(**aws.instance, Filter=mine)["Applications"]) == 1


def test_a_member_account_sees_its_own_applications_only(aws):
    client = aws.client("sso-admin", aws.tools)
    own = client.list_applications(**aws.instance, Filter={"ApplicationAccount": aws.tools})["Applications"]
    assert [item["ApplicationArn"] for item in own] == [aws.board]
    for wrong in ({}, {"Filter": {"ApplicationAccount": aws.org.management_account_id}}):
        with refused("AccessDeniedException"):
            client.list_applications(**aws.instance, **wrong)
    assert client.describe_application(ApplicationArn=aws.board)["Name"] == "board"
    with refused("AccessDeniedException"):
        client.describe_application(ApplicationArn=aws.wiki)
    with refused("AccessDeniedException"):
        used(aws, aws.dana, client=client, Filter={"ApplicationArn": aws.wiki})


def test_deleting_an_assignment_is_done_when_it_answers(aws):
    given = {"ApplicationArn": aws.wiki, "PrincipalId": aws.dana, "PrincipalType": "USER"}
    aws.sso.delete_application_assignment(**given)
    assert members(aws, aws.wiki) == set()
    assert used(aws, aws.dana) == []
    with refused("ResourceNotFoundException"):
        aws.sso.delete_application_assignment(**given)


def test_the_truth_has_applications_direct_and_through_groups(aws):
    ways = aws.org.truth(aws.dana)
    assert [(way["kind"], way["path"], way["application_arn"], way["group_id"], way["account_id"]) for way in ways] == [
        ("application", "direct", aws.wiki, None, None),
        ("application", "group", aws.board, aws.group, None),
    ]
    assert [row["new_session"]["allowed"] for row in aws.org.try_to_get_in(aws.dana)] == [True, True]
    aws.org.unassign_application(aws.wiki, "USER", aws.dana)
    aws.org.remove_member(aws.group, aws.dana)
    assert aws.org.truth(aws.dana) == []


def test_assignments_of_a_deleted_user_stay_behind(aws):
    aws.store.delete_user(**aws.ids, UserId=aws.dana)
    assert ("USER", aws.dana) in members(aws, aws.wiki)
    assert used(aws, aws.dana) == [aws.wiki]
    assert [(row["kind"], row["user_id"], row["application_arn"]) for row in aws.org.orphans()] == [
        ("application", aws.dana, aws.wiki)
    ]
    aws.sso.delete_application_assignment(ApplicationArn=aws.wiki, PrincipalId=aws.dana, PrincipalType="USER")
    assert aws.org.orphans() == []


def test_the_other_reading_takes_them_away_with_the_user():
    with serving(throttle=False, orphaned_applications=False) as aws:
        furnish(aws)
        aws.store.delete_user(**aws.ids, UserId=aws.dana)
        assert members(aws, aws.wiki) == set()
        assert aws.org.orphans() == []


@pytest.mark.parametrize(("reading", "status"), [("job_succeeded", "SUCCEEDED"), ("job_failed", "FAILED")])
def test_deleting_an_orphaned_account_assignment_may_fail_with_a_404(reading, status):
    watch = Stopwatch()
    with serving(throttle=False, stopwatch=watch, orphan_deletion=reading) as aws:
        account, arn = aws.org.add_account("prod"), aws.org.add_permission_set("ReadOnlyAccess")
        user = aws.org.add_user("dana@example.com")
        aws.org.assign(account, arn, "USER", user)
        aws.org.delete_user(user)
        job = aws.delete(account, arn, "USER", user)
        watch.pass_(1.1)
        done = aws.deletion(job["RequestId"])
        assert done["Status"] == status
        if status == "FAILED":
            assert done["FailureReason"].startswith(f"Received a 404 status error: the USER assignee {user}")
            assert [row["kind"] for row in aws.org.orphans()] == ["account"]


def test_random_organizations_answer_what_their_truth_says():
    org = random_organization(seed=3, users=40, accounts=4, applications=7, entitlements=9, orphans=2, throttle=False)
    assert len([row for row in org.orphans() if row["kind"] == "application"]) == 2
    with serving(org) as aws:
        for user in org.users():
            wire = {(arn, None) for arn in used(aws, user.id)}
            wire |= {(arn, group) for group in user.group_ids for arn in used(aws, group, "GROUP")}
            truth = [way for way in org.truth(user.id) if way["kind"] == "application"]
            assert {(way["application_arn"], way["group_id"]) for way in truth} == wire
        listed = aws.sso.list_applications(**aws.instance)["Applications"]
        held = {(item["ApplicationArn"], *who) for item in listed for who in members(aws, item["ApplicationArn"])}
        assert held == {(arn, *who) for who, arns in org.applications_of.items() for arn in arns}


def test_the_new_arguments_leave_the_rest_of_a_random_organization_as_it_was():
    plain = random_organization(seed=3, users=40)
    more = random_organization(seed=3, users=40, applications=5, entitlements=5)
    assert [user.id for user in plain.users()] == [user.id for user in more.users()]
    assert set(plain.places_of) == set(more.places_of)


# instances


def test_an_accounts_own_instance_is_seen_by_its_owner_only(aws):
    own = aws.org.add_instance(aws.tools, name="lab")
    assert [item["InstanceArn"] for item in aws.sso.list_instances()["Instances"]] == [aws.org.instance_arn]
    client = aws.client("sso-admin", aws.tools)
    both = client.list_instances()["Instances"]
    assert [(item["InstanceArn"], item["OwnerAccountId"]) for item in both] == [
        (aws.org.instance_arn, aws.org.management_account_id),
        (own, aws.tools),
    ]
    described = client.describe_instance(InstanceArn=own)
    assert (described["Name"], described["PermissionSetsEnabled"]) == ("lab", False)
    with refused("AccessDeniedException"):
        aws.sso.describe_instance(InstanceArn=own)
    with refused("AccessDeniedException"):
        client.describe_instance(**aws.instance)


def test_an_accounts_own_instance_is_empty(aws):
    own = aws.org.add_instance(aws.tools)
    client, store = aws.client("sso-admin", aws.tools), aws.client("identitystore", aws.tools)
    place = {"IdentityStoreId": aws.org.instance_by_arn[own].identity_store_id}
    assert client.list_applications(InstanceArn=own)["Applications"] == []
    assert store.list_users(**place)["Users"] == store.list_groups(**place)["Groups"] == []
    with refused("ResourceNotFoundException"):
        store.describe_user(**place, UserId=aws.dana)
    with refused("ValidationException"):
        client.list_permission_sets(InstanceArn=own)


@pytest.fixture
def wide():
    with serving(throttle=False, additional_regions=("us-east-2",)) as aws:
        yield furnish(aws)
        assert aws.server.complaints == []


def test_an_additional_region_lists_the_instance_and_names_the_primary_one(wide):
    client = wide.client("sso-admin", region="us-east-2")
    for found in (client.list_instances()["Instances"][0], client.describe_instance(**wide.instance)):
        assert found["PrimaryRegion"] == "eu-west-1"
        assert {(item["RegionName"], item["IsPrimaryRegion"]) for item in found["Regions"]} == {
            ("eu-west-1", True),
            ("us-east-2", False),
        }


def test_an_additional_region_reads_the_identity_store_and_writes_nothing(wide):
    store = wide.client("identitystore", region="us-east-2")
    assert len(store.list_users(**wide.ids)["Users"]) == 2
    with refused("AccessDeniedException"):
        store.delete_user(**wide.ids, UserId=wide.dana)


def test_an_additional_region_manages_applications_but_no_permission_sets(wide):
    client = wide.client("sso-admin", region="us-east-2")
    assert used(wide, wide.dana, client=client) == [wide.wiki]
    client.delete_application_assignment(ApplicationArn=wide.wiki, PrincipalId=wide.dana, PrincipalType="USER")
    with refused("AccessDeniedException"):
        client.list_permission_sets(**wide.instance)


def test_elsewhere_applications_are_not_found(aws):
    client = aws.client("sso-admin", region="us-east-1")
    with refused("ResourceNotFoundException"):
        client.describe_application(ApplicationArn=aws.wiki)
    with refused("AccessDeniedException"):
        client.list_applications(**aws.instance)
    with refused("ResourceNotFoundException"):
        used(aws, aws.dana, client=client)


@pytest.mark.parametrize("reading", ["refused", "empty"])
def test_without_permission_sets_reads_are_refused_or_empty(reading):
    with serving(throttle=False, permission_sets_enabled=False, permission_sets_off=reading) as aws:
        user = aws.org.add_user("dana@example.com")
        with pytest.raises(ValueError, match="without permission sets"):
            aws.org.add_permission_set("ReadOnlyAccess")
        if reading == "empty":
            assert aws.sso.list_permission_sets(**aws.instance)["PermissionSets"] == aws.ways(user) == []
        else:
            with refused("ValidationException"):
                aws.sso.list_permission_sets(**aws.instance)
            with refused("ValidationException"):
                aws.ways(user)
        assert aws.sso.list_applications(**aws.instance)["Applications"] == []
    assert len(random_organization(users=5, permission_sets_enabled=False, orphans=1).users()) == 5


# permission sets and groups


def test_what_a_permission_set_allows_can_be_read(aws):
    everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    plain = aws.org.add_permission_set("Plain")
    rich = aws.org.add_permission_set(
        "Rich", inline_policy=everything, managed=["AdministratorAccess", "job-function/Billing"]
    )
    found = {**aws.instance, "PermissionSetArn": rich}
    assert aws.sso.get_inline_policy_for_permission_set(**found)["InlinePolicy"] == everything
    policies = aws.sso.get_paginator("list_managed_policies_in_permission_set").paginate(
        **found, PaginationConfig={"PageSize": 1}
    )
    assert [item["Arn"] for page in policies for item in page["AttachedManagedPolicies"]] == [
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "arn:aws:iam::aws:policy/job-function/Billing",
    ]
    found["PermissionSetArn"] = plain
    assert "InlinePolicy" not in aws.sso.get_inline_policy_for_permission_set(**found)
    assert aws.sso.list_managed_policies_in_permission_set(**found)["AttachedManagedPolicies"] == []


@pytest.mark.parametrize("wrong", ["[]", '{"a":"' + "x" * 10_300 + '"}', "{" + " " * 33_000 + "}"])
def test_an_inline_policy_aws_would_refuse_cannot_be_built(wrong):
    with pytest.raises(ValueError, match="inline policy"):
        Organization().add_permission_set("Wrong", inline_policy=wrong)


def test_the_accounts_of_a_permission_set_are_those_where_somebody_has_it(aws):
    arn = aws.org.add_permission_set("ReadOnlyAccess")
    listing = {**aws.instance, "PermissionSetArn": arn}
    assert aws.sso.list_accounts_for_provisioned_permission_set(**listing)["AccountIds"] == []
    aws.org.assign(aws.tools, arn, "USER", aws.dana)
    assert aws.sso.list_accounts_for_provisioned_permission_set(**listing)["AccountIds"] == [aws.tools]


def test_groups_and_their_members_are_listed(aws):
    groups = aws.store.list_groups(**aws.ids)["Groups"]
    assert [(item["GroupId"], item["DisplayName"]) for item in groups] == [(aws.group, "analysts")]
    named = [{"AttributePath": "DisplayName", "AttributeValue": "nobody"}]
    assert aws.store.list_groups(**aws.ids, Filters=named)["Groups"] == []
    aws.org.add_member(aws.group, aws.emil)
    aws.org.remove_member(aws.group, aws.dana)
    aws.org.add_member(aws.group, aws.dana)
    pages = aws.store.get_paginator("list_group_memberships").paginate(
        **aws.ids, GroupId=aws.group, PaginationConfig={"PageSize": 1}
    )
    rows = [row for page in pages for row in page["GroupMemberships"]]
    assert [row["MemberId"]["UserId"] for row in rows] == [aws.emil, aws.dana]
    with refused("ResourceNotFoundException"):
        aws.store.list_group_memberships(**aws.ids, GroupId=NOBODY)


def test_pages_of_members_neither_skip_nor_repeat_while_members_leave(aws):
    people = [aws.org.add_user(f"user{number}@example.com") for number in range(30)]
    for user in people:
        aws.org.add_member(aws.group, user)
    first = aws.store.list_group_memberships(**aws.ids, GroupId=aws.group, MaxResults=10)
    for user in people[:5]:
        aws.org.remove_member(aws.group, user)
    rest = aws.store.list_group_memberships(**aws.ids, GroupId=aws.group, NextToken=first["NextToken"])
    seen = [row["MemberId"]["UserId"] for page in (first, rest) for row in page["GroupMemberships"]]
    assert seen == [aws.dana, *people]


def test_the_delegated_administrator_is_listed(aws):
    assert aws.organizations.list_delegated_administrators()["DelegatedAdministrators"] == []
    aws.org.delegated_admin_account_id = aws.tools
    for asked in ({}, {"ServicePrincipal": "sso.amazonaws.com"}):
        found = aws.organizations.list_delegated_administrators(**asked)["DelegatedAdministrators"]
        assert [item["Id"] for item in found] == [aws.tools]
    other = aws.organizations.list_delegated_administrators(ServicePrincipal="config.amazonaws.com")
    assert other["DelegatedAdministrators"] == []
