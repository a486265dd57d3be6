"""Service control policies: making, attaching, finding and deleting them."""

import json

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.playground.identity_center.simulated_aws import Stopwatch, refused, serving

FULL = "p-FullAWSAccess"
SCP = "SERVICE_CONTROL_POLICY"
DENY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]})


def furnish(aws):
    org = aws.org
    aws.outer = org.add_ou("workloads")
    aws.inner = org.add_ou("production", parent=aws.outer)
    aws.prod, aws.tools = org.add_account("prod", ou=aws.inner), org.add_account("tools")
    return aws


@pytest.fixture
def aws():
    with serving(throttle=False) as aws:
        yield furnish(aws)
        assert aws.server.complaints == []


def create(aws, name="leaverbot-deny", content=DENY, **more):
    given = {"Name": name, "Content": content, "Description": "", "Type": SCP, **more}
    return aws.organizations.create_policy(**given)["Policy"]


def pages(aws, operation, key, **parameters):
    return [item for page in aws.organizations.get_paginator(operation).paginate(**parameters) for item in page[key]]


def policies_at(aws, target):
    return [item["Id"] for item in pages(aws, "list_policies_for_target", "Policies", TargetId=target, Filter=SCP)]


def targets_of(aws, policy_id):
    return [item["TargetId"] for item in pages(aws, "list_targets_for_policy", "Targets", PolicyId=policy_id)]


