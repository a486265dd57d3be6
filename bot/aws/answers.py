"""What AWS's errors mean here, and whether a request that failed may be sent again."""

import functools
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from bot.core.errors import (
    AwsConflict,
    AwsCredentials,
    AwsDenied,
    AwsError,
    AwsNotFound,
    AwsRejected,
    AwsUnavailable,
)

T = TypeVar("T")

# The code of the AwsRejected for a service that AWS does not have in a region.
NO_SUCH_SERVICE = "NoSuchService"

_THROTTLED = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "ThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "SlowDown",
        "PriorRequestNotComplete",
    }
)
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
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"})
# A change of the same thing is still under way; AWS recommends to try again with backoff (facts 2.4).
_BUSY = frozenset({"ConcurrentModificationException", "PolicyChangesInProgressException"})
_NOT_FOUND = frozenset(
    {
        "ResourceNotFoundException",
        "PolicyNotFoundException",
        "TargetNotFoundException",
        "AccountNotFoundException",
        "ChildNotFoundException",
    }
)
_BROKEN = frozenset({"InternalServerException", "ServiceException", "InternalFailure"})
_BROKEN_CONNECTIONS = (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
)
_NO_CREDENTIALS = (
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
# Services that AWS may answer for without having them in the region.
_NOT_EVERYWHERE = frozenset({"account-access"})


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


@dataclass(frozen=True, slots=True)
class Retry:
    """Why a failed request may be sent again: `throttled` until the deadline, else a few times."""

    throttled: bool
    after_seconds: float = 0.0


class Failed(Exception):
    """A request that failed; `error` is what it means here, `retry` whether it may be sent again."""

    def __init__(self, error: AwsError, retry: Retry | None = None) -> None:
        super().__init__(str(error))
        self.error, self.retry = error, retry


def understood(convert: Callable[[Mapping[str, Any]], T]) -> Callable[[Mapping[str, Any]], T]:
    """The conversion of an item that AWS listed; one that lacks what it needs is an AwsRejected, and not skipped."""

    @functools.wraps(convert)
    def converted(item: Mapping[str, Any]) -> T:
        try:
            return convert(item)
        except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
            raise AwsRejected(f"AWS's answer can not be understood ({type(error).__name__}: {error}).") from error

    return converted


def contradiction(service: str, operation: str, what: str) -> AwsUnavailable:
    """For a "not found" about somebody or something that is there: it does not mean "nothing"."""
    return AwsUnavailable(
        f"AWS contradicts itself: the {what} is there, but {operation} does not find it.",
        operation=f"{service}.{operation}",
        code="ResourceNotFoundException",
    )


def understand(error: Exception, sent: Sent) -> Failed:
    """What botocore's `error` for this request means."""
    if isinstance(error, ClientError):
        return _answered(error, sent)
    if isinstance(error, _BROKEN_CONNECTIONS):
        return _unanswered(error, sent)
    if isinstance(error, _NO_CREDENTIALS):
        return Failed(_no_credentials(str(error), sent.name))
    if isinstance(error, NoRegionError):
        message = "No AWS region is set. Set AWS_REGION to the region of IAM Identity Center, for example eu-west-1."
        return Failed(AwsRejected(message, operation=sent.name))
    message = f"{sent.name} could not be sent: {_short(str(error))}"
    return Failed(AwsRejected(message, operation=sent.name, code=type(error).__name__))


def _answered(error: ClientError, sent: Sent) -> Failed:
    answer: dict[str, Any] = dict(error.response)
    details: dict[str, Any] = answer.get("Error", {})
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    code, said, name = str(details.get("Code", "")), _short(str(details.get("Message", ""))), sent.name
    if code in _THROTTLED or status == 429:
        failed = AwsUnavailable(f"AWS throttled {name} for too long.", operation=name, code=code)
        return Failed(failed, Retry(throttled=True, after_seconds=_retry_after(answer)))
    if code in _BUSY or (code == "ConflictException" and sent.service == "sso-admin"):
        busy = AwsConflict(f"AWS is busy with another change ({name}): {said}", operation=name, code=code)
        return Failed(busy, Retry(throttled=False))
    if code in _CREDENTIALS:
        return Failed(_no_credentials(said, name, code))
    if code in _DENIED:
        return Failed(AwsDenied(f"AWS denied {name} to leaverbot's identity: {said}", operation=name, code=code))
    if code in _NOT_FOUND:
        return Failed(AwsNotFound(f"AWS does not find it ({name}): {said}", operation=name, code=code))
    if code == "ConflictException":
        message = f"It was changed by somebody else in the meantime ({name}): {said}"
        return Failed(AwsConflict(message, operation=name, code=code))
    if status >= 500 or code in _BROKEN:
        message = f"AWS answered {name} with an internal error ({code or status})."
        broken = AwsUnavailable(message, operation=name, code=code)
        return Failed(broken, Retry(throttled=False) if sent.reads else None)
    if _is_absent(code, status, answer, sent):
        return _no_such_service(sent)
    return Failed(AwsRejected(f"AWS rejected {name} ({code}): {said}", operation=name, code=code))


def _unanswered(error: Exception, sent: Sent) -> Failed:
    # A service that has answered before is there: then the trouble is the DNS server's, as it is when a service that
    # every region has seems to have no address.
    if sent.service in _NOT_EVERYWHERE and _has_no_address(error) and not sent.answered:
        return _no_such_service(sent)
    kind = type(error).__name__
    unknown = AwsUnavailable(f"AWS did not answer {sent.name} ({kind}).", operation=sent.name, code=kind)
    # Nothing was sent when the connection could not be made; else a change may have happened.
    untouched = isinstance(error, (ConnectTimeoutError, EndpointConnectionError))
    return Failed(unknown, Retry(throttled=False) if sent.reads or untouched else None)


def _is_absent(code: str, status: int, answer: Mapping[str, Any], sent: Sent) -> bool:
    """Whether AWS itself, not a proxy on the way, says that there is no such service."""
    by_aws = bool(answer.get("ResponseMetadata", {}).get("RequestId"))
    unheard_of = code == "UnknownOperationException" or status == 404
    return sent.service in _NOT_EVERYWHERE and not sent.answered and by_aws and unheard_of


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
    return Failed(AwsRejected(message, operation=sent.name, code=NO_SUCH_SERVICE))


def _no_credentials(said: str, name: str, code: str = "") -> AwsCredentials:
    return AwsCredentials(
        f"AWS does not accept the credentials ({_short(said)}). Check AWS_PROFILE, AWS_ACCESS_KEY_ID or the role, "
        "and sign in again if they have expired.",
        operation=name,
        code=code,
    )


def _retry_after(answer: Mapping[str, Any]) -> float:
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    asked = answer.get("RetryAfterSeconds") or headers.get("retry-after") or 0
    try:
        return max(0.0, float(asked))
    except (TypeError, ValueError):
        return 0.0


def _short(text: str, limit: int = 300) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
