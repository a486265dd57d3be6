"""A page costs what is on it, however long the list: what a benchmark measures is the bot and not the simulator.

Steps are calls of Python functions, counted by the interpreter; seconds would depend on the machine.
"""

import json
import sys
from datetime import UTC, datetime, timedelta

import pytest

from bot.playground.identity_center import Organization
from bot.playground.identity_center.operations.call import Call, Raw
from bot.playground.identity_center.state.ordered import Numbered, Sequenced, merged
from bot.playground.identity_center.state.records import Membership
from bot.playground.identity_center.wire.endpoint import Endpoint
from bot.playground.identity_center.wire.models.checks import checked_user

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MANY = 1500


@pytest.fixture(scope="module")
def org():
    """Long lists of everything; `dana` has all there is, and is one of many who have the same."""
    org = Organization(seed=1, now=lambda: NOON, throttle=False, account_access=True)
    org.prod = org.add_account("prod")
    org.set = org.add_permission_set("Team")
    org.app, org.role = org.add_application("big"), org.add_role(org.prod, "big")
    org.group = org.add_group("big")
    org.dana = org.add_user("dana@example.com")
    for number in range(MANY):
        user, group = org.add_user(f"user{number}@example.com"), org.add_group(f"group-{number}")
        account, application = org.add_account(f"account-{number}"), org.add_application(f"application-{number}")
        org.add_member(org.group, user)
        org.add_member(group, org.dana)
        org.assign(org.prod, org.set, "USER", user)
        org.assign(account, org.set, "USER", org.dana)
        org.assign_application(org.app, "USER", user)
        org.assign_application(application, "USER", org.dana)
        org.entitle(org.role, "USER", user)
        org.entitle(org.add_role(account, "own"), "USER", org.dana)
        at = NOON - timedelta(minutes=number)
        org.record_event(user, "Federate", at, account_id=org.prod, permission_set_arn=org.set)
    return org


class Steps:
    def __init__(self, org):
        self.org, self.endpoint = org, Endpoint(org)
        self.tried = set()

    def ask(self, operation, parameters):
        """The answer, and how many steps it took."""
        call = Call(self.org, self.endpoint._pager, operation, parameters, self.org.management_account_id, "eu-west-1")
        call.wire_checked = checked_user
        if operation not in self.tried:
            # What a process reads once, such as the model of a service, is nobody's page.
            self.endpoint._carry_out(self.endpoint.operations[operation], call)
            self.tried.add(operation)
        steps = 0

        def count(_frame, event, _argument):
            nonlocal steps
            steps += event in {"call", "c_call"}

        sys.setprofile(count)
        try:
            reply = self.endpoint._carry_out(self.endpoint.operations[operation], call)
        finally:
            sys.setprofile(None)
        return json.loads(reply.body), steps

    def pages(self, operation, parameters):
        """How many steps each full page took, without the last one."""
        token = "nextToken" if operation.startswith("account-access.") else "NextToken"
        found, given = [], parameters
        while True:
            answer, steps = self.ask(operation, given)
            if token not in answer:
                return found
            found.append(steps)
            given = {**parameters, token: answer[token]}


@pytest.fixture
def steps(org):
    return Steps(org)


def lists(org):
    store, instance = {"IdentityStoreId": org.identity_store_id}, {"InstanceArn": org.instance_arn}
    dana, principal = {"PrincipalType": "USER", "PrincipalId": org.dana}, {"identityCenter": {"userId": org.dana}}
    access = {"applicationArn": org.account_access_arn}
    return {
        "identitystore.ListUsers": [store],
        "identitystore.ListGroups": [store],
        "identitystore.ListGroupMemberships": [{**store, "GroupId": org.group}],
        "identitystore.ListGroupMembershipsForMember": [{**store, "MemberId": {"UserId": org.dana}}],
        "sso-admin.ListAccountAssignments": [{**instance, "AccountId": org.prod, "PermissionSetArn": org.set}],
        "sso-admin.ListAccountAssignmentsForPrincipal": [{**instance, **dana}],
        "sso-admin.ListApplications": [
            instance,
            {**instance, "Filter": {"ApplicationAccount": org.management_account_id}},
        ],
        "sso-admin.ListApplicationAssignments": [{"ApplicationArn": org.app}],
        "sso-admin.ListApplicationAssignmentsForPrincipal": [{**instance, **dana}],
        "account-access.ListEntitlements": [
            {**access, "filter": {}},
            {**access, "filter": {"principalRole": {"principal": principal}}},
            {**access, "filter": {"principalRole": {"roleArn": org.role}}},
            {**access, "filter": {"principalRole": {"account": org.prod}}},
        ],
        "organizations.ListAccounts": [{}],
        "organizations.ListTargetsForPolicy": [{"PolicyId": org.full_access_policy_id}],
        "cloudtrail.LookupEvents": [
            {},
            {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "Federate"}]},
        ],
    }


def test_the_last_page_of_a_long_list_costs_what_the_first_does(org, steps):
    for operation, asked in lists(org).items():
        for parameters in asked:
            steps.pages(operation, parameters)  # once, so that what is serialised once is
            pages = steps.pages(operation, parameters)
            assert len(pages) >= 14, operation
            # A user's groups are looked at on each page, which is not much: AWS allows a thousand.
            groups = 2 * MANY if operation.endswith("AssignmentsForPrincipal") else 0
            assert max(pages) - min(pages) <= 0.1 * min(pages) + groups, operation


