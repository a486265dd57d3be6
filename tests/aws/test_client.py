"""The one door to AWS: what is repeated and what never, what errors mean, what a dry run lets through."""

import http.server
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.utils import ContainerMetadataFetcher
from structlog.testing import capture_logs
from tenacity import wait_random_exponential

from bot.aws.access import SsoAdmin
from bot.aws.requests.client import Aws, background
from bot.aws.requests.errors import NOT_AWS
from bot.aws.requests.limiter import Limiter, Limiters
from bot.aws.requests.retry import ATTEMPTS_WHEN_BROKEN, DEADLINES_IN_A_ROW
from bot.core.errors import (
    AwsBusy,
    AwsConflict,
    AwsCredentials,
    AwsDenied,
    AwsError,
    AwsNotFound,
    AwsRejected,
    AwsUnavailable,
    DryRunRefused,
    LockLost,
)
from bot.core.waiting import Trouble
from bot.playground.identity_center import AwsServer, Fault, Organization
from bot.playground.identity_center.wire.models.services import served as served_operations
from tests.services.scanning import SECOND_INSTANCE, Connected, add_second_instance, connected

LIST_USERS = ("identitystore", "ListUsers")
DELETE = ("sso-admin", "DeleteAccountAssignment")


@pytest.fixture(scope="module")
def served() -> Iterator[Connected]:
    org = Organization(seed=2, throttle=False, job_seconds=(0.0, 0.0))
    with connected(org) as here:
        yield here


@pytest.fixture
def here(served: Connected) -> Iterator[Connected]:
    served.server.calls.clear()
    yield served
    served.server.faults.clear()


@pytest.fixture
def aws(here: Connected) -> Iterator[Aws]:
    """A client of its own with the real pauses, which are noted and not slept."""
    made = Aws()
    made._retrying.sleep = Pauses()
    yield made
    close(made)


def close(aws: Aws) -> None:
    for client in aws._clients.values():
        client.close()


class Pauses(list[float]):
    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def pauses(aws: Aws) -> list[float]:
    return list(aws._retrying.sleep)  # type: ignore[call-overload]  # the fixture put a list there


def store(here: Connected) -> dict[str, str]:
    return {"IdentityStoreId": here.org.identity_store_id}


def deletion(here: Connected) -> dict[str, str]:
    """A live assignment, as the parameters that delete it."""
    org = here.org
    user, account = org.add_user(None), org.add_account("an account")
    arn = org.add_permission_set("ReadOnlyAccess")
    org.assign(account, arn, "USER", user)
    target = {"TargetId": account, "TargetType": "AWS_ACCOUNT", "PermissionSetArn": arn}
    return {"InstanceArn": org.instance_arn, **target, "PrincipalType": "USER", "PrincipalId": user}


def failing(here: Connected, aws: Aws, call: tuple[str, str], fault: Fault, **parameters: Any) -> AwsError:
    """The error that comes out when this call suffers this fault."""
    here.server.faults.add(fault)
    with pytest.raises(AwsError) as caught:
        aws.call(*call, **parameters)
    return caught.value


# what is sent again


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerException", "ServiceUnavailableException"])
def test_a_read_is_repeated_until_the_trouble_is_over(here: Connected, aws: Aws, code: str) -> None:
    here.server.faults.add("identitystore.ListUsers", code=code, times=3)
    assert aws.call(*LIST_USERS, **store(here))["Users"] == []
    assert here.server.calls["identitystore.ListUsers"] == 4
    assert len(pauses(aws)) == 3


@pytest.mark.parametrize("kind", ["drop", "lost_answer"])
def test_a_read_whose_answer_was_lost_is_repeated(here: Connected, aws: Aws, kind: str) -> None:
    here.server.faults.add("identitystore.ListUsers", kind=kind, times=2)
    assert aws.call(*LIST_USERS, **store(here))["Users"] == []
    assert here.server.calls["identitystore.ListUsers"] == 3


