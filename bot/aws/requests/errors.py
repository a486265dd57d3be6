"""What AWS's errors mean here, and whether a failed request may be repeated."""

import functools
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, NoRegionError

from bot.aws.requests import credentials, verdicts
from bot.aws.requests.verdicts import Verdict
from bot.core.errors import (
    AwsBusy,
    AwsConflict,
    AwsCredentials,
    AwsDenied,
    AwsError,
    AwsNotFound,
    AwsRejected,
    AwsUnavailable,
)
from bot.core.text import clean, shorten_middle
from bot.core.waiting import Trouble

T = TypeVar("T")

# The code of the AwsRejected for a service that AWS does not have in a region.
NO_SUCH_SERVICE = "NoSuchService"

_CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "IncompleteSignature",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
    }
)
_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ForbiddenException",
        # A queue whose encryption key leaverbot may not use.
        "KMS.AccessDeniedException",
        "NotAuthorized",
        "UnauthorizedOperation",
    }
)
_NOT_FOUND = frozenset(
    {
        "ResourceNotFoundException",
        "PolicyNotFoundException",
        "TargetNotFoundException",
        "AccountNotFoundException",
        "ChildNotFoundException",
        "AWS.SimpleQueueService.NonExistentQueue",
        "NoSuchEntity",
    }
)
# What the identity store itself is called where an answer says what was not found.
_WHOLE_STORE = "IDENTITY_STORE"
# Services that AWS may answer for without having them in the region.
_NOT_EVERYWHERE = frozenset({"account-access"})
# The code of the AwsUnavailable for an answer that is not AWS's.
NOT_AWS = "NotAws"
# Longer texts of AWS lose their middle: they begin with who and what, and end with the policy that refuses it.
_LONGEST = 1500


@dataclass(frozen=True, slots=True)
class Sent:
    """A request: whether it only `reads`, and whether its service has `answered` in this region before."""

    service: str
    operation: str
    region: str
    reads: bool
    answered: bool

    @property
    def name(self) -> str:
        return f"{self.service}.{self.operation}"


class Failed(Exception):
    """A failed request: what it means here, what to do, and the earliest time at which to repeat it."""

    def __init__(self, error: AwsError, verdict: Verdict, after_seconds: float = 0.0) -> None:
        super().__init__(str(error))
        self.error, self.verdict, self.after_seconds = error, verdict, after_seconds

    @property
    def again(self) -> bool:
        """Whether its sender may repeat the same request."""
        return self.verdict in {Verdict.REPEAT, Verdict.WAIT}


def understood(convert: Callable[[Mapping[str, Any]], T]) -> Callable[[Mapping[str, Any]], T]:
    """Converts an item that AWS listed; one that lacks something necessary raises AwsRejected and is not skipped."""

    @functools.wraps(convert)
    def converted(item: Mapping[str, Any]) -> T:
        try:
            return convert(item)
        except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
            raise AwsRejected(f"AWS's answer cannot be understood ({type(error).__name__}: {error}).") from error

    return converted


def understand(error: Exception, sent: Sent) -> Failed:
    """What botocore's `error` for this request means."""
    if isinstance(error, ClientError):
        return _answered(error, sent)
    verdict = verdicts.of_exception(error, reads=sent.reads)
    if isinstance(error, NoCredentialsError) and credentials.machine_gives_them():
        away = AwsUnavailable(credentials.NONE_FOUND, operation=sent.name, trouble=Trouble.CREDENTIALS)
        return Failed(away, Verdict.REPEAT)
    if verdict is not Verdict.FINAL:
        return _unanswered(error, sent, verdict)
    if advice := credentials.explain(error):
        return _final(AwsCredentials(advice, operation=sent.name))
    if isinstance(error, NoRegionError):
        message = "No AWS region is set. Set AWS_REGION to the region of IAM Identity Center, for example eu-west-1."
        return _final(AwsRejected(message, operation=sent.name))
    message = f"{sent.name} could not be sent: {_short(str(error))}"
    return _final(AwsRejected(message, operation=sent.name, code=type(error).__name__))


def from_a_stranger(sent: Sent, status: int) -> Failed:
    """For an answer without AWS's request id. Its text says nothing about AWS, so nobody is shown it."""
    message = (
        f"What answered {sent.name} was not AWS (HTTP {status}, without AWS's request id). If it lasts, check the "
        "proxy or firewall on the way to AWS."
    )
    error = AwsUnavailable(message, operation=sent.name, code=NOT_AWS, trouble=Trouble.STRANGER)
    return Failed(error, verdicts.of_answer(sent.service, status, "", by_aws=False, reads=sent.reads))


def _final(error: AwsError) -> Failed:
    return Failed(error, Verdict.FINAL)


