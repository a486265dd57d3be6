"""Checking a call's parameters and its answer against the service's model."""

from typing import Any

from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.records import dump
from bot.playground.identity_center.wire.models.services import ServedOperation, user_check
from bot.playground.identity_center.wire.models.shapes import Check, Violation

# What Organizations reports as the Reason of an InvalidInputException.
_REASONS = {
    *("MAX_VALUE_EXCEEDED", "MIN_VALUE_EXCEEDED", "MAX_LENGTH_EXCEEDED", "MIN_LENGTH_EXCEEDED"),
    *("INVALID_PATTERN", "INVALID_ENUM", "INPUT_REQUIRED", "INVALID_LIST_MEMBER"),
}


def check_input(operation: ServedOperation, parameters: dict[str, Any]) -> None:
    if operation.check_input is None:
        violations = [Violation(name, "UNKNOWN", "the operation takes no parameter") for name in parameters]
    else:
        violations = list(operation.check_input(parameters, ""))
    if not violations:
        return
    plural = "error" if len(violations) == 1 else "errors"
    message = f"{len(violations)} validation {plural} detected: {'; '.join(map(str, violations))}"
    if operation.name.startswith("organizations.") and violations[0].kind in _REASONS:
        raise AwsError("InvalidInputException", message, complaint=True, Reason=violations[0].kind)
    if operation.name == "cloudtrail.LookupEvents" and violations[0].path == "MaxResults":
        raise AwsError("InvalidMaxResultsException", message, complaint=True)
    if operation.name.startswith("sqs."):
        raise _of_a_queue(violations[0], message)
    raise AwsError("ValidationException", message, complaint=True)


def _of_a_queue(violation: Violation, message: str) -> AwsError:
    """SQS has no ValidationException."""
    if violation.kind == "INPUT_REQUIRED":
        message = f"The request must contain the parameter {violation.path}."
        return AwsError("MissingParameter", message, complaint=True)
    enum = violation.kind == "INVALID_ENUM"
    return AwsError("InvalidAttributeName" if enum else "InvalidParameterValue", message, complaint=True)


def checked_user(members: dict[str, Any]) -> bytes:
    check_output(user_check(), members, "User")
    return dump(members)


def check_output(check: Check | None, answer: dict[str, Any], what: str) -> None:
    violations = [str(item) for item in check(answer, "")] if check else list(answer)
    if violations:
        raise RuntimeError(f"the answer of {what} is not what AWS's model says: {violations}")