@pytest.mark.parametrize(
    "fault",
    [
        Fault("identitystore.ListUsers", code="InternalServerException", times=None),
        Fault("identitystore.ListUsers", kind="drop", times=None),
    ],
)
def test_a_read_that_stays_broken_is_given_up_after_a_few_attempts(here: Connected, aws: Aws, fault: Fault) -> None:
    error = failing(here, aws, LIST_USERS, fault, **store(here))
    assert isinstance(error, AwsUnavailable)
    assert here.server.calls["identitystore.ListUsers"] == ATTEMPTS_WHEN_BROKEN


def test_a_read_that_stays_throttled_is_repeated_until_the_deadline(here: Connected) -> None:
    quick = Aws(deadline=0.3)
    error = failing(here, quick, LIST_USERS, Fault("*", code="ThrottlingException", times=None), **store(here))
    close(quick)
    assert isinstance(error, AwsUnavailable)
    assert "for too long" in str(error)
    assert here.server.calls["identitystore.ListUsers"] > ATTEMPTS_WHEN_BROKEN


def test_an_operation_that_stays_throttled_is_not_waited_for_as_long_every_time(here: Connected) -> None:
    """A scan asks thousands of times; two minutes each would be days."""
    quick = Aws(deadline=1.0)
    here.server.faults.add("identitystore.ListUsers", code="ThrottlingException", times=None)
    took = []
    for _ in range(DEADLINES_IN_A_ROW + 2):
        began = time.monotonic()
        with pytest.raises(AwsUnavailable):
            quick.call(*LIST_USERS, **store(here))
        took.append(time.monotonic() - began)
    assert min(took[:DEADLINES_IN_A_ROW]) > 0.5
    assert max(took[DEADLINES_IN_A_ROW:]) < 0.5
    here.server.faults.clear()
    assert quick.call(*LIST_USERS, **store(here))
    close(quick)


@pytest.mark.parametrize(
    "code",
    [
        "AccessDeniedException",
        "ExpiredTokenException",
        "UnrecognizedClientException",
        "ValidationException",
        "ResourceNotFoundException",
    ],
)
def test_what_will_not_change_is_asked_once(here: Connected, aws: Aws, code: str) -> None:
    failing(here, aws, LIST_USERS, Fault("identitystore.ListUsers", code=code, times=None), **store(here))
    assert here.server.calls["identitystore.ListUsers"] == 1
    assert pauses(aws) == []


@pytest.mark.parametrize("code", ["ThrottlingException", "ConflictException"])
def test_a_change_is_repeated_when_aws_says_that_it_did_nothing(here: Connected, aws: Aws, code: str) -> None:
    parameters = deletion(here)
    here.server.faults.add("sso-admin.DeleteAccountAssignment", code=code, times=2)
    assert (
        aws.call(*DELETE, **parameters)["AccountAssignmentDeletionStatus"]["PrincipalId"] == parameters["PrincipalId"]
    )
    assert here.server.calls["sso-admin.DeleteAccountAssignment"] == 3


@pytest.mark.parametrize(
    "fault",
    [
        Fault("sso-admin.DeleteAccountAssignment", kind="lost_answer"),
        Fault("sso-admin.DeleteAccountAssignment", kind="drop"),
        Fault("sso-admin.DeleteAccountAssignment", code="InternalServerException"),
        Fault("sso-admin.DeleteAccountAssignment", code="ServiceUnavailableException"),
    ],
    ids=lambda fault: fault.code if fault.kind == "error" else fault.kind,
)
def test_a_change_whose_outcome_is_unknown_is_never_sent_twice(here: Connected, aws: Aws, fault: Fault) -> None:
    error = failing(here, aws, DELETE, fault, **deletion(here))
    assert isinstance(error, AwsUnavailable)
    assert here.server.calls["sso-admin.DeleteAccountAssignment"] == 1


def test_a_change_that_could_not_be_connected_was_not_sent_and_is_tried_again(here: Connected, aws: Aws) -> None:
    org = Organization(seed=2, throttle=False)
    server = AwsServer(org)
    server.start()
    server.stop()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", server.url)
        with pytest.raises(AwsUnavailable, match=r"did not answer sso-admin\.DeleteAccountAssignment"):
            aws.call(*DELETE, **deletion(here))
    assert len(pauses(aws)) == ATTEMPTS_WHEN_BROKEN - 1


