"""The one door to AWS: sessions, the one retry layer, the limiter of each quota, and what AWS's errors mean here."""

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
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
from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random_exponential
from tenacity.stop import stop_base

from bot.aws.limiter import Limiters
from bot.core.errors import (
    AwsConflict,
    AwsCredentials,
    AwsDenied,
    AwsError,
    AwsNotFound,
    AwsRejected,
    AwsUnavailable,
    DryRunRefused,
)

log = structlog.get_logger(__name__)

# botocore's own retries are off, so that this module's layer is the only one.
_CONFIG = Config(
    retries={"total_max_attempts": 1, "mode": "standard"},
    connect_timeout=5,
    read_timeout=30,
    max_pool_connections=32,
    user_agent_extra="leaverbot",
)

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

# How long a throttled request is repeated before it counts as not answered, in seconds.
DEADLINE_SECONDS = 120.0
# How often a broken answer or connection is tried; a service that is down is down for longer than that.
ATTEMPTS_WHEN_BROKEN = 5

_counter: ContextVar[Counter[str] | None] = ContextVar("aws_calls", default=None)
_counter_lock = threading.Lock()


@contextlib.contextmanager
def counting() -> Iterator[Mapping[str, int]]:
    """Count the requests sent from this context, and from threads that run in a copy of it."""
    counter: Counter[str] = Counter()
    token = _counter.set(counter)
    try:
        yield counter
    finally:
        _counter.reset(token)


@dataclass(frozen=True, slots=True)
class _Retry:
    """Why a failed request may be sent again: `throttled` until the deadline, else a few times."""

    throttled: bool
    after_seconds: float = 0.0


class _Failed(Exception):
    """A request that failed; `error` is what it means here, `retry` whether it may be sent again."""

    def __init__(self, error: AwsError, retry: _Retry | None) -> None:
        super().__init__(str(error))
        self.error, self.retry = error, retry


