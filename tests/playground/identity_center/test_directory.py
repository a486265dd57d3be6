"""The Identity Store: users, groups, memberships, pages."""

import re
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from bot.playground.identity_center import random_organization
from tests.playground.identity_center.simulated_aws import refused, serving


@pytest.fixture
def aws():
    with serving(throttle=False) as aws:
        yield aws
        assert [complaint for complaint in aws.server.complaints if "simulator failed" in complaint] == []


def listed(aws, **parameters):
    pages = aws.store.get_paginator("list_users").paginate(**aws.ids, **parameters)
    return [user for page in pages for user in page["Users"]]


def test_a_user_shows_status_revision_arn_and_timestamps(aws):
    user = aws.org.add_user("dana@example.com", "Dana Rossi", "dana@example.com", status="DISABLED")
    (found,) = listed(aws)
    assert found["UserStatus"] == "DISABLED"
    assert found["UserArn"] == f"arn:aws:identitystore:::user/{user}"
    assert re.fullmatch(r"\d+", found["Revision"])
    assert found["CreatedAt"] <= datetime.now(UTC)
    assert found["Name"] == {"GivenName": "Dana", "FamilyName": "Rossi"}
    assert found["ExternalIds"][0]["Issuer"]
    assert found == {
        key: value
        for key, value in aws.store.describe_user(**aws.ids, UserId=user).items()
        if key != "ResponseMetadata"
    }


def test_attributes_that_are_not_set_are_not_there(aws):
    aws.org.add_user(None, None, None, status=None, scim=False)
    (found,) = listed(aws)
    assert not {"UserName", "DisplayName", "Name", "Emails", "UserStatus", "ExternalIds"} & set(found)


def test_ids_come_in_both_forms(aws):
    assert len(aws.org.add_user("new@example.com")) == 36
    old = aws.org.add_user("old@example.com", legacy_id=True)
    assert len(old) == 47
    assert aws.store.describe_user(**aws.ids, UserId=old)["UserId"] == old


def test_an_arn_is_taken_in_place_of_an_id(aws):
    user = aws.org.add_user("dana@example.com")
    assert aws.store.describe_user(**aws.ids, UserId=f"arn:aws:identitystore:::user/{user}")["UserId"] == user


def test_every_change_changes_the_revision(aws):
    user = aws.org.add_user("dana@example.com")
    before = aws.store.describe_user(**aws.ids, UserId=user)
    aws.org.set_status(user, "DISABLED")
    after = aws.store.describe_user(**aws.ids, UserId=user)
    assert (before["UserStatus"], after["UserStatus"]) == ("ENABLED", "DISABLED")
    assert before["Revision"] != after["Revision"]


def test_pages_hold_at_most_a_hundred_users(aws):
    for number in range(205):
        aws.org.add_user(f"user{number}@example.com")
    first = aws.store.list_users(**aws.ids)
    assert len(first["Users"]) == 100
    assert first["NextToken"]
    assert [user["UserName"] for user in listed(aws)] == [f"user{number}@example.com" for number in range(205)]


def test_deletions_and_insertions_between_pages_neither_skip_nor_repeat(aws):
    users = [aws.org.add_user(f"user{number}@example.com") for number in range(10)]
    first = aws.store.list_users(**aws.ids, MaxResults=5)
    for gone in (users[0], users[4], users[5]):
        aws.org.delete_user(gone)
    late = aws.org.add_user("late@example.com")
    second = aws.store.list_users(**aws.ids, NextToken=first["NextToken"])
    assert [user["UserId"] for user in second["Users"]] == [*users[6:], late]