def test_a_changed_revision_is_a_conflict_for_people_and_is_not_repeated(here: Connected, aws: Aws) -> None:
    user = here.org.add_user("revised@example.com")
    with pytest.raises(AwsConflict, match="changed by somebody else"):
        aws.call("identitystore", "DeleteUser", **store(here), UserId=user, Revision="1")
    assert here.server.calls["identitystore.DeleteUser"] == 1


# how long is waited


def test_a_pause_is_never_shorter_than_aws_asks_for(here: Connected, aws: Aws) -> None:
    here.server.faults.add(
        "identitystore.ListUsers", code="ThrottlingException", times=3, members={"RetryAfterSeconds": 7}
    )
    aws.call(*LIST_USERS, **store(here))
    assert len(pauses(aws)) == 3
    assert all(7 <= pause < 8 for pause in pauses(aws))


def test_a_pause_that_would_end_after_the_deadline_is_not_begun(here: Connected, aws: Aws) -> None:
    endless = {"RetryAfterSeconds": 100_000}
    fault = Fault("identitystore.ListUsers", code="ThrottlingException", times=None, members=endless)
    assert isinstance(failing(here, aws, LIST_USERS, fault, **store(here)), AwsUnavailable)
    assert pauses(aws) == []


# what it means


@pytest.mark.parametrize(
    ("call", "code", "kind"),
    [
        (LIST_USERS, "AccessDeniedException", AwsDenied),
        (LIST_USERS, "ExpiredTokenException", AwsCredentials),
        (LIST_USERS, "UnrecognizedClientException", AwsCredentials),
        (LIST_USERS, "InvalidSignatureException", AwsCredentials),
        (LIST_USERS, "IncompleteSignature", AwsCredentials),
        (LIST_USERS, "MissingAuthenticationTokenException", AwsCredentials),
        (LIST_USERS, "ResourceNotFoundException", AwsNotFound),
        (LIST_USERS, "ValidationException", AwsRejected),
        (LIST_USERS, "OptInRequired", AwsRejected),
        (LIST_USERS, "ThrottlingException", AwsUnavailable),
        (LIST_USERS, "InternalServerException", AwsUnavailable),
        (LIST_USERS, "InternalFailure", AwsUnavailable),
        (LIST_USERS, "ServiceUnavailableException", AwsUnavailable),
        (("organizations", "DescribeOrganization"), "TooManyRequestsException", AwsUnavailable),
        (("organizations", "DescribeOrganization"), "ServiceException", AwsUnavailable),
        (("organizations", "DescribeOrganization"), "AWSOrganizationsNotInUseException", AwsRejected),
    ],
)
def test_each_answer_of_aws_has_one_meaning(
    here: Connected, call: tuple[str, str], code: str, kind: type[AwsError]
) -> None:
    quick = Aws(deadline=0.05)
    parameters = store(here) if call == LIST_USERS else {}
    error = failing(here, quick, call, Fault(".".join(call), code=code, times=None), **parameters)
    close(quick)
    assert type(error) is kind
    assert (error.operation, error.code) == (".".join(call), code)
    assert error.operation in str(error) or kind is AwsCredentials


@pytest.mark.parametrize("code", ["PolicyChangesInProgressException", "ConcurrentModificationException"])
def test_a_policy_that_somebody_else_is_changing_is_a_conflict_after_a_few_attempts(
    here: Connected, aws: Aws, code: str
) -> None:
    fault = Fault("organizations.UpdatePolicy", code=code, times=None)
    error = failing(here, aws, ("organizations", "UpdatePolicy"), fault, PolicyId="p-12345678", Content="{}")
    assert type(error) is AwsBusy
    assert here.server.calls["organizations.UpdatePolicy"] == ATTEMPTS_WHEN_BROKEN