class Aws:
    """Sends requests to AWS.

    `dry_run`: only operations that read are sent; any other raises DryRunRefused. `region` is None for the one
    that the environment or profile names.
    """

    def __init__(self, *, region: str | None = None, dry_run: bool = False, deadline: float = DEADLINE_SECONDS) -> None:
        self._region, self._dry_run, self._deadline = region, dry_run, deadline
        self._limiters = Limiters()
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, _Failed) and error.retry is not None),
            wait=_wait,
            stop=_Stop(deadline),
            reraise=True,
        )

    @property
    def region(self) -> str:
        """The region that requests go to."""
        return str(self._client("sso-admin").meta.region_name)

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Send one request, and again while that makes sense; AWS's answer without its metadata.

        A request that changes something is only repeated when AWS says that it did nothing (throttled, busy). When
        its answer was lost the outcome is unknown: AwsUnavailable is raised, and the caller looks before asking again.
        Raises any AwsError.
        """
        reads = operation.startswith(("List", "Describe", "Get"))
        if self._dry_run and not reads:
            name = f"{service}.{operation}"
            raise DryRunRefused(f"Dry run: {name} was not sent.", operation=name)
        try:
            return self._retrying.copy()(self._send, service, operation, parameters, reads)
        except _Failed as failed:
            raise failed.error from failed.__cause__

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> Iterator[list[dict[str, Any]]]:
        """The lists under `key`, page after page to the end. Raises any AwsError in the middle."""
        token, seen = None, set()
        while True:
            answer = self.call(service, operation, **parameters, **({"NextToken": token} if token else {}))
            yield answer.get(key, [])
            token = answer.get("NextToken")
            if not token:
                return
            if token in seen:
                raise AwsRejected(
                    f"AWS gave the same page of {service}.{operation} twice, so the list can not be read to its end.",
                    operation=f"{service}.{operation}",
                )
            seen.add(token)

    def _send(self, service: str, operation: str, parameters: dict[str, Any], reads: bool) -> dict[str, Any]:
        name = f"{service}.{operation}"
        try:
            client = self._client(service)
            self._limiters.of(service, operation).acquire()
            _count(name)
            answer: dict[str, Any] = getattr(client, _method(operation))(**parameters)
        except ClientError as error:
            raise _understand(error, name, reads) from error
        except _BROKEN_CONNECTIONS as error:
            unknown = AwsUnavailable(
                f"AWS did not answer {name} ({type(error).__name__}).", operation=name, code=type(error).__name__
            )
            # Nothing was sent when the connection could not be made; else a change may have happened.
            untouched = isinstance(error, (ConnectTimeoutError, EndpointConnectionError))
            raise _Failed(unknown, _Retry(throttled=False) if reads or untouched else None) from error
        except _NO_CREDENTIALS as error:
            raise _Failed(_no_credentials(str(error), name), None) from error
        except NoRegionError as error:
            message = (
                "No AWS region is set. Set AWS_REGION to the region of IAM Identity Center, for example eu-west-1."
            )
            raise _Failed(AwsRejected(message, operation=name), None) from error
        except (BotoCoreError, ValueError) as error:
            # ValueError: an AWS_ENDPOINT_URL that is no address.
            message = f"{name} could not be sent: {_short(str(error))}"
            raise _Failed(AwsRejected(message, operation=name, code=type(error).__name__), None) from error
        answer.pop("ResponseMetadata", None)
        return answer

    def _client(self, service: str) -> Any:
        with self._lock:
            if service not in self._clients:
                session = boto3.session.Session(region_name=self._region)
                # The name of the service is ours and one of four; the stubs want a literal.
                self._clients[service] = session.client(service, config=_CONFIG)  # type: ignore[call-overload]
            return self._clients[service]


def _understand(error: ClientError, name: str, reads: bool) -> _Failed:
    details: dict[str, Any] = dict(error.response.get("Error", {}))
    answer: dict[str, Any] = dict(error.response)
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    code, said = str(details.get("Code", "")), _short(str(details.get("Message", "")))
    if code in _THROTTLED or status == 429:
        failed = AwsUnavailable(f"AWS throttled {name} for too long.", operation=name, code=code)
        return _Failed(failed, _Retry(throttled=True, after_seconds=_retry_after(answer)))
    if code in _BUSY or (code == "ConflictException" and name.startswith("sso-admin.")):
        busy = AwsConflict(f"AWS is busy with another change ({name}): {said}", operation=name, code=code)
        return _Failed(busy, _Retry(throttled=False))
    if code in _CREDENTIALS:
        return _Failed(_no_credentials(said, name, code), None)
    if code in _DENIED:
        message = f"AWS denied {name} to leaverbot's identity: {said}"
        return _Failed(AwsDenied(message, operation=name, code=code), None)
    if code in _NOT_FOUND:
        return _Failed(AwsNotFound(f"AWS does not find it ({name}): {said}", operation=name, code=code), None)
    if code == "ConflictException":
        message = f"It was changed by somebody else in the meantime ({name}): {said}"
        return _Failed(AwsConflict(message, operation=name, code=code), None)
    if status >= 500 or code in {"InternalServerException", "ServiceException", "InternalFailure"}:
        broken = AwsUnavailable(
            f"AWS answered {name} with an internal error ({code or status}).", operation=name, code=code
        )
        return _Failed(broken, _Retry(throttled=False) if reads else None)
    return _Failed(AwsRejected(f"AWS rejected {name} ({code}): {said}", operation=name, code=code), None)


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


_backoff = wait_random_exponential(multiplier=0.5, max=10)


def _wait(state: RetryCallState) -> float:
    """A random, growing pause, never shorter than AWS asked for."""
    asked = 0.0
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _Failed) and error.retry:
        asked = error.retry.after_seconds
        log.debug("aws request is repeated", operation=error.error.operation, code=error.error.code)
    return max(asked, _backoff(state))


class _Stop(stop_base):
    """Throttled requests stop at the deadline; broken ones after a few attempts, too."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    def __call__(self, retry_state: RetryCallState) -> bool:
        if (retry_state.seconds_since_start or 0.0) + retry_state.upcoming_sleep >= self._deadline:
            return True
        error = retry_state.outcome.exception() if retry_state.outcome else None
        throttled = isinstance(error, _Failed) and error.retry is not None and error.retry.throttled
        return not throttled and retry_state.attempt_number >= ATTEMPTS_WHEN_BROKEN


def _count(name: str) -> None:
    counter = _counter.get()
    if counter is not None:
        with _counter_lock:
            counter[name] += 1


def _method(operation: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")


def _short(text: str, limit: int = 300) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
