"""One door to Microsoft: one HTTP client, and one retry layer over it."""

import math
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential
from tenacity.stop import stop_base

from bot.core.directory.source import Unseen
from bot.entra.errors import NoAnswerError, PassingError

T = TypeVar("T")
# In seconds: for one answer at most, however much time is left for all of them.
ONE_ANSWER = 10.0
# In bytes, unpacked: a page of 999 accounts is a tenth of that.
LONGEST_ANSWER = 10_000_000
ATTEMPTS = 4
# What may be answered differently a moment later: docs/facts.md#graph-throttling, and errors of a server.
_PASSING = {429, 500, 502, 503, 504}
_PACKING = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_backoff = wait_random_exponential(multiplier=0.5, max=8)


class Deadline:
    """A time by which all must be answered."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """How many seconds are left. Raises NoAnswerError when none are."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise NoAnswerError(Unseen.TOO_SLOW)
        return left

    def allows(self, seconds: float) -> bool:
        """Whether so many seconds may still pass before the next request."""
        return time.monotonic() + seconds < self._at


class Door:
    """Sends requests to the two addresses in the settings, and to no other. Redirects are not followed.

    Certificates are checked against those of certifi, or against the file that SSL_CERT_FILE names.
    """

    def __init__(self, *addresses: str) -> None:
        self._origins = {_origin(address) for address in addresses}
        self._client = httpx.Client(follow_redirects=False)

    def send(self, deadline: Deadline, method: str, url: str, **more: Any) -> httpx.Response:
        """The answer, whatever its status, unless it is one of those that pass. Raises NoAnswerError."""
        if _origin(url) not in self._origins:
            raise NoAnswerError(Unseen.UNREADABLE, "An answer leads to another host, which is not asked.")
        seconds = min(deadline.left, ONE_ANSWER)
        try:
            with self._client.stream(method, url, timeout=seconds, **more) as coming:
                answer = _whole(coming, Deadline(seconds))
        except httpx.TransportError as error:
            raise PassingError(Unseen.UNAVAILABLE, _in_words(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoAnswerError(Unseen.UNREADABLE, type(error).__name__) from error
        if answer.status_code in _PASSING:
            why = Unseen.THROTTLED if answer.status_code == httpx.codes.TOO_MANY_REQUESTS else Unseen.UNAVAILABLE
            raise PassingError(why, f"HTTP {answer.status_code}", _seconds(answer.headers.get("Retry-After", "")))
        return answer

    def close(self) -> None:
        self._client.close()


def _whole(coming: httpx.Response, deadline: Deadline) -> httpx.Response:
    """The answer with its body. httpx limits only the wait for the next bytes, so one that trickles would never end.
    Raises NoAnswerError.
    """
    body = bytearray()
    for some in coming.iter_bytes():
        body += some
        if len(body) > LONGEST_ANSWER:
            raise NoAnswerError(Unseen.UNREADABLE, "The answer is too long.")
        _ = deadline.left
    # The body is unpacked, so what says how it was packed is left out.
    headers = {name: value for name, value in coming.headers.items() if name not in _PACKING}
    return httpx.Response(coming.status_code, headers=headers, content=bytes(body), request=coming.request)


def patiently(deadline: Deadline, ask: Callable[[], T]) -> T:
    """What `ask` returns, asked again after PassingError: four times at most, never before Microsoft says, and not when
    the next time would be too late. Raises NoAnswerError.
    """
    retrying = Retrying(
        retry=retry_if_exception_type(PassingError),
        wait=_pause,
        stop=stop_after_attempt(ATTEMPTS) | _TooLate(deadline),
        reraise=True,
    )
    return retrying(ask)


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return max(_backoff(state), error.after if isinstance(error, PassingError) else 0.0)


class _TooLate(stop_base):
    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def __call__(self, retry_state: RetryCallState) -> bool:
        return not self._deadline.allows(retry_state.upcoming_sleep)


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else None)
    except ValueError:
        return "", "", None


def _seconds(retry_after: str) -> float:
    """The header Retry-After, which Microsoft gives in seconds; 0 for anything else."""
    try:
        seconds = float(retry_after)
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0


def _in_words(error: httpx.TransportError) -> str:
    """What broke, without the address, which stands in the settings."""
    if isinstance(error, httpx.TimeoutException):
        return "No answer in time."
    return str(error) or type(error).__name__