@pytest.mark.parametrize(
    ("without", "kind", "says"),
    [
        ("AWS_ACCESS_KEY_ID", AwsCredentials, "AWS_PROFILE"),
        ("AWS_SECRET_ACCESS_KEY", AwsCredentials, "AWS_PROFILE"),
        ("AWS_REGION", AwsRejected, "Set AWS_REGION"),
    ],
)
def test_what_the_environment_lacks_is_said_without_a_code(
    here: Connected, aws: Aws, without: str, kind: type[AwsError], says: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(without)
        patch.delenv("AWS_DEFAULT_REGION" if without == "AWS_REGION" else without, raising=False)
        if without == "AWS_ACCESS_KEY_ID":
            patch.delenv("AWS_SECRET_ACCESS_KEY")
        with pytest.raises(kind, match=says) as caught:
            aws.call(*LIST_USERS, **store(here))
    assert caught.value.code == ""
    assert here.server.calls == {}


def test_no_error_holds_a_secret(here: Connected, aws: Aws) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI-not-the-right-one")
        with pytest.raises(AwsCredentials) as caught:
            aws.call(*LIST_USERS, **store(here))
    assert "wJalr" not in f"{caught.value} {caught.value.__cause__}"
    here.server.complaints.clear()


def test_a_page_that_comes_again_and_again_ends_with_an_error(here: Connected) -> None:
    class SamePage(Aws):
        def call(self, *_call: str, **_parameters: Any) -> dict[str, Any]:
            return {"Users": [{}], "NextToken": "again"}

    with pytest.raises(AwsRejected, match="the same page"):
        list(SamePage().pages(*LIST_USERS, "Users"))


# whether it may change anything


def test_before_each_change_that_is_sent_it_is_asked_whether_it_may_be_and_never_before_a_read(here: Connected) -> None:
    asked: list[int] = []
    aws = Aws(may_change=lambda: asked.append(here.server.calls["sso-admin.DeleteAccountAssignment"]))
    aws._retrying.sleep = Pauses()
    here.server.faults.add("sso-admin.DeleteAccountAssignment", code="ThrottlingException", times=2)
    aws.call(*LIST_USERS, **store(here))
    assert asked == []
    aws.call(*DELETE, **deletion(here))
    assert asked == [0, 1, 2]
    close(aws)


def test_a_change_that_may_not_be_made_is_not_sent_even_if_it_was_before(here: Connected) -> None:
    def may_change() -> None:
        if here.server.calls["sso-admin.DeleteAccountAssignment"]:
            raise LockLost("lost")

    aws = Aws(may_change=may_change)
    aws._retrying.sleep = Pauses()
    here.server.faults.add("sso-admin.DeleteAccountAssignment", code="ThrottlingException", times=2)
    for _ in range(2):
        with pytest.raises(LockLost):
            aws.call(*DELETE, **deletion(here))
    assert here.server.calls["sso-admin.DeleteAccountAssignment"] == 1
    close(aws)


# a dry run


# Taking a message from leaverbot's own queue, and deleting it there, changes nobody's access.
OWN_QUEUE = {"sqs.ReceiveMessage", "sqs.DeleteMessageBatch"}


@pytest.mark.parametrize("name", sorted({*served_operations()} - OWN_QUEUE))
def test_a_dry_run_sends_what_reads_and_nothing_that_changes(here: Connected, name: str) -> None:
    service, _, operation = name.partition(".")
    dry = Aws(dry_run=True)
    if operation.startswith(("List", "Describe", "Get", "Lookup")):
        with pytest.raises(AwsDenied):
            failing_read(here, dry, service, operation)
        assert here.server.calls[name] == 1
    else:
        with pytest.raises(DryRunRefused, match=name):
            dry.call(service, operation)
        assert here.server.calls == {}
    close(dry)


def failing_read(here: Connected, aws: Aws, service: str, operation: str) -> None:
    """Send the read with whatever its model requires; the simulator refuses it, which shows that it was sent."""
    here.server.faults.add(f"{service}.{operation}", code="AccessDeniedException", times=None)
    shape = aws._client(service).meta.service_model.operation_model(operation).input_shape
    required = {name: _some(shape.members[name]) for name in shape.required_members} if shape else {}
    aws.call(service, operation, **required)


def _some(shape: Any) -> Any:
    """A value that botocore's own check of parameters lets through."""
    if shape.type_name == "structure":
        names = list(shape.required_members) or list(shape.members)[:1]
        return {name: _some(shape.members[name]) for name in names}
    return shape.enum[0] if getattr(shape, "enum", None) else "x" * max(1, int(shape.metadata.get("min", 1)))


# the instance, and counting


def test_of_several_instances_one_has_to_be_named(here: Connected, aws: Aws) -> None:
    before = here.server.endpoint.operations
    add_second_instance(here.server)
    try:
        with pytest.raises(AwsRejected, match="LEAVERBOT_INSTANCE_ARN") as caught:
            SsoAdmin(aws).instance()
        assert here.org.instance_arn in str(caught.value)
        assert SECOND_INSTANCE in str(caught.value)
        assert caught.value.code == ""
        assert SsoAdmin(aws, here.org.instance_arn).instance().identity_store_id == here.org.identity_store_id
        with pytest.raises(AwsRejected, match="LEAVERBOT_INSTANCE_ARN"):
            SsoAdmin(aws, SECOND_INSTANCE.replace("ff", "ee")).instance()
    finally:
        here.server.endpoint.operations = before


def test_every_request_is_counted_the_repeated_ones_too(here: Connected, aws: Aws) -> None:
    here.server.faults.add("identitystore.ListUsers", code="ThrottlingException", times=2)
    with background() as calls:
        aws.call(*LIST_USERS, **store(here))
    aws.call(*LIST_USERS, **store(here))
    assert dict(calls) == {"identitystore.ListUsers": 3}
    assert here.server.calls["identitystore.ListUsers"] == 4


@pytest.mark.parametrize("can_wait", [False, True])
def test_what_is_asked_in_the_background_can_wait(here: Connected, aws: Aws, can_wait: bool) -> None:
    asked = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Limiter, "acquire", lambda _self, *, can_wait: asked.append(can_wait))
        if can_wait:
            with background():
                aws.call(*LIST_USERS, **store(here))
        else:
            aws.call(*LIST_USERS, **store(here))
    assert asked == [can_wait]


