"""The simulated SQS, as real boto3 clients see it: what is sent, received, hidden, deleted and given up."""

import hashlib
import json
import threading
import time

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.playground.identity_center.simulated_aws import Stopwatch, refused, serving


@pytest.fixture
def watch():
    return Stopwatch()


@pytest.fixture
def aws(watch):
    with serving(stopwatch=watch) as aws:
        aws.queue = aws.org.add_queue("leaverbot", short_polls="complete")
        aws.sqs = aws.client("sqs")
        yield aws


@pytest.fixture
def lenient(aws):
    """A client that does not check its parameters, so that the server has to."""
    return aws.client("sqs", config=Config(retries={"total_max_attempts": 1}, parameter_validation=False))


def send(aws, *bodies):
    return [aws.sqs.send_message(QueueUrl=aws.queue.url, MessageBody=body)["MessageId"] for body in bodies]


def receive(aws, **parameters):
    return aws.sqs.receive_message(QueueUrl=aws.queue.url, **parameters).get("Messages", [])


def delete(aws, handle):
    aws.sqs.delete_message(QueueUrl=aws.queue.url, ReceiptHandle=handle)


def test_a_message_comes_with_its_id_and_the_checksum_of_its_text(aws):
    sent = aws.sqs.send_message(QueueUrl=aws.queue.url, MessageBody='{"name": "Jürgen 🦊"}')
    (message,) = receive(aws)
    checksum = hashlib.md5('{"name": "Jürgen 🦊"}'.encode(), usedforsecurity=False).hexdigest()
    assert sent["MD5OfMessageBody"] == message["MD5OfBody"] == checksum
    assert (message["MessageId"], message["Body"]) == (sent["MessageId"], '{"name": "Jürgen 🦊"}')
    assert "Attributes" not in message


def test_attributes_come_only_if_they_are_asked_for_and_count_receives(aws, watch):
    before = int(time.time() * 1000)
    send(aws, "{}")
    receive(aws)
    watch.pass_(31)
    (again,) = receive(aws, MessageSystemAttributeNames=["ApproximateReceiveCount", "SentTimestamp"])
    assert set(again["Attributes"]) == {"ApproximateReceiveCount", "SentTimestamp"}
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"
    assert before <= int(again["Attributes"]["SentTimestamp"]) <= time.time() * 1000


def test_a_received_message_is_hidden_until_its_time_out(aws, watch):
    send(aws, "{}")
    assert len(receive(aws, VisibilityTimeout=60)) == 1
    watch.pass_(59)
    assert receive(aws) == []
    watch.pass_(1)
    assert len(receive(aws)) == 1


def test_a_deleted_message_never_comes_again_and_deleting_it_twice_is_harmless(aws, watch):
    send(aws, "{}")
    (message,) = receive(aws)
    delete(aws, message["ReceiptHandle"])
    delete(aws, message["ReceiptHandle"])
    watch.pass_(3600)
    assert receive(aws) == []


@pytest.mark.parametrize("received_again", [True, False])
def test_a_handle_that_ended_deletes_nothing_and_nobody_is_told(aws, watch, received_again):
    send(aws, "{}")
    (first,) = receive(aws)
    watch.pass_(31)
    if received_again:
        receive(aws)
    delete(aws, first["ReceiptHandle"])
    watch.pass_(31)
    assert len(receive(aws)) == 1


def test_a_handle_that_ended_is_refused_where_the_queue_does_so(aws, watch):
    aws.queue.ended_handles = "refused"
    send(aws, "{}")
    (first,) = receive(aws)
    watch.pass_(31)
    with refused("InvalidParameterValue") as caught:
        delete(aws, first["ReceiptHandle"])
    assert "The receipt handle has expired" in str(caught.value)


def test_what_is_no_handle_is_refused(aws):
    other = aws.org.add_queue("other", short_polls="complete")
    aws.sqs.send_message(QueueUrl=other.url, MessageBody="{}")
    (foreign,) = aws.sqs.receive_message(QueueUrl=other.url)["Messages"]
    for handle in ("nonsense", "AAAA", foreign["ReceiptHandle"]):
        with refused("ReceiptHandleIsInvalid"):
            delete(aws, handle)


def test_a_batch_deletes_what_it_can_and_says_what_it_could_not(aws):
    send(aws, "{}")
    (message,) = receive(aws)
    answer = aws.sqs.delete_message_batch(
        QueueUrl=aws.queue.url,
        Entries=[{"Id": "0", "ReceiptHandle": message["ReceiptHandle"]}, {"Id": "1", "ReceiptHandle": "nonsense"}],
    )
    assert answer["Successful"] == [{"Id": "0"}]
    (failed,) = answer["Failed"]
    assert (failed["Id"], failed["SenderFault"], failed["Code"]) == ("1", True, "ReceiptHandleIsInvalid")
    assert aws.queue.messages == {}


