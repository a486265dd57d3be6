"""How the simulator speaks: signatures, routing, checks of requests and answers, faults, the socket."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ParamValidationError

from bot.playground.identity_center import AwsServer, Fault, Organization
from bot.playground.identity_center.state.errors import IAM_ERRORS, QUEUE_ERRORS
from tests.playground.identity_center.simulated_aws import refused, serving


@pytest.fixture
def aws():
    with serving(throttle=False) as aws:
        yield aws


def unchecked(aws, service, **overrides):
    """A client that does not check its parameters, so that the server has to."""
    config = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
    return aws.client(service, config=config, **overrides)


def post(url, target, body=b"{}", **headers):
    request = urllib.request.Request(url, data=body, headers={"X-Amz-Target": target, **headers})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, json.load(answer)


def test_an_unsigned_request_is_refused(aws):
    status, body = post(
        aws.server.url + "/", "AWSIdentityStore.ListUsers", **{"Content-Type": "application/x-amz-json-1.1"}
    )
    assert (status, body["__type"]) == (400, "MissingAuthenticationTokenException")
    assert len(aws.server.complaints) == 1


def test_an_unknown_access_key_is_refused(aws):
    client = aws.client("identitystore", aws_access_key_id="AKIAIOSFODNN7EXAMPLE")
    with refused("UnrecognizedClientException"):
        client.list_users(**aws.ids)


def test_a_wrong_secret_is_refused(aws):
    client = aws.client("identitystore", aws_secret_access_key="wrong")
    with refused("InvalidSignatureException"):
        client.list_users(**aws.ids)


def test_an_operation_nobody_models_is_refused_and_remembered(aws):
    with refused("UnknownOperationException"):
        aws.store.create_group(**aws.ids)
    assert "CreateGroup" in aws.server.complaints[0]


def test_a_parameter_no_model_knows_is_refused_and_remembered(aws):
    client = unchecked(aws, "identitystore")
    client.meta.events.register(
        "before-sign.identitystore.DescribeUser",
        lambda request, **_: setattr(request, "data", b'{"IdentityStoreId":"d-1234567890","Colour":"red"}'),
    )
    with refused("ValidationException"):
        client.describe_user(**aws.ids, UserId="x")
    assert "'Colour' is not a member" in aws.server.complaints[0]


@pytest.mark.parametrize("wrong", [{"MaxResults": 0}, {"MaxResults": 101}, {"NextToken": "not!a!token"}])
def test_values_out_of_bounds_are_refused(aws, wrong):
    with refused("ValidationException"):
        unchecked(aws, "identitystore").list_users(**aws.ids, **wrong)


def test_a_text_that_does_not_fit_its_pattern_is_refused(aws):
    with refused("ValidationException"):
        aws.store.describe_user(**aws.ids, UserId="dana")


def test_organizations_names_the_kind_of_violation(aws):
    with pytest.raises(ClientError) as caught:
        aws.organizations.list_accounts(MaxResults=21)
    assert caught.value.response["Error"]["Code"] == "InvalidInputException"
    assert caught.value.response["Reason"] == "MAX_VALUE_EXCEEDED"


def test_the_real_client_checks_required_members_itself(aws):
    with pytest.raises(ParamValidationError):
        aws.store.list_users()


def test_a_missing_required_member_is_refused_by_the_server_too(aws):
    with refused("ValidationException"):
        unchecked(aws, "identitystore").list_users()


def test_the_instance_is_listed_in_its_own_region_only(aws):
    assert [found["InstanceArn"] for found in aws.sso.list_instances()["Instances"]] == [aws.org.instance_arn]
    elsewhere = aws.client("sso-admin", region="us-east-1")
    assert elsewhere.list_instances()["Instances"] == []
    assert len(elsewhere.list_instances(RegionScope="ALL_REGIONS")["Instances"]) == 1


def test_another_region_does_not_know_the_store_nor_the_instance(aws):
    with refused("ResourceNotFoundException"):
        aws.client("identitystore", region="us-east-1").list_users(**aws.ids)
    with refused("ResourceNotFoundException"):
        aws.client("sso-admin", region="us-east-1").list_permission_sets(**aws.instance)
    with refused("AccessDeniedException"):
        aws.client("sso-admin", region="us-east-1").describe_instance(**aws.instance)


def test_organizations_is_global(aws):
    for region in ("us-east-1", "eu-west-1"):
        organization = aws.client("organizations", region=region).describe_organization()["Organization"]
        assert organization["MasterAccountId"] == aws.org.management_account_id


def test_sts_says_who_calls(aws):
    assert aws.client("sts").get_caller_identity()["Account"] == aws.org.management_account_id
    member = aws.org.add_account("tools")
    assert aws.client("sts", member).get_caller_identity()["Account"] == member


def test_the_instance_says_whether_permission_sets_are_on():
    with serving(permission_sets_enabled=False, throttle=False) as aws:
        found = aws.sso.describe_instance(**aws.instance)
        assert found["PermissionSetsEnabled"] is False
        assert found["PrimaryRegion"] == "eu-west-1"


def test_an_ordered_error_hits_the_nth_call_only(aws):
    aws.server.faults.add("identitystore.ListUsers", code="InternalServerException", nth=2)
    aws.store.list_users(**aws.ids)
    with pytest.raises(ClientError) as caught:
        aws.store.list_users(**aws.ids)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    aws.store.list_users(**aws.ids)
    assert [call.outcome for call in aws.server.history] == ["ok", "InternalServerException", "ok"]


def test_an_ordered_error_can_wait_for_certain_parameters(aws):
    one, two = aws.org.add_user("one@example.com"), aws.org.add_user("two@example.com")
    aws.server.faults.add(Fault("identitystore.DescribeUser", code="AccessDeniedException", when={"UserId": two}))
    aws.store.describe_user(**aws.ids, UserId=one)
    with refused("AccessDeniedException"):
        aws.store.describe_user(**aws.ids, UserId=two)


def test_expired_credentials_can_be_ordered(aws):
    aws.server.faults.add("*", code="ExpiredTokenException", times=None)
    with refused("ExpiredTokenException"):
        aws.sso.list_instances()
    aws.server.faults.clear()
    aws.sso.list_instances()


def test_an_error_the_operation_never_answers_cannot_be_ordered(aws):
    with pytest.raises(ValueError, match="never returns"):
        aws.server.faults.add("identitystore.ListUsers", code="PolicyNotFoundException")
    with pytest.raises(ValueError, match="no operation"):
        aws.server.faults.add("identitystore.CreateGroup")
    with pytest.raises(ValueError, match="kind"):
        aws.server.faults.add("identitystore.ListUsers", kind="sulk")


def test_a_dropped_call_does_nothing(aws):
    user = aws.org.add_user("dana@example.com")
    aws.server.faults.add("identitystore.DeleteUser", kind="drop")
    with pytest.raises(ConnectionClosedError):
        aws.store.delete_user(**aws.ids, UserId=user)
    assert [found.id for found in aws.org.users()] == [user]


def test_a_lost_answer_did_its_work(aws):
    user = aws.org.add_user("dana@example.com")
    aws.server.faults.add("identitystore.DeleteUser", kind="lost_answer")
    with pytest.raises(ConnectionClosedError):
        aws.store.delete_user(**aws.ids, UserId=user)
    assert aws.org.users() == []


def test_latency_delays_the_answer_without_stopping_others(aws):
    aws.server.faults.add("sso-admin.ListInstances", kind="latency", seconds=0.3)
    began = time.monotonic()
    aws.sso.list_instances()
    assert time.monotonic() - began >= 0.3


def test_a_fault_counts_its_calls_and_carries_its_members(aws):
    fault = aws.server.faults.add(
        "identitystore.*", code="ThrottlingException", times=3, members={"RetryAfterSeconds": 2}
    )
    with pytest.raises(ClientError) as caught:
        aws.store.list_users(**aws.ids)
    assert caught.value.response["RetryAfterSeconds"] == 2
    assert fault.suffered == 1


def test_a_stopped_server_refuses_connections_and_may_start_again(aws):
    aws.server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(aws.server.url.rpartition(":")[2])), timeout=1).close()
    aws.server.start()
    aws.sso.list_instances()


def test_a_port_in_use_is_an_error_not_a_hang(aws):
    other = AwsServer(Organization(), port=int(aws.server.url.rpartition(":")[2]))
    with pytest.raises(OSError, match="in use"):
        other.start()
    other.stop()


def test_cut_connections_are_opened_anew_by_the_client(aws):
    aws.sso.list_instances()
    aws.server.drop_connections()
    time.sleep(0.05)
    assert aws.sso.list_instances()["Instances"]


def test_the_environment_is_all_another_program_needs(aws):
    program = "import boto3; print(boto3.client('sso-admin').list_instances()['Instances'][0]['OwnerAccountId'])"
    environment = {"PATH": os.environ["PATH"], **aws.server.environment()}
    answer = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert answer.stdout.strip() == aws.org.management_account_id


IN_THE_ADDRESS = {"DeleteEntitlement": {"entitlementId": "ent-1", "applicationArn": "arn"}}


def test_every_error_of_the_models_can_be_raised_on_the_wire(aws):
    for name, operation in aws.server.endpoint.operations.items():
        service, _, method = name.partition(".")
        client = unchecked(aws, service)
        call = getattr(client, boto3.session.botocore.xform_name(method))
        for code in operation.errors:
            aws.server.faults.add(name, code=code)
            # SQS tells clients the code of its older protocol, and IAM has codes of its own.
            told = {"sqs": lambda code: QUEUE_ERRORS[code][1], "iam": lambda code: IAM_ERRORS[code][0]}
            with refused(told.get(service, str)(code)):
                call(**IN_THE_ADDRESS.get(method, {}))