def test_a_filter_that_matches_little_does_not_walk_the_whole_list(org, steps):
    store, instance = {"IdentityStoreId": org.identity_store_id}, {"InstanceArn": org.instance_arn}
    last = org.users()[-1]
    access = {"applicationArn": org.account_access_arn}
    event = "cloudtrail.LookupEvents"
    asked = [
        (
            "identitystore.ListUsers",
            {**store, "Filters": [{"AttributePath": "UserName", "AttributeValue": last.user_name}]},
        ),
        (
            "identitystore.ListGroups",
            {**store, "Filters": [{"AttributePath": "DisplayName", "AttributeValue": "group-9"}]},
        ),
        ("sso-admin.ListApplications", {**instance, "Filter": {"ApplicationAccount": org.prod}}),
        (
            "sso-admin.ListAccountAssignmentsForPrincipal",
            {**instance, "PrincipalType": "USER", "PrincipalId": last.id, "Filter": {"AccountId": org.prod}},
        ),
        (
            "account-access.ListEntitlements",
            {**access, "filter": {"principalRole": {"principal": {"identityCenter": {"userId": last.id}}}}},
        ),
        (
            "account-access.ListEntitlements",
            {**access, "filter": {"principalRole": {"account": org.management_account_id}}},
        ),
        (event, {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "ConsoleLogin"}]}),
        (event, {"LookupAttributes": [{"AttributeKey": "Username", "AttributeValue": "nobody"}]}),
        (
            event,
            {"StartTime": (NOON - timedelta(days=80)).timestamp(), "EndTime": (NOON - timedelta(days=70)).timestamp()},
        ),
    ]
    for operation, parameters in asked:
        assert steps.ask(operation, parameters)[1] < 300, operation


def test_events_of_any_range_and_attribute_are_found_newest_first(org, steps):
    def found(**parameters):
        events, given = [], parameters
        while True:
            answer, _ = steps.ask("cloudtrail.LookupEvents", given)
            events += answer["Events"]
            if "NextToken" not in answer:
                return [event["EventTime"] for event in events]
            given = {**parameters, "NextToken": answer["NextToken"]}

    def moment(minutes):
        return int((NOON - timedelta(minutes=minutes)).timestamp())

    everything = [moment(minutes) for minutes in range(MANY)]
    federate = [{"AttributeKey": "EventName", "AttributeValue": "Federate"}]
    assert found(LookupAttributes=federate) == everything
    assert found(LookupAttributes=[{"AttributeKey": "ReadOnly", "AttributeValue": "TRUE"}]) == everything
    assert found(LookupAttributes=federate, StartTime=moment(120), EndTime=moment(10)) == everything[10:121]
    assert found(StartTime=moment(3), EndTime=moment(3), LookupAttributes=federate) == [moment(3)]


def test_a_list_that_changes_between_two_pages_neither_skips_nor_repeats():
    org = Organization(seed=2, throttle=False)
    users, group = [org.add_user(f"user{number}@example.com") for number in range(250)], org.add_group("big")
    for user in users:
        org.add_member(group, user)
    steps = Steps(org)
    given = {"IdentityStoreId": org.identity_store_id, "GroupId": group}
    first, _ = steps.ask("identitystore.ListGroupMemberships", given)
    org.remove_member(group, users[5])
    org.remove_member(group, users[150])
    org.add_member(group, users[5])
    seen = [row["MemberId"]["UserId"] for row in first["GroupMemberships"]]
    while "NextToken" in first:
        first, _ = steps.ask("identitystore.ListGroupMemberships", {**given, "NextToken": first["NextToken"]})
        seen += [row["MemberId"]["UserId"] for row in first["GroupMemberships"]]
    assert seen == [user for user in users if user != users[150]] + [users[5]]  # who came back is last


def test_what_is_numbered_stays_in_order_whatever_is_taken_out():
    first, second = Numbered(), Numbered()
    for number, key in enumerate("abcdef"):
        (first if number % 2 else second).add(key, number)
    assert list(merged([("x", first), ("y", second), ("z", None)], 1)) == [
        (2, "c", "y"),
        (3, "d", "x"),
        (4, "e", "y"),
        (5, "f", "x"),
    ]
    assert first.discard("d")
    assert not first.discard("d")
    assert list(first.after(-1)) == [(1, "b"), (5, "f")]
    first.add("d", 9)
    assert (list(first.after(5)), first) == ([(9, "d")], {"b": 1, "f": 5, "d": 9})
    rows = Sequenced(Membership(number, str(number), "g", "u", NOON, "SCIM") for number in (1, 4, 6))
    rows.discard(rows[1])
    assert [row.sequence for row in rows.after(1)] == [6]


def test_users_are_looked_up_by_address_and_external_id_as_they_change():
    org = Organization(seed=3, throttle=False)
    dana, emil = (org.add_user(f"{name}@example.com", email="shared@example.com") for name in ("dana", "emil"))
    steps = Steps(org)

    def look(identifier):
        call = Call(org, steps.endpoint._pager, "identitystore.GetUserId", {}, org.management_account_id, "eu-west-1")
        call.parameters = {"IdentityStoreId": org.identity_store_id, "AlternateIdentifier": identifier}
        answer = steps.endpoint.operations["identitystore.GetUserId"].run(call)
        assert not isinstance(answer, Raw)
        return answer["UserId"]

    def address(value):
        return {"UniqueAttribute": {"AttributePath": "emails.value", "AttributeValue": value}}

    issued = {"ExternalId": {"Issuer": "https://scim.aws.com/directory", "Id": org.user_by_id[emil].external_id}}
    assert (look(address("shared@example.com")), look(issued)) == (dana, emil)
    org.change_user(dana, email="dana@example.com")
    assert (look(address("shared@example.com")), look(address("dana@example.com"))) == (emil, dana)
    org.delete_user(emil)
    for identifier in (address("shared@example.com"), issued):
        with pytest.raises(Exception, match="USER not found"):
            look(identifier)
    with pytest.raises(ValueError, match="no shoes to change"):
        org.change_user(dana, shoes=2)