@pytest.mark.parametrize(
    ("ids", "code"),
    [
        ([], "EmptyBatchRequest"),
        ([str(number) for number in range(11)], "TooManyEntriesInBatchRequest"),
        (["a b"], "InvalidBatchEntryId"),
        (["a" * 81], "InvalidBatchEntryId"),
        (["a", "a"], "BatchEntryIdsNotDistinct"),
    ],
)
def test_a_batch_that_is_no_batch_is_refused_and_remembered(aws, ids, code):
    entries = [{"Id": one, "ReceiptHandle": "x"} for one in ids]
    with refused(f"AWS.SimpleQueueService.{code}"):
        aws.sqs.delete_message_batch(QueueUrl=aws.queue.url, Entries=entries)
    assert len(aws.server.complaints) == 1


def test_hiding_a_message_counts_from_now_and_ends_with_its_receive(aws, watch):
    send(aws, "{}")
    (message,) = receive(aws)
    where = {"QueueUrl": aws.queue.url, "ReceiptHandle": message["ReceiptHandle"]}
    watch.pass_(15)
    aws.sqs.change_message_visibility(**where, VisibilityTimeout=10)
    watch.pass_(10)
    with refused("AWS.SimpleQueueService.MessageNotInflight"):
        aws.sqs.change_message_visibility(**where, VisibilityTimeout=10)
    assert len(receive(aws)) == 1


def test_a_message_received_too_often_goes_to_the_dead_letter_queue(aws, watch):
    aws.queue.dead_letters, aws.queue.most_receives = aws.org.add_queue("dead", short_polls="complete"), 3
    (sent,) = send(aws, "poison")
    for _ in range(3):
        assert len(receive(aws)) == 1
        watch.pass_(31)
    assert receive(aws) == []
    (dead,) = aws.sqs.receive_message(QueueUrl=aws.queue.dead_letters.url, MessageSystemAttributeNames=["All"])[
        "Messages"
    ]
    assert (dead["MessageId"], dead["Body"]) == (sent, "poison")
    assert dead["Attributes"]["ApproximateReceiveCount"] == "4"


def test_ten_come_at_once_at_most_and_in_no_order(aws):
    sent = send(aws, *(str(number) for number in range(30)))
    taken = [[message["MessageId"] for message in receive(aws, MaxNumberOfMessages=10)] for _ in range(3)]
    assert [len(batch) for batch in taken] == [10, 10, 10]
    flat = [one for batch in taken for one in batch]
    assert sorted(flat) == sorted(sent)
    assert flat != sent


def test_a_short_poll_may_miss_what_is_there_and_a_long_one_does_not(aws):
    queue = aws.org.add_queue("sampled")
    for number in range(20):
        aws.sqs.send_message(QueueUrl=queue.url, MessageBody=str(number))
    short = {"QueueUrl": queue.url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 0}
    assert min(len(aws.sqs.receive_message(**short).get("Messages", [])) for _ in range(20)) < 10
    assert all(len(aws.sqs.receive_message(**short, WaitTimeSeconds=1)["Messages"]) == 10 for _ in range(20))


def test_a_long_poll_returns_as_soon_as_something_comes_and_holds_up_nobody_else(aws):
    found = []
    waiting = threading.Thread(target=lambda: found.extend(receive(aws, WaitTimeSeconds=4)))
    began = time.monotonic()
    waiting.start()
    other = aws.client("sqs")
    other.get_queue_attributes(QueueUrl=aws.queue.url)
    assert waiting.is_alive()
    other.send_message(QueueUrl=aws.queue.url, MessageBody="{}")
    waiting.join(timeout=5)
    assert len(found) == 1
    assert time.monotonic() - began < 3


def test_a_long_poll_that_nobody_waits_for_any_more_takes_no_message(aws):
    aws.sqs.get_queue_url(QueueName="leaverbot")

    def wait():
        with pytest.raises(ConnectionClosedError):
            receive(aws, WaitTimeSeconds=4)

    waiting = threading.Thread(target=wait)
    waiting.start()
    while aws.server.calls["sqs.ReceiveMessage"] == 0:
        time.sleep(0.01)
    aws.server.drop_connections()
    waiting.join(timeout=5)
    assert not waiting.is_alive()
    other = aws.client("sqs")
    other.send_message(QueueUrl=aws.queue.url, MessageBody="{}")
    # Time enough for the poll that was cut to take it.
    time.sleep(0.1)
    assert len(other.receive_message(QueueUrl=aws.queue.url)["Messages"]) == 1