def outcome(call, parameters):
    try:
        call(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "ok"


def constraint(call, **parameters):
    """The reason of the ConstraintViolationException that this call ends with."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    assert caught.value.response["Error"]["Code"] == "ConstraintViolationException"
    return caught.value.response["Reason"]


def test_a_policy_is_made_attached_detached_and_deleted(aws):
    made = create(aws, Description="kept by leaverbot", Tags=[{"Key": "owner", "Value": "security team"}])
    summary = made["PolicySummary"]
    assert made["Content"] == DENY
    assert (summary["Description"], summary["AwsManaged"], summary["Type"]) == ("kept by leaverbot", False, SCP)
    policy = {"PolicyId": summary["Id"]}
    assert aws.organizations.describe_policy(**policy)["Policy"] == made
    aws.organizations.attach_policy(**policy, TargetId=aws.inner)
    aws.organizations.attach_policy(**policy, TargetId=aws.org.root_id)
    assert targets_of(aws, summary["Id"]) == [aws.inner, aws.org.root_id]
    with refused("PolicyInUseException"):
        aws.organizations.delete_policy(**policy)
    for target in (aws.inner, aws.org.root_id):
        aws.organizations.detach_policy(**policy, TargetId=target)
    aws.organizations.delete_policy(**policy)
    with refused("PolicyNotFoundException"):
        aws.organizations.describe_policy(**policy)


def test_a_name_is_used_once(aws):
    create(aws)
    for name in ("leaverbot-deny", "FullAWSAccess"):
        with refused("DuplicatePolicyException"):
            create(aws, name=name)
    create(aws, name="Leaverbot-deny")


def test_a_text_that_is_no_policy_makes_none(aws):
    with refused("MalformedPolicyDocumentException"):
        create(aws, content="{}")
    parameters = {"Name": "long", "Content": DENY.ljust(10_241), "Description": "", "Type": SCP}
    assert constraint(aws.organizations.create_policy, **parameters) == "POLICY_CONTENT_LIMIT_EXCEEDED"
    assert [item["Id"] for item in pages(aws, "list_policies", "Policies", Filter=SCP)] == [FULL]


def test_a_tag_is_given_once(aws):
    with refused("InvalidInputException"):
        create(aws, Tags=[{"Key": "owner", "Value": "a"}, {"Key": "owner", "Value": "b"}])


def test_how_many_policies_there_may_be_is_limited():
    with serving(throttle=False, most_scps=2) as aws:
        for name in ("first", "second"):
            create(aws, name=name)
        parameters = {"Name": "third", "Content": DENY, "Description": "", "Type": SCP}
        assert constraint(aws.organizations.create_policy, **parameters) == "POLICY_NUMBER_LIMIT_EXCEEDED"


def test_policies_of_other_types_are_not_modelled():
    with serving(throttle=False) as aws:
        assert aws.organizations.list_policies(Filter="TAG_POLICY")["Policies"] == []
        with refused("PolicyTypeNotAvailableForOrganizationException"):
            create(aws, Type="TAG_POLICY")
        assert len(aws.server.complaints) == 1


def test_full_access_is_attached_everywhere_from_the_start(aws):
    everywhere = [aws.org.root_id, aws.org.management_account_id, aws.outer, aws.inner, aws.prod, aws.tools]
    assert targets_of(aws, FULL) == everywhere
    assert {tuple(policies_at(aws, target)) for target in everywhere} == {(FULL,)}


def test_what_is_listed_for_a_target_is_attached_to_itself(aws):
    policy = aws.org.add_scp("deny", DENY, targets=[aws.outer])
    assert policies_at(aws, aws.outer) == [FULL, policy]
    assert policies_at(aws, aws.prod) == [FULL]
    assert aws.organizations.list_policies_for_target(TargetId=aws.outer, Filter="TAG_POLICY")["Policies"] == []
    with refused("TargetNotFoundException"):
        policies_at(aws, "999999999999")


def test_ten_policies_can_be_attached_to_a_target_full_access_included(aws):
    made = [aws.org.add_scp(f"policy-{number}", DENY) for number in range(10)]
    for policy in made[:9]:
        aws.organizations.attach_policy(PolicyId=policy, TargetId=aws.prod)
    asked = {"PolicyId": made[9], "TargetId": aws.prod}
    assert constraint(aws.organizations.attach_policy, **asked) == "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
    assert policies_at(aws, aws.prod) == [FULL, *made[:9]]


def test_the_last_policy_of_a_target_stays(aws):
    asked = {"PolicyId": FULL, "TargetId": aws.prod}
    assert constraint(aws.organizations.detach_policy, **asked) == "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
    aws.organizations.attach_policy(PolicyId=create(aws)["PolicySummary"]["Id"], TargetId=aws.prod)
    aws.organizations.detach_policy(**asked)


def test_attaching_twice_and_detaching_what_is_not_attached_are_errors(aws):
    policy = create(aws)["PolicySummary"]["Id"]
    aws.organizations.attach_policy(PolicyId=policy, TargetId=aws.prod)
    with refused("DuplicatePolicyAttachmentException"):
        aws.organizations.attach_policy(PolicyId=policy, TargetId=aws.prod)
    with refused("PolicyNotAttachedException"):
        aws.organizations.detach_policy(PolicyId=policy, TargetId=aws.tools)
    for change in (aws.organizations.attach_policy, aws.organizations.detach_policy):
        with refused("TargetNotFoundException"):
            change(PolicyId=policy, TargetId="999999999999")
        with refused("PolicyNotFoundException"):
            change(PolicyId="p-0000000000", TargetId=aws.prod)


def test_awss_own_policy_is_neither_changed_nor_deleted(aws):
    for change in (aws.organizations.update_policy, aws.organizations.delete_policy):
        with pytest.raises(ClientError) as caught:
            change(PolicyId=FULL)
        assert caught.value.response["Reason"] == "IMMUTABLE_POLICY"


def test_policies_are_listed_in_pages_that_a_deletion_does_not_shift(aws):
    made = [aws.org.add_scp(f"policy-{number}", DENY) for number in range(30)]
    first = aws.organizations.list_policies(Filter=SCP)
    aws.organizations.delete_policy(PolicyId=made[3])
    rest = aws.organizations.list_policies(Filter=SCP, NextToken=first["NextToken"])
    assert [item["Id"] for item in first["Policies"] + rest["Policies"]] == [FULL, *made]


def test_targets_are_listed_in_pages_that_a_detachment_does_not_shift(aws):
    policy = create(aws)["PolicySummary"]["Id"]
    accounts = [aws.org.add_account(f"account-{number}") for number in range(25)]
    for account in accounts:
        aws.org.attach_scp(policy, account)
    first = aws.organizations.list_targets_for_policy(PolicyId=policy)
    aws.organizations.detach_policy(PolicyId=policy, TargetId=accounts[0])
    rest = aws.organizations.list_targets_for_policy(PolicyId=policy, NextToken=first["NextToken"])
    assert [item["TargetId"] for item in first["Targets"] + rest["Targets"]] == accounts


def test_units_are_listed_one_level_at_a_time(aws):
    def units(parent):
        return pages(aws, "list_organizational_units_for_parent", "OrganizationalUnits", ParentId=parent)

    (outer,), (inner,) = units(aws.org.root_id), units(aws.outer)
    assert (outer["Id"], outer["Name"]) == (aws.outer, "workloads")
    assert inner["Path"] == f"{aws.org.id}/{aws.org.root_id}/{aws.outer}/{aws.inner}/"
    assert units(aws.inner) == []
    with refused("ParentNotFoundException"):
        units("ou-0000-00000000")


def test_units_without_paths_are_an_option():
    with serving(throttle=False, account_paths=False) as aws:
        furnish(aws)
        answer = aws.organizations.list_organizational_units_for_parent(ParentId=aws.org.root_id)
        assert set(answer["OrganizationalUnits"][0]) == {"Id", "Arn", "Name"}


def test_only_the_management_account_sets_policies_up(aws):
    aws.org.delegated_admin_account_id = aws.tools
    client = aws.client("organizations", aws.tools)
    policy = {"PolicyId": aws.org.add_scp("deny", DENY)}
    made = {"Name": "another", "Content": DENY, "Description": "", "Type": SCP}
    target = {"TargetId": aws.prod}
    for call, parameters in (
        (client.create_policy, made),
        (client.delete_policy, policy),
        (client.attach_policy, policy | target),
        (client.detach_policy, policy | target),
        (client.list_policies, {"Filter": SCP}),
        (client.list_policies_for_target, {"Filter": SCP} | target),
    ):
        with refused("AccessDeniedException"):
            call(**parameters)
    assert client.list_organizational_units_for_parent(ParentId=aws.org.root_id)["OrganizationalUnits"]


def everything(user):
    statement = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    condition = {"StringEquals": {"identitystore:userId": user}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | {"Condition": condition}]})


def test_where_the_type_is_switched_off_nothing_is_attached_and_nobody_is_denied():
    with serving(throttle=False, scps_enabled=False) as aws:
        furnish(aws)
        dana = aws.org.add_user("dana@example.com")
        policy = aws.org.add_scp("deny", everything(dana), targets=[aws.org.root_id])
        assert aws.organizations.list_roots()["Roots"][0]["PolicyTypes"] == []
        assert (policies_at(aws, aws.org.root_id), targets_of(aws, policy), targets_of(aws, FULL)) == ([], [], [])
        with refused("PolicyTypeNotEnabledException"):
            aws.organizations.attach_policy(PolicyId=policy, TargetId=aws.prod)
        with refused("PolicyNotAttachedException"):
            aws.organizations.detach_policy(PolicyId=policy, TargetId=aws.org.root_id)
        assert create(aws, name="made all the same")
        assert aws.org.denied(dana, aws.prod) is None
        assert aws.org.bystanders([]) == []


def test_switching_the_type_off_detaches_everything_for_good(aws):
    dana = aws.org.add_user("dana@example.com")
    policy = aws.org.add_scp("deny", everything(dana), targets=[aws.outer])
    assert aws.organizations.list_roots()["Roots"][0]["PolicyTypes"] == [{"Type": SCP, "Status": "ENABLED"}]
    aws.org.switch_scps(on=False)
    assert aws.org.denied(dana, aws.prod) is None
    aws.org.switch_scps(on=True)
    assert (targets_of(aws, policy), policies_at(aws, aws.prod)) == ([], [FULL])
    assert aws.org.denied(dana, aws.prod) is None


def test_where_no_policy_allows_anything_everybody_is_locked_out(aws):
    dana = aws.org.add_user("dana@example.com")
    policy = aws.org.add_scp("deny", everything("somebody else"), targets=[aws.outer])
    assert aws.org.denied(dana, aws.prod) is None
    aws.organizations.detach_policy(PolicyId=FULL, TargetId=aws.outer)
    assert aws.org.denied(dana, aws.prod) == f"no SCP at {aws.outer} allows anything"
    assert aws.org.denied(dana, aws.tools) is None
    assert [(user, account) for user, account, _ in aws.org.bystanders([])] == [(dana, aws.prod)]
    aws.organizations.attach_policy(PolicyId=FULL, TargetId=aws.outer)
    aws.organizations.detach_policy(PolicyId=policy, TargetId=aws.outer)
    assert aws.org.bystanders([]) == []


def test_each_operation_has_the_rate_aws_publishes():
    watch = Stopwatch()
    with serving(stopwatch=watch) as aws:
        furnish(aws)
        client, policy = aws.organizations, aws.org.add_scp("deny", DENY)
        for call, times, parameters in (
            (client.attach_policy, 3, {"PolicyId": policy, "TargetId": aws.prod}),
            (client.detach_policy, 3, {"PolicyId": policy, "TargetId": aws.tools}),
            (client.delete_policy, 3, {"PolicyId": "p-0000000000"}),
            (client.create_policy, 3, {"Name": "deny", "Content": DENY, "Description": "", "Type": SCP}),
            (client.list_policies, 8, {"Filter": SCP}),
            (client.list_policies_for_target, 8, {"Filter": SCP, "TargetId": aws.prod}),
            (client.list_organizational_units_for_parent, 8, {"ParentId": aws.org.root_id}),
        ):
            assert [outcome(call, parameters) for _ in range(times)].count("TooManyRequestsException") == 0
            assert outcome(call, parameters) == "TooManyRequestsException"
            watch.pass_(0.5)
            assert outcome(call, parameters) != "TooManyRequestsException"


@pytest.mark.parametrize("operation", ["UpdatePolicy", "CreatePolicy", "AttachPolicy", "DetachPolicy", "DeletePolicy"])
def test_somebody_elses_change_at_the_same_time_can_be_ordered(aws, operation):
    aws.server.faults.add(f"organizations.{operation}", code="ConcurrentModificationException")
    policy = aws.org.add_scp("deny", DENY)
    target = {"TargetId": aws.prod} if operation in {"AttachPolicy", "DetachPolicy"} else {}
    parameters = {"PolicyId": policy} | target
    if operation == "CreatePolicy":
        parameters = {"Name": "another", "Content": DENY, "Description": "", "Type": SCP}
    call = getattr(aws.organizations, f"{operation[:6].lower()}_policy")
    assert outcome(call, parameters) == "ConcurrentModificationException"
    assert aws.org.policy_text(policy) == DENY


def test_a_test_can_change_the_world_between_two_requests(aws):
    policy = aws.org.add_scp("deny", DENY)
    theirs, ours = everything("theirs"), everything("ours")
    aws.server.before("organizations.UpdatePolicy", lambda: aws.org.update_scp(policy, theirs))
    seen = []
    aws.server.after("organizations.*", lambda: seen.append(aws.org.policy_text(policy)), once=False)
    assert aws.organizations.describe_policy(PolicyId=policy)["Policy"]["Content"] == DENY
    for _ in range(2):
        aws.organizations.update_policy(PolicyId=policy, Content=ours)
    assert seen == [DENY, ours, ours]
    assert aws.org.policy_by_id[policy].version == 4


def test_a_hook_may_wait_for_a_certain_call_be_called_off_and_see_the_answer_lost(aws):
    seen = []
    first, second = aws.org.add_scp("first", DENY), aws.org.add_scp("second", DENY)
    aws.server.after("organizations.DescribePolicy", lambda: seen.append("second"), when={"PolicyId": second})
    call_off = aws.server.before("organizations.DescribePolicy", lambda: seen.append("any"), once=False)
    aws.organizations.describe_policy(PolicyId=first)
    call_off()
    call_off()
    aws.server.faults.add("organizations.DescribePolicy", kind="lost_answer")
    with pytest.raises(ConnectionClosedError):
        aws.organizations.describe_policy(PolicyId=second)
    aws.organizations.describe_policy(PolicyId=second)
    assert seen == ["any", "second"]


def test_hooks_wait_for_calls_that_are_carried_out(aws):
    seen = []
    policy = aws.org.add_scp("deny", DENY)
    aws.server.before("organizations.DeletePolicy", lambda: seen.append("before"))
    aws.server.after("organizations.DeletePolicy", lambda: seen.append("after"))
    aws.server.faults.add("organizations.DeletePolicy", code="ServiceException")
    assert outcome(aws.organizations.delete_policy, {"PolicyId": policy}) == "ServiceException"
    assert outcome(aws.organizations.delete_policy, {"PolicyId": "p-0000000000"}) == "PolicyNotFoundException"
    assert seen == ["before"]
    assert outcome(aws.organizations.delete_policy, {"PolicyId": policy}) == "ok"
    assert seen == ["before", "after"]
    with pytest.raises(ValueError, match="no operation"):
        aws.server.before("organizations.InventPolicy", seen.clear)


def test_calls_can_come_from_the_session_of_a_user():
    with serving(throttle=False) as aws:
        furnish(aws)
        org, management = aws.org, aws.org.management_account_id
        admin, dana = org.add_permission_set("AdministratorAccess"), org.add_user("dana@example.com")
        org.assign(management, admin, "USER", dana)
        sts = aws.client("sts")
        usual = sts.get_caller_identity()
        assert usual["Arn"] == f"arn:aws:sts::{management}:assumed-role/leaverbot/session"
        session = org.open_session(dana, management, admin)
        org.act_as(session)
        told = sts.get_caller_identity()
        role = org.role_arn(management, admin).rpartition("/")[2]
        assert told["Arn"] == f"arn:aws:sts::{management}:assumed-role/{role}/dana@example.com"
        assert told["UserId"] == f"{session.role_id}:dana@example.com"
        assert aws.client("sts", aws.prod).get_caller_identity()["Arn"].endswith("assumed-role/leaverbot/session")
        aws.organizations.create_policy(Name="deny", Content=DENY, Description="", Type=SCP)
        (event,) = org.trail.newest_first(
            (management, "us-east-1"), ("EventName", "CreatePolicy"), org.created_at, org.now(), before=2**62
        )
        assert event.body["userIdentity"]["arn"] == told["Arn"]
        org.act_as(None)
        assert sts.get_caller_identity()["Arn"] == usual["Arn"]


def test_a_session_that_is_denied_everything_can_still_ask_who_it_is(aws):
    org, management = aws.org, aws.org.management_account_id
    admin, dana = org.add_permission_set("AdministratorAccess"), org.add_user("dana@example.com")
    org.assign(management, admin, "USER", dana)
    org.act_as(org.open_session(dana, management, admin))
    aws.sso.list_permission_sets(**aws.instance)
    org.put_inline_policy(admin, everything(dana))
    org.provision(admin)
    with pytest.raises(ClientError, match=r"AccessDeniedException.*dana@example.com.*explicit deny"):
        aws.sso.list_permission_sets(**aws.instance)
    assert "dana@example.com" in aws.client("sts").get_caller_identity()["Arn"]