# where requests go


EAST = "us-east-1"


def asked_in(aws: Aws) -> set[tuple[str, str | None]]:
    return set(aws._clients)


def test_after_a_move_requests_go_to_the_other_region(here: Connected, aws: Aws) -> None:
    aws.call(*LIST_USERS, **store(here))
    assert aws.region == here.org.region
    aws.move(EAST)
    assert aws.region == EAST
    assert asked_in(aws) == set()
    with suppress(AwsError):
        aws.call(*LIST_USERS, **store(here))
    assert asked_in(aws) == {("identitystore", EAST)}


def test_a_move_while_threads_are_asking_breaks_no_request(here: Connected, aws: Aws) -> None:
    def ask(number: int) -> str:
        if number % 10 == 0:
            aws.move(here.org.region)
        return str(aws.call("sts", "GetCallerIdentity")["Account"])

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(200))) == {here.org.management_account_id}


def test_one_request_can_go_to_another_region(here: Connected, aws: Aws) -> None:
    aws.call("cloudtrail", "LookupEvents", region=EAST)
    list(aws.pages("cloudtrail", "LookupEvents", "Events", region=EAST))
    assert aws.region == here.org.region
    assert asked_in(aws) == {("cloudtrail", EAST)}


def test_aws_region_names_the_region_and_goes_before_aws_default_region(here: Connected, aws: Aws) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_REGION", "eu-north-1")
        patch.setenv("AWS_DEFAULT_REGION", "eu-south-1")
        assert aws.region == "eu-north-1"
        assert Aws(region="eu-west-3").region == "eu-west-3"
        patch.delenv("AWS_REGION")
        assert Aws().region == "eu-south-1"


def test_all_clients_share_one_session(here: Connected, aws: Aws) -> None:
    made = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.aws.requests.client.boto3.session.Session", counted(made))
        aws.call(*LIST_USERS, **store(here))
        aws.call("sts", "GetCallerIdentity")
        aws.move(EAST)
        aws.call("sts", "GetCallerIdentity")
    assert len(made) == 1


def counted(made: list[Any]) -> Any:
    import boto3

    real = boto3.session.Session

    def make(**settings: Any) -> Any:
        made.append(real(**settings))
        return made[-1]

    return make