def test_an_empty_long_poll_ends_without_a_list_when_its_time_is_over(aws):
    began = time.monotonic()
    answer = aws.sqs.receive_message(QueueUrl=aws.queue.url, WaitTimeSeconds=1)
    assert "Messages" not in answer
    assert 1 <= time.monotonic() - began < 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"MaxNumberOfMessages": 0},
        {"MaxNumberOfMessages": 11},
        {"WaitTimeSeconds": 21},
        {"WaitTimeSeconds": -1},
        {"VisibilityTimeout": 43_201},
    ],
)
def test_a_value_out_of_bounds_is_refused_and_remembered(aws, wrong):
    with refused("InvalidParameterValue"):
        receive(aws, **wrong)
    assert len(aws.server.complaints) == 1


def test_a_megabyte_can_be_sent_and_one_byte_more_cannot(aws):
    body = json.dumps({"text": "x" * (1_048_576 - 12)})
    assert len(body) == 1_048_576
    send(aws, body)
    (message,) = receive(aws)
    assert message["Body"] == body
    with refused("InvalidParameterValue") as caught:
        send(aws, body + " ")
    assert "shorter than 1048576 bytes" in str(caught.value)


@pytest.mark.parametrize("letter", ["\x00", "\x0b", "\ufffe"])
def test_letters_that_sqs_does_not_allow_are_refused(aws, letter):
    with refused("InvalidMessageContents"):
        send(aws, f"a{letter}b")


def test_a_queue_that_does_not_exist_is_named_by_both_codes(aws):
    with pytest.raises(ClientError) as caught:
        aws.sqs.receive_message(QueueUrl=aws.queue.url.replace("leaverbot", "absent"))
    error = caught.value.response["Error"]
    assert error["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert error["QueryErrorCode"] == "QueueDoesNotExist"
    assert error["Message"] == "The specified queue does not exist."
    assert isinstance(caught.value, aws.sqs.exceptions.QueueDoesNotExist)


def test_a_queue_of_another_region_cannot_be_asked_here(aws):
    with refused("InvalidAddress"):
        aws.client("sqs", region="us-east-1").receive_message(QueueUrl=aws.queue.url)


def test_another_account_needs_the_queues_policy(aws):
    tools = aws.org.add_account("tools")
    stranger = aws.client("sqs", tools)
    with refused("AccessDenied") as caught:
        stranger.receive_message(QueueUrl=aws.queue.url)
    assert "is not authorized to perform: sqs:receivemessage" in str(caught.value)
    aws.queue.open_to = frozenset({tools})
    stranger.receive_message(QueueUrl=aws.queue.url)


def test_a_wrong_secret_and_an_unknown_key_have_the_codes_of_sqs(aws):
    with refused("SignatureDoesNotMatch"):
        aws.client("sqs", aws_secret_access_key="wrong").get_queue_url(QueueName="leaverbot")
    with refused("InvalidClientTokenId"):
        aws.client("sqs", aws_access_key_id="AKIAIOSFODNN7EXAMPLE").get_queue_url(QueueName="leaverbot")


def test_a_missing_parameter_an_unknown_attribute_and_what_is_not_modelled_are_refused(aws, lenient):
    for code, call in {
        "MissingParameter": lambda: lenient.delete_message(QueueUrl=aws.queue.url),
        "InvalidAttributeName": lambda: lenient.get_queue_attributes(QueueUrl=aws.queue.url, AttributeNames=["Colour"]),
        "AWS.SimpleQueueService.UnsupportedOperation": lambda: aws.sqs.send_message(
            QueueUrl=aws.queue.url, MessageBody="x", MessageGroupId="group"
        ),
    }.items():
        with refused(code):
            call()
    assert len(aws.server.complaints) == 3


def test_the_queues_attributes_count_what_is_there(aws):
    aws.queue.dead_letters = aws.org.add_queue("dead")
    send(aws, "a", "b", "c")
    receive(aws)
    with aws.org.edit():
        aws.queue.send("later", "somebody", after_seconds=60)
    told = aws.sqs.get_queue_attributes(QueueUrl=aws.queue.url, AttributeNames=["All"])["Attributes"]
    assert told["QueueArn"] == f"arn:aws:sqs:eu-west-1:{aws.org.management_account_id}:leaverbot"
    counts = ("", "NotVisible", "Delayed")
    assert [told[f"ApproximateNumberOfMessages{which}"] for which in counts] == ["2", "1", "1"]
    assert json.loads(told["RedrivePolicy"])["deadLetterTargetArn"].endswith(":dead")
    assert "Attributes" not in aws.sqs.get_queue_attributes(QueueUrl=aws.queue.url)


def test_what_is_done_with_messages_is_no_event_of_the_trail(aws):
    send(aws, "{}")
    delete(aws, receive(aws)[0]["ReceiptHandle"])
    assert aws.client("cloudtrail").lookup_events()["Events"] == []
