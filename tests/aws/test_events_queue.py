"""The edge to SQS: which region and address it asks, what it makes of answers and refusals."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from bot.aws.events_queue import PATIENCE, RIGHTS, SqsQueue, region_of
from bot.aws.requests.client import Aws
from bot.core.errors import AwsCredentials, AwsDenied, AwsNotFound, AwsRejected, AwsUnavailable
from bot.playground.identity_center import AwsServer, Organization
from bot.playground.identity_center.queues.queue import Queue
from tests.services.scanning import served


@pytest.fixture(scope="module")
def server() -> Iterator[AwsServer]:
    with served(Organization(seed=4, throttle=False)) as server:
        yield server


@pytest.fixture
def stored(server: AwsServer) -> Iterator[Queue]:
    queue = server.org.add_queue("leaverbot-events")
    server.calls.clear()
    yield queue
    server.faults.clear()
    server.org.delete_queue(queue)


@pytest.fixture
def aws() -> Iterator[Aws]:
    made = Aws(deadline=0.05)
    made._retrying.sleep = lambda _seconds: None
    yield made
    for client in made._clients.values():
        client.close()


def put(server: AwsServer, stored: Queue, *bodies: str) -> None:
    with server.org.hold():
        for body in bodies:
            stored.send(body, "test")


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("sqs.eu-west-1.amazonaws.com", "eu-west-1"),
        ("sqs.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("sqs.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("sqs-fips.us-east-1.amazonaws.com", "us-east-1"),
        ("sqs.eu-central-1.api.aws", "eu-central-1"),
        ("eu-west-1.queue.amazonaws.com", "eu-west-1"),
        ("queue.amazonaws.com", "us-east-1"),
        ("vpce-0a1b2c3d.sqs.eu-west-1.vpce.amazonaws.com", "eu-west-1"),
        ("127.0.0.1", None),
        ("queues.example.com", None),
    ],
)
def test_the_region_is_the_one_in_the_queues_url(host: str, region: str | None) -> None:
    assert region_of(f"https://{host}/111122223333/leaverbot-events") == region


def test_a_queue_in_another_region_is_asked_there(server: AwsServer, aws: Aws) -> None:
    elsewhere = server.org.add_queue("elsewhere", region="us-east-1")
    put(server, elsewhere, "{}")
    assert len(SqsQueue(aws, elsewhere.url).receive(0)) == 1


def test_an_endpoint_of_ones_own_is_used_for_the_queue_alone(
    server: AwsServer, stored: Queue, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(server, stored, "{}")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", server.url)
    assert len(SqsQueue(aws, stored.url).receive(0)) == 1


@pytest.mark.parametrize("body", ["", "[1]", '"text"', "12", "{", "{'a': 1}", "[" * 100_000, "1" * 10_000])
def test_what_is_no_object_is_no_error_and_has_no_body(server: AwsServer, stored: Queue, aws: Aws, body: str) -> None:
    put(server, stored, body or " ")
    (delivery,) = SqsQueue(aws, stored.url).receive(0)
    assert delivery.body is None


def test_ten_bodies_of_almost_a_megabyte_come_whole(server: AwsServer, stored: Queue, aws: Aws) -> None:
    put(server, stored, *(json.dumps({"n": number, "text": "é" * 140_000}) for number in range(10)))
    found = [one.body for one in SqsQueue(aws, stored.url).receive(1)]
    assert sorted(body["n"] for body in found if body) == list(range(10))
    assert {len(body["text"]) for body in found if body} == {140_000}


def test_what_a_body_holds_is_not_kept_in_memory(server: AwsServer, stored: Queue, aws: Aws) -> None:
    with server.org.hold():
        stored.send('{"detail": {}}', "somebody")
    (delivery,) = SqsQueue(aws, stored.url).receive(1)
    assert delivery.body == {"detail": {}}
    assert delivery.body is not delivery.body


def test_even_without_a_wait_it_asks_all_of_the_queues_servers(server: AwsServer, stored: Queue, aws: Aws) -> None:
    queue = SqsQueue(aws, stored.url)
    for _ in range(10):
        put(server, stored, "{}")
        (delivery,) = queue.receive(0)
        queue.delete([delivery.receipt])
    assert server.history[-2].parameters["WaitTimeSeconds"] == 1


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("QueueDoesNotExist", AwsNotFound),
        ("AccessDeniedException", AwsDenied),
        ("KmsAccessDenied", AwsDenied),
        ("UnrecognizedClientException", AwsCredentials),
        ("InvalidAddress", AwsRejected),
        ("InternalFailure", AwsUnavailable),
        ("ServiceUnavailableException", AwsUnavailable),
        ("RequestThrottled", AwsUnavailable),
        ("KmsThrottled", AwsUnavailable),
    ],
)
def test_refusals_need_a_person_and_the_rest_passes(
    server: AwsServer, stored: Queue, aws: Aws, code: str, error: type[Exception]
) -> None:
    server.faults.add("sqs.ReceiveMessage", code=code, times=None)
    with pytest.raises(error) as caught:
        SqsQueue(aws, stored.url).receive(0)
    assert caught.value.passes is (error is AwsUnavailable)  # type: ignore[attr-defined]  # AwsError has it


def test_a_lost_answer_is_asked_for_again(server: AwsServer, stored: Queue, aws: Aws) -> None:
    put(server, stored, "{}")
    server.faults.add("sqs.ReceiveMessage", kind="drop")
    server.faults.add("sqs.DeleteMessageBatch", kind="lost_answer")
    patient = Aws()
    patient._retrying.sleep = lambda _seconds: None
    queue = SqsQueue(patient, stored.url)
    (delivery,) = queue.receive(0)
    queue.delete([delivery.receipt])
    assert stored.messages == {}


def test_a_message_that_sqs_did_not_delete_is_an_error_and_one_it_no_longer_has_is_none(
    server: AwsServer, stored: Queue, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = SqsQueue(aws, stored.url)
    queue.delete(["nonsense"])
    failed = [{"Id": "0", "SenderFault": False, "Code": "InternalError"}]
    monkeypatch.setattr(aws, "call_within", lambda *_args, **_more: {"Successful": [], "Failed": failed})
    with pytest.raises(AwsUnavailable):
        queue.delete(["r"])


def test_it_makes_only_the_calls_that_its_rights_are_for(server: AwsServer, stored: Queue, aws: Aws) -> None:
    put(server, stored, "{}")
    queue = SqsQueue(aws, stored.url)
    queue.delete([one.receipt for one in queue.receive(0)])
    assert {name.removesuffix("Batch").replace(".", ":") for name in server.calls} == RIGHTS


def test_in_a_dry_run_messages_are_taken_too(server: AwsServer, stored: Queue) -> None:
    put(server, stored, "{}")
    queue = SqsQueue(Aws(dry_run=True), stored.url)
    queue.delete([one.receipt for one in queue.receive(0)])
    assert stored.messages == {}


def test_a_receive_that_waits_holds_up_no_other_call(server: AwsServer, stored: Queue, aws: Aws) -> None:
    queue = SqsQueue(aws, stored.url)
    found: list[Any] = []
    waiting = threading.Thread(target=lambda: found.extend(queue.receive(20)))
    waiting.start()
    for _ in range(40):
        aws.call("sts", "GetCallerIdentity")
    assert waiting.is_alive()
    queue.close()
    waiting.join(timeout=2)
    assert not waiting.is_alive()


def test_a_queue_out_of_reach_is_told_within_seconds(stored: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9")
    aws = Aws()
    waited: list[float] = []
    aws._retrying.sleep = waited.append
    with pytest.raises(AwsUnavailable):
        SqsQueue(aws, stored.url).receive(20)
    assert sum(waited) <= PATIENCE + 20