def test_pages_go_on_from_the_place_that_the_service_calls_by_its_own_name() -> None:
    asked = []

    class Lower(Aws):
        def call(self, *_call: str, **parameters: Any) -> dict[str, Any]:
            asked.append(parameters)
            return {"entitlements": [len(asked)], **({"nextToken": "on"} if len(asked) == 1 else {})}

    pages = Lower().pages("account-access", "ListEntitlements", "entitlements", token="nextToken", applicationArn="a")
    assert list(pages) == [[1], [2]]
    assert asked == [{"applicationArn": "a"}, {"applicationArn": "a", "nextToken": "on"}]


# a service that is not there


LIST_APPLICATIONS = ("account-access", "ListApplications")


def without_address(number: int) -> Any:
    def look_up(*_host: Any, **_more: Any) -> Any:
        raise socket.gaierror(number, "as the resolver says it")

    return look_up


def test_a_service_that_answers_that_it_knows_no_such_operation_is_not_offered(aws: Aws) -> None:
    org = Organization(seed=2, throttle=False, account_access="absent")
    with connected(org) as there, pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_ENDPOINT_URL_ACCOUNT_ACCESS", raising=False)
        with pytest.raises(AwsRejected, match=f"AWS does not offer account-access in {org.region}") as caught:
            aws.call(*LIST_APPLICATIONS)
        assert there.server.calls["account-access.ListApplications"] == 1
    assert (caught.value.code, caught.value.operation) == ("NoSuchService", "account-access.ListApplications")


def test_a_service_without_an_address_is_not_offered_and_is_asked_once(here: Connected, aws: Aws) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_ENDPOINT_URL")
        patch.setattr(socket, "getaddrinfo", without_address(socket.EAI_NONAME))
        with pytest.raises(AwsRejected, match=f"AWS does not offer account-access in {here.org.region}") as caught:
            aws.call(*LIST_APPLICATIONS)
    assert caught.value.code == "NoSuchService"
    assert pauses(aws) == []


def test_a_name_server_that_does_not_answer_says_nothing_about_the_service(here: Connected, aws: Aws) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_ENDPOINT_URL")
        patch.setattr(socket, "getaddrinfo", without_address(socket.EAI_AGAIN))
        with pytest.raises(AwsUnavailable, match="did not answer"):
            aws.call(*LIST_APPLICATIONS)
    assert len(pauses(aws)) == ATTEMPTS_WHEN_BROKEN - 1


def test_a_service_that_has_answered_before_is_not_gone_because_its_address_can_not_be_found(
    here: Connected, aws: Aws
) -> None:
    aws.call(*LIST_APPLICATIONS)
    close(aws)
    aws._clients.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_ENDPOINT_URL")
        patch.setattr(socket, "getaddrinfo", without_address(socket.EAI_NONAME))
        with pytest.raises(AwsUnavailable):
            aws.call(*LIST_APPLICATIONS)


def test_something_that_is_not_found_is_no_missing_service(aws: Aws) -> None:
    org = Organization(seed=2, throttle=False, account_access=True)
    arn = f"arn:{org.partition}:account-access:{org.region}:{org.management_account_id}:application/aamapp-{'0' * 16}"
    with connected(org), pytest.raises(AwsNotFound):
        aws.call("account-access", "DeleteEntitlement", applicationArn=arn, entitlementId="e" * 16)


# AWS's quota, here five times as fast

FASTER = 5
AWS_RATE = 20
# `connected` takes it away for the other tests.
REAL_ACQUIRE = Limiter.acquire


def fast() -> float:
    return time.monotonic() * FASTER


def hurry(aws: Aws) -> Aws:
    """Keep every limit and pause, on a clock that runs faster."""

    def wait(turn: threading.Condition, seconds: float | None) -> None:
        turn.wait(None if seconds is None else seconds / FASTER)

    aws._limiters = Limiters(lambda rate, burst: Limiter(rate, burst, monotonic=fast, wait=wait))
    aws._retrying.sleep = lambda seconds: time.sleep(seconds / FASTER)
    return aws


@pytest.fixture
def limited() -> Iterator[tuple[Connected, Aws]]:
    """A simulator with AWS's rates, and a client with the bot's own limits and pauses."""
    org = Organization(seed=2, stopwatch=fast)
    with connected(org) as there, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Limiter, "acquire", REAL_ACQUIRE)
        patch.setattr("bot.aws.requests.retry._backoff", wait_random_exponential(multiplier=0.5, max=10))
        made = hurry(Aws(deadline=120 / FASTER))
        yield there, made
        close(made)


