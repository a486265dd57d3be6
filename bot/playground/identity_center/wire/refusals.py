"""Errors as each service puts them on the wire."""

import uuid

from bot.playground.identity_center.state.errors import IAM_ERRORS, QUEUE_ERRORS, UNAUTHENTICATED, AwsError
from bot.playground.identity_center.state.records import dump
from bot.playground.identity_center.wire.models.query import error_xml
from bot.playground.identity_center.wire.models.services import ServedOperation
from bot.playground.identity_center.wire.replies import Reply, rest_error, sts_error


def too_many(operation: str) -> AwsError:
    service = operation.partition(".")[0]
    if service == "organizations":
        return AwsError("TooManyRequestsException", "AWS Organizations can't complete your request.", Type="RATE")
    if service == "identitystore":
        return AwsError("ThrottlingException", "Rate exceeded", RetryAfterSeconds=1)
    return AwsError("ThrottlingException", "Rate exceeded")


def refusal(operation: ServedOperation, error: AwsError) -> Reply:
    """An operation's error. Members that its model does not have are left out."""
    if operation.route is not None:
        usual = 403 if error.code in UNAUTHENTICATED else error.http_status
        return rest_error(error, operation.statuses.get(error.code, usual))
    if operation.name.startswith("sts."):
        return Reply(error.http_status, body=sts_error(error))
    if operation.name.startswith("iam.") and operation.query is not None:
        code, status = IAM_ERRORS.get(error.code, (error.code, error.http_status))
        request_id = str(uuid.uuid4())
        body = error_xml(operation.query, code, error.message, sender=status < 500, request_id=request_id)
        return Reply(status, {"Content-Type": "text/xml"}, body)
    if operation.name.startswith("sqs."):
        return _queue_error(error)
    return _json_error(error, operation.errors.get(error.code))


def _queue_error(error: AwsError) -> Reply:
    """SQS spoke a different protocol once; a header gives clients the code of that time."""
    unknown = (error.code, error.code, error.http_status)
    shape, old_code, status = QUEUE_ERRORS.get(error.code, unknown)
    fault = "Receiver" if status >= 500 else "Sender"
    headers = {"x-amzn-query-error": f"{old_code};{fault}", "Content-Type": "application/x-amz-json-1.0"}
    return Reply(status, headers, dump({"__type": shape, "message": error.message}))


def refusal_of_nothing(error: AwsError, headers: dict[str, str], path: str) -> Reply:
    """The error of a request that names no operation: in the form of the service it seems to be meant for."""
    if path != "/":
        return rest_error(error, 404)
    if "x-amz-target" not in headers and "authorization" in headers:
        return Reply(error.http_status, body=sts_error(error))
    return _json_error(error, None)


def _json_error(error: AwsError, known: frozenset[str] | None) -> Reply:
    members = {name: value for name, value in error.members.items() if known is None or name in known}
    body = {"__type": error.code, "Message": error.message, **members}
    if known is not None and "RequestId" in known:
        body["RequestId"] = str(uuid.uuid4())
    extra = {"Retry-After": str(members["RetryAfterSeconds"])} if "RetryAfterSeconds" in members else {}
    return Reply(error.http_status, {"x-amzn-ErrorType": error.code, **extra}, dump(body))