def _answered(error: ClientError, sent: Sent) -> Failed:
    answer: dict[str, Any] = dict(error.response)
    about: dict[str, Any] = answer.get("ResponseMetadata", {})
    if error.operation_name != sent.operation:
        # This was the request for credentials, so the actual request was not sent.
        sent = Sent("credentials", error.operation_name, sent.region, reads=True, answered=True)
    status = int(about.get("HTTPStatusCode", 0))
    if not about.get("RequestId"):
        return from_a_stranger(sent, status)
    details: dict[str, Any] = answer.get("Error", {})
    code, said = clean(str(details.get("Code", ""))), _short(str(details.get("Message", "")))
    verdict = verdicts.of_answer(sent.service, status, code, by_aws=True, reads=sent.reads)
    if verdict is not Verdict.FINAL:
        return Failed(_passing(sent, code or str(status), said, verdict), verdict, _retry_after(answer))
    if skewed := credentials.wrong_clock(code, said, about.get("HTTPHeaders", {}), datetime.now(UTC)):
        return _final(AwsRejected(skewed, operation=sent.name, code=code))
    if code in _NOT_FOUND and details.get("ResourceType", answer.get("ResourceType")) == _WHOLE_STORE:
        return _final(_no_store(sent, code))
    refused = _refused(sent, code, said)
    return (
        _no_such_service(sent) if type(refused) is AwsRejected and _is_absent(code, status, sent) else _final(refused)
    )


def _no_store(sent: Sent, code: str) -> AwsError:
    """That the whole directory is not there says nothing about a user in it: nobody counts as deleted."""
    message = (
        f"AWS does not find the identity store ({sent.name}). If Identity Center was set up anew, restart leaverbot."
    )
    return AwsRejected(message, operation=sent.name, code=code)


def _passing(sent: Sent, code: str, said: str, verdict: Verdict) -> AwsError:
    if verdict is Verdict.WAIT:
        message = f"AWS throttled {sent.name} for too long."
        return AwsUnavailable(message, operation=sent.name, code=code, trouble=Trouble.THROTTLED)
    if verdicts.is_busy(sent.service, code):
        return AwsBusy(f"AWS is busy with another change ({sent.name}): {said}", operation=sent.name, code=code)
    message = f"AWS answered {sent.name} with an internal error ({code})."
    return AwsUnavailable(message, operation=sent.name, code=code, trouble=Trouble.BROKEN)


def _refused(sent: Sent, code: str, said: str) -> AwsError:
    """What a final answer of AWS means."""
    name = sent.name
    if code in _CREDENTIALS:
        return AwsCredentials(credentials.refused(code, said), operation=name, code=code)
    if code in _DENIED:
        return AwsDenied(f"AWS denied {name} to leaverbot's identity: {said}", operation=name, code=code)
    if code in _NOT_FOUND:
        return AwsNotFound(f"AWS does not find it ({name}): {said}", operation=name, code=code)
    if code == "ConflictException":
        message = f"It was changed by somebody else in the meantime ({name}): {said}"
        return AwsConflict(message, operation=name, code=code)
    return AwsRejected(f"AWS rejected {name} ({code}): {said}", operation=name, code=code)


def _unanswered(error: Exception, sent: Sent, verdict: Verdict) -> Failed:
    # A service that has answered before exists: then the DNS server is at fault, as it is when a service that every
    # region has seems to have no address.
    if sent.service in _NOT_EVERYWHERE and _has_no_address(error) and not sent.answered:
        return _no_such_service(sent)
    kind, trouble = type(error).__name__, verdicts.trouble_of(error)
    if trouble is Trouble.STRANGER:
        message = f"What answered {sent.name} was not AWS: it cannot be read. Check the proxy or firewall on the way."
        kind = NOT_AWS
    elif trouble is Trouble.CREDENTIALS:
        message = credentials.fetching(error)
    else:
        message = f"AWS did not answer {sent.name} ({kind})."
    return Failed(AwsUnavailable(message, operation=sent.name, code=kind, trouble=trouble), verdict)


def _is_absent(code: str, status: int, sent: Sent) -> bool:
    """Whether AWS itself says that there is no such service."""
    unheard_of = code == "UnknownOperationException" or status == 404
    return sent.service in _NOT_EVERYWHERE and not sent.answered and unheard_of


def _has_no_address(error: Exception) -> bool:
    """Whether the DNS answered that there is no such host; no answer from the DNS is EAI_AGAIN."""
    # botocore keeps urllib3's NameResolutionError, which was raised from Python's own error.
    below = getattr(error, "kwargs", {}).get("error") if isinstance(error, EndpointConnectionError) else None
    while isinstance(below, BaseException):
        if isinstance(below, socket.gaierror):
            return below.errno == socket.EAI_NONAME
        below = below.__cause__
    return False


def _no_such_service(sent: Sent) -> Failed:
    message = f"AWS does not offer {sent.service} in {sent.region}."
    return _final(AwsRejected(message, operation=sent.name, code=NO_SUCH_SERVICE))


def _retry_after(answer: Mapping[str, Any]) -> float:
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    asked = answer.get("RetryAfterSeconds") or headers.get("retry-after") or 0
    try:
        return max(0.0, float(asked))
    except (TypeError, ValueError):
        return 0.0


def _short(text: str) -> str:
    return shorten_middle(clean(text), _LONGEST)