def read_many(aws: Aws, there: Connected, reads: int, threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        for answer in pool.map(lambda _: aws.call(*LIST_USERS, **store(there)), range(reads)):
            assert answer["Users"] == []


def test_alone_the_bot_is_hardly_ever_throttled(limited: tuple[Connected, Aws]) -> None:
    there, aws = limited
    read_many(aws, there, 300, 16)
    assert there.server.throttled < 3


class Clock:
    """Moves only when the bot waits, so a busy machine makes no difference."""

    def __init__(self) -> None:
        self._now, self._lock = 0.0, threading.Lock()

    def __call__(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._now += seconds

    def wait(self, turn: threading.Condition, seconds: float | None) -> None:
        if seconds is None:
            turn.wait()
        else:
            self.sleep(seconds)


def test_when_somebody_else_uses_up_the_quota_the_bot_goes_slower_and_is_answered_all_the_same() -> None:
    clock, rates = Clock(), []
    none_left, done, refused = threading.Event(), threading.Event(), []

    def pause(seconds: float) -> None:
        rates.append(aws._limiters.of(*LIST_USERS, there.org.region).rate)
        clock.sleep(seconds)

    def use_up() -> None:
        other = aws._opened().client("identitystore", config=Config(retries={"total_max_attempts": 1}))
        while not done.is_set():
            try:
                other.list_users(**store(there))
            except ClientError:
                refused.append(1)
                none_left.set()
        other.close()

    with connected(Organization(seed=2, stopwatch=clock)) as there, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Limiter, "acquire", REAL_ACQUIRE)
        patch.setattr("bot.aws.requests.retry._backoff", wait_random_exponential(multiplier=0.5, max=10))
        aws = Aws()
        aws._limiters = Limiters(lambda rate, burst: Limiter(rate, burst, monotonic=clock, wait=clock.wait))
        aws._retrying.sleep = pause
        neighbour = threading.Thread(target=use_up)
        neighbour.start()
        try:
            assert none_left.wait(30)
            read_many(aws, there, 20, 5)
        finally:
            done.set()
            neighbour.join()
        close(aws)
        assert there.server.throttled > len(refused)
    assert min(rates) < AWS_RATE * 0.9


def test_a_page_that_is_not_from_aws_is_no_empty_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy's own page has status 200, and botocore reads it as an answer in which nothing is listed."""

    class Proxy(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            page = b"<html>Please accept the terms of this network.</html>"
            self.send_response(200)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
            "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "eu-west-1",
        }.items():
            monkeypatch.setenv(name, value)
        aws = Aws()
        with pytest.raises(AwsUnavailable, match="was not AWS"):
            list(aws.pages("identitystore", "ListUsers", "Users", IdentityStoreId="d-1234567890"))
        close(aws)
        server.shutdown()
        thread.join()


# what is not AWS


PAGES = [403, 407, 502, 503, 200]
WHOAMI = ("sts", "GetCallerIdentity")


@pytest.mark.parametrize("status", PAGES)
@pytest.mark.parametrize("call", [LIST_USERS, WHOAMI], ids=".".join)
def test_a_proxys_page_in_the_place_of_an_answer_is_a_broken_connection(
    here: Connected, aws: Aws, call: tuple[str, str], status: int
) -> None:
    name = ".".join(call)
    here.server.faults.add(name, kind="page", status=status, times=2)
    assert aws.call(*call, **(store(here) if call == LIST_USERS else {}))
    assert here.server.calls[name] == 3


@pytest.mark.parametrize("status", PAGES)
def test_no_word_of_a_proxys_page_gets_into_an_error(here: Connected, aws: Aws, status: int) -> None:
    fault = Fault("identitystore.ListUsers", kind="page", status=status, times=None)
    error = failing(here, aws, LIST_USERS, fault, **store(here))
    assert isinstance(error, AwsUnavailable)
    assert error.trouble is Trouble.STRANGER
    assert "was not AWS" in str(error)
    assert "<" not in str(error)
    assert "proxy.example.com" not in str(error)


@pytest.mark.parametrize("status", PAGES)
@pytest.mark.parametrize("kind", ["page", "lost_page"])
def test_a_change_that_a_proxy_answered_may_have_happened_and_is_not_sent_again(
    here: Connected, aws: Aws, kind: str, status: int
) -> None:
    fault = Fault("sso-admin.DeleteAccountAssignment", kind=kind, status=status)
    error = failing(here, aws, DELETE, fault, **deletion(here))
    assert isinstance(error, AwsUnavailable)
    assert here.server.calls["sso-admin.DeleteAccountAssignment"] == 1


def test_a_proxys_error_page_does_not_say_that_a_service_is_missing(here: Connected, aws: Aws) -> None:
    fault = Fault("account-access.ListApplications", kind="page", status=404, times=None)
    assert failing(here, aws, ("account-access", "ListApplications"), fault).code == NOT_AWS


def test_a_proxy_that_is_down_passes(here: Connected, aws: Aws) -> None:
    with closed_port() as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTTP_PROXY", address)
        with pytest.raises(AwsUnavailable, match="ProxyConnectionError"):
            aws.call(*DELETE, **deletion(here))
    assert len(pauses(aws)) == ATTEMPTS_WHEN_BROKEN - 1


@contextmanager
def closed_port() -> Iterator[str]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


# credentials


@pytest.fixture
def contained(here: Connected) -> Iterator[Connected]:
    """The bot in a container that gives it the credentials of a role."""
    with pytest.MonkeyPatch.context() as patch:
        for name in here.server.environment():
            patch.delenv(name, raising=False)
        for name, value in here.server.container_environment().items():
            patch.setenv(name, value)
        # botocore asks three times by itself, a second apart.
        patch.setattr(ContainerMetadataFetcher, "SLEEP_TIME", 0.0)
        yield here
    here.server.endpoint.container.broken = 0


@pytest.mark.parametrize("call", [LIST_USERS, DELETE], ids=".".join)
def test_credentials_that_cannot_be_fetched_for_a_moment_are_waited_for(
    contained: Connected, aws: Aws, call: tuple[str, str]
) -> None:
    contained.server.endpoint.container.broken = 3 * (ATTEMPTS_WHEN_BROKEN - 1)
    assert aws.call(*call, **(store(contained) if call == LIST_USERS else deletion(contained)))
    assert len(pauses(aws)) == ATTEMPTS_WHEN_BROKEN - 1
    assert contained.server.calls[".".join(call)] == 1


def test_credentials_that_cannot_be_renewed_for_a_moment_are_waited_for(contained: Connected, aws: Aws) -> None:
    aws.call(*LIST_USERS, **store(contained))
    contained.server.endpoint.container.broken = 3
    assert "Users" in aws.call(*LIST_USERS, **store(contained))
    assert len(pauses(aws)) == 1


def test_credentials_that_stay_away_are_a_trouble_that_passes_and_show_no_page(contained: Connected, aws: Aws) -> None:
    contained.server.endpoint.container.broken = 1000
    with pytest.raises(AwsUnavailable, match="credentials could not be fetched") as caught:
        aws.call(*LIST_USERS, **store(contained))
    assert caught.value.trouble is Trouble.CREDENTIALS
    assert "html" not in str(caught.value)


def test_a_role_that_comes_after_the_first_request_is_found(here: Connected, aws: Aws) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.delenv(name)
        with pytest.raises(AwsCredentials, match="No AWS credentials were found"):
            aws.call(*LIST_USERS, **store(here))
        patch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{here.server.url}/credentials")
        assert "Users" in aws.call(*LIST_USERS, **store(here))


def test_a_request_that_is_repeated_for_long_is_told_to_the_log_once_a_minute(here: Connected, aws: Aws) -> None:
    here.server.faults.add("identitystore.ListUsers", code="ThrottlingException", times=4)
    with pytest.MonkeyPatch.context() as patch, capture_logs() as logs:
        patch.setattr("bot.aws.requests.retry.TELL_AFTER", 0.0)
        aws.call(*LIST_USERS, **store(here))
    told = [entry for entry in logs if entry["log_level"] == "warning"]
    assert [(entry["operation"], entry["why"]) for entry in told] == [("identitystore.ListUsers", "throttled")]