def test_a_token_of_another_call_is_refused(aws):
    users = [aws.org.add_user(f"user{number}@example.com") for number in range(3)]
    groups = [aws.org.add_group(f"group{number}") for number in range(3)]
    for user in users[:2]:
        for group in groups:
            aws.org.add_member(group, user)
    token = aws.store.list_users(**aws.ids, MaxResults=1)["NextToken"]
    with refused("ValidationException"):
        aws.store.list_group_memberships_for_member(**aws.ids, MemberId={"UserId": users[0]}, NextToken=token)
    token = aws.store.list_group_memberships_for_member(**aws.ids, MemberId={"UserId": users[0]}, MaxResults=1)[
        "NextToken"
    ]
    with refused("ValidationException"):
        aws.store.list_group_memberships_for_member(**aws.ids, MemberId={"UserId": users[1]}, NextToken=token)


def test_short_pages_still_list_everybody_once():
    with serving(random_organization(seed=3, users=300, accounts=30, short_pages=True, throttle=False)) as aws:
        assert sorted(user["UserId"] for user in listed(aws)) == sorted(user.id for user in aws.org.users())
        pages = list(aws.organizations.get_paginator("list_accounts").paginate())
        assert sum(len(page["Accounts"]) for page in pages) == 31
        assert any(not page["Accounts"] and "NextToken" in page for page in pages)


def test_a_user_is_found_by_name_address_or_external_id(aws):
    user = aws.org.add_user("Dana@example.com", email="dana.rossi@example.com")
    external = aws.store.describe_user(**aws.ids, UserId=user)["ExternalIds"][0]
    for sought in (
        {"UniqueAttribute": {"AttributePath": "userName", "AttributeValue": "dana@example.com"}},
        {"UniqueAttribute": {"AttributePath": "emails.value", "AttributeValue": "dana.rossi@example.com"}},
        {"ExternalId": external},
    ):
        assert aws.store.get_user_id(**aws.ids, AlternateIdentifier=sought)["UserId"] == user
    with refused("ResourceNotFoundException"):
        aws.store.get_user_id(
            **aws.ids,
            AlternateIdentifier={"UniqueAttribute": {"AttributePath": "userName", "AttributeValue": "nobody"}},
        )


def test_list_users_filters_by_user_name_only(aws):
    user = aws.org.add_user("dana@example.com")
    aws.org.add_user("emil@example.com")
    by = lambda path: [{"AttributePath": path, "AttributeValue": "dana@example.com"}]  # noqa: E731 - one use, one line
    assert [found["UserId"] for found in listed(aws, Filters=by("UserName"))] == [user]
    with refused("ValidationException"):
        aws.store.list_users(**aws.ids, Filters=by("UserStatus"))


def test_a_membership_is_listed_named_and_deleted(aws):
    user, group = aws.org.add_user("dana@example.com"), aws.org.add_group("viewers")
    aws.org.add_member(group, user)
    (row,) = aws.store.list_group_memberships_for_member(**aws.ids, MemberId={"UserId": user})["GroupMemberships"]
    named = aws.store.get_group_membership_id(**aws.ids, GroupId=group, MemberId={"UserId": user})
    assert row["MembershipId"] == named["MembershipId"]
    assert row["GroupId"] == group
    assert aws.store.describe_group(**aws.ids, GroupId=group)["DisplayName"] == "viewers"
    aws.store.delete_group_membership(**aws.ids, MembershipId=row["MembershipId"])
    with refused("ResourceNotFoundException"):
        aws.store.delete_group_membership(**aws.ids, MembershipId=row["MembershipId"])
    with refused("ResourceNotFoundException"):
        aws.store.get_group_membership_id(**aws.ids, GroupId=group, MemberId={"UserId": user})


def test_a_disabled_user_keeps_memberships(aws):
    user, group = aws.org.add_user("dana@example.com"), aws.org.add_group("viewers")
    aws.org.add_member(group, user)
    aws.org.set_status(user, "DISABLED")
    assert (
        len(aws.store.list_group_memberships_for_member(**aws.ids, MemberId={"UserId": user})["GroupMemberships"]) == 1
    )


def test_a_membership_can_be_made_again_but_not_twice(aws):
    user, group = aws.org.add_user("dana@example.com"), aws.org.add_group("viewers")
    aws.store.create_group_membership(**aws.ids, GroupId=group, MemberId={"UserId": user})
    with pytest.raises(ClientError) as caught:
        aws.store.create_group_membership(**aws.ids, GroupId=group, MemberId={"UserId": user})
    assert caught.value.response["Reason"] == "UNIQUENESS_CONSTRAINT_VIOLATION"


def test_a_user_is_deleted_only_at_the_revision_that_was_seen(aws):
    user = aws.org.add_user("dana@example.com")
    seen = aws.store.describe_user(**aws.ids, UserId=user)["Revision"]
    aws.org.set_status(user, "DISABLED")
    with pytest.raises(ClientError) as caught:
        aws.store.delete_user(**aws.ids, UserId=user, Revision=seen)
    assert caught.value.response["Error"]["Code"] == "ConflictException"
    assert caught.value.response["Reason"] == "CONCURRENT_MODIFICATION"
    current = aws.store.describe_user(**aws.ids, UserId=user)["Revision"]
    aws.store.delete_user(**aws.ids, UserId=user, Revision=current)
    with pytest.raises(ClientError) as caught:
        aws.store.describe_user(**aws.ids, UserId=user)
    assert caught.value.response["ResourceType"] == "USER"
    assert caught.value.response["ResourceId"] == user


def test_deleting_an_unknown_user_is_an_error(aws):
    with refused("ResourceNotFoundException"):
        aws.store.delete_user(**aws.ids, UserId="00000000-0000-0000-0000-000000000000")


def test_a_deleted_user_leaves_every_group_and_orphaned_assignments_behind(aws):
    user, group = aws.org.add_user("dana@example.com"), aws.org.add_group("viewers")
    account, permission_set = aws.org.add_account("prod"), aws.org.add_permission_set("ReadOnlyAccess")
    aws.org.add_member(group, user)
    aws.org.assign(account, permission_set, "USER", user)
    aws.store.delete_user(**aws.ids, UserId=user)
    rows = aws.sso.list_account_assignments(**aws.instance, AccountId=account, PermissionSetArn=permission_set)
    assert [row["PrincipalId"] for row in rows["AccountAssignments"]] == [user]
    assert aws.org.truth(user) == []
    assert [found["new_session"]["allowed"] for found in aws.org.try_to_get_in(user)] == []


def test_orphaned_assignments_are_an_option():
    with serving(orphaned_assignments=False) as aws:
        user = aws.org.add_user("dana@example.com")
        account, permission_set = aws.org.add_account("prod"), aws.org.add_permission_set("ReadOnlyAccess")
        aws.org.assign(account, permission_set, "USER", user)
        aws.org.delete_user(user)
        rows = aws.sso.list_account_assignments(**aws.instance, AccountId=account, PermissionSetArn=permission_set)
        assert rows["AccountAssignments"] == []


def test_members_read_the_store_but_only_administrators_write(aws):
    tools, user = aws.org.add_account("tools"), aws.org.add_user("dana@example.com")
    client = aws.client("identitystore", tools)
    assert client.describe_user(**aws.ids, UserId=user)["UserId"] == user
    with refused("AccessDeniedException"):
        client.delete_user(**aws.ids, UserId=user)
    aws.org.delegated_admin_account_id = tools
    client.delete_user(**aws.ids, UserId=user)


def test_a_store_that_does_not_exist_is_named_in_the_error(aws):
    with pytest.raises(ClientError) as caught:
        aws.store.list_users(IdentityStoreId="d-0000000000")
    assert caught.value.response["ResourceType"] == "IDENTITY_STORE"


def test_listeners_hear_of_changes_while_the_lock_is_free(aws):
    heard = []
    aws.org.on_change(lambda: heard.append(aws.org.lock._is_owned()))
    user = aws.org.add_user("dana@example.com")
    aws.store.delete_user(**aws.ids, UserId=user)
    aws.store.list_users(**aws.ids)
    assert heard == [False, False]
