"""The one door to AWS: the session, the one retry layer, the limiter of each quota."""

import contextlib
import os
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any

import boto3
import structlog
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random_exponential
from tenacity.stop import stop_base

from bot.aws.answers import NO_SUCH_SERVICE, Failed, Sent, understand
from bot.aws.limiter import Limiter, Limiters
from bot.core.errors import AwsRejected, AwsUnavailable, DryRunRefused

log = structlog.get_logger(__name__)

# botocore's own retries are off, so that this module's layer is the only one.
_CONFIG = Config(
    retries={"total_max_attempts": 1, "mode": "standard"},
    connect_timeout=5,
    read_timeout=30,
    max_pool_connections=32,
    user_agent_extra="leaverbot",
)

# How the operations that change nothing begin.
_READS = ("List", "Describe", "Get", "Lookup")
# How long a throttled request is repeated before it counts as not answered, in seconds.
DEADLINE_SECONDS = 120.0
# After so many deadlines in a row the next ones are shorter, by this factor.
DEADLINES_IN_A_ROW, SHORTER = 3, 20
# How often a broken answer or connection is tried; a service that is down is down for longer than that.
ATTEMPTS_WHEN_BROKEN = 5

_background: ContextVar[Counter[str] | None] = ContextVar("aws_background", default=None)
_counter_lock = threading.Lock()


@contextlib.contextmanager
def background() -> Iterator[Mapping[str, int]]:
    """Requests of this context, and of threads that run in a copy of it, can wait for others; they are counted."""
    counter: Counter[str] = Counter()
    token = _background.set(counter)
    try:
        yield counter
    finally:
        _background.reset(token)


class Aws:
    """Sends requests to AWS.

    `dry_run`: only operations that read are sent; any other raises DryRunRefused. `region` is None for the one
    that the environment or profile names.
    """

    def __init__(self, *, region: str | None = None, dry_run: bool = False, deadline: float = DEADLINE_SECONDS) -> None:
        self._region, self._dry_run = region, dry_run
        self._limiters = Limiters()
        self._session: boto3.session.Session | None = None
        self._clients: dict[tuple[str, str | None], Any] = {}
        self._lock = threading.Lock()
        # The (service, region) that have answered.
        self._answered: set[tuple[str, str]] = set()
        self._stop = _Stop(deadline)
        self._retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, Failed) and error.retry is not None),
            wait=_wait,
            stop=self._stop,
            reraise=True,
        )

    @property
    def region(self) -> str:
        """The region that requests go to; "" when none is set, and then no request can be sent."""
        with self._lock:
            return self._region or self._opened().region_name or ""

    def move(self, region: str) -> None:
        """From now on, requests go to this region. Those under way end where they began."""
        with self._lock:
            self._region = region
            before, self._clients = self._clients, {}
        for client in before.values():
            client.close()

    def call(self, service: str, operation: str, *, region: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Send one request, and again while that makes sense; AWS's answer without its metadata.

        `region` is for a request to another region than the others. A request that changes something is only repeated
        when AWS says that it did nothing (throttled, busy). When its answer was lost the outcome is unknown:
        AwsUnavailable is raised, and the caller looks before asking again. Raises any AwsError; AwsRejected with the
        code "NoSuchService" when the region does not have the service.
        """
        return self._call(service, operation, region, parameters, None)

    def call_within(self, patience: float, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """As `call`, but throttling is waited for no longer than this, in seconds: somebody else waits behind it."""
        return self._call(service, operation, None, parameters, patience)

    def _call(
        self, service: str, operation: str, region: str | None, parameters: dict[str, Any], patience: float | None
    ) -> dict[str, Any]:
        if self._dry_run and not operation.startswith(_READS):
            name = f"{service}.{operation}"
            raise DryRunRefused(f"Dry run: {name} was not sent.", operation=name)
        try:
            # tenacity keeps the state of a call for each thread; no copy is needed, as calls are not nested.
            answer = self._retrying(self._send, service, operation, region, parameters, patience)
        except Failed as failed:
            if failed.retry and failed.retry.throttled and patience is None:
                self._stop.note_deadline(service, operation)
            raise failed.error from failed.__cause__
        self._stop.note_answer(service, operation)
        return answer

    def pages(
        self,
        service: str,
        operation: str,
        key: str,
        token: str = "NextToken",  # noqa: S107 - the name of a parameter, no secret
        **parameters: Any,
    ) -> Iterator[list[dict[str, Any]]]:
        """The lists under `key`, page after page to the end. Raises any AwsError in the middle.

        `token` is what the service calls the place to go on from. `parameters` may have a `region`, as for `call`.
        """
        place, seen = None, set()
        while True:
            answer = self.call(service, operation, **parameters, **({token: place} if place else {}))
            yield answer.get(key, [])
            place = answer.get(token)
            if not place:
                return
            if place in seen:
                raise AwsRejected(
                    f"AWS gave the same page of {service}.{operation} twice, so the list can not be read to its end.",
                    operation=f"{service}.{operation}",
                )
            seen.add(place)

    def _send(
        self, service: str, operation: str, region: str | None, parameters: dict[str, Any], _patience: float | None
    ) -> dict[str, Any]:
        limiter: Limiter | None = None
        where = region or ""
        try:
            client = self._client(service, region)
            where = client.meta.region_name
            limiter = self._limiters.of(service, operation, where)
            limiter.acquire(can_wait=_background.get() is not None)
            _count(f"{service}.{operation}")
            answer: dict[str, Any] = getattr(client, xform_name(operation))(**parameters)
        except (BotoCoreError, ClientError, ValueError) as error:
            # ValueError: an AWS_ENDPOINT_URL that is no address.
            reads, answered = operation.startswith(_READS), (service, where) in self._answered
            failed = understand(error, Sent(service, operation, where, reads, answered))
            if limiter and failed.retry and failed.retry.throttled:
                limiter.throttled()
            if isinstance(error, ClientError) and failed.error.code != NO_SUCH_SERVICE:
                self._answered.add((service, where))
            raise failed from error
        if not answer.pop("ResponseMetadata", {}).get("RequestId"):
            # botocore reads any page with status 200, a proxy's for example, as an answer in which nothing is listed.
            message = f"What answered {service}.{operation} was not AWS: it gave no request id."
            raise Failed(AwsUnavailable(message, operation=f"{service}.{operation}"))
        self._answered.add((service, where))
        return answer

    def _client(self, service: str, region: str | None = None) -> Any:
        """The client for the service, made at its first use."""
        with self._lock:
            where = region or self._region or self._opened().region_name
            client = self._clients.get((service, where))
            if client is None:
                # The name of the service is ours and one of six; the stubs want a literal.
                make: Any = self._opened().client
                client = self._clients[service, where] = make(service, region_name=where, config=_CONFIG)
            return client

    def _opened(self) -> boto3.session.Session:
        """The one session: each reads AWS's lists of regions and endpoints for itself, megabytes of them.

        The caller holds the lock, because a session is not made for several threads.
        """
        if self._session is None:
            # botocore reads AWS_DEFAULT_REGION only; AWS's command line and other SDKs read AWS_REGION, and first.
            self._session = boto3.session.Session(region_name=os.environ.get("AWS_REGION") or None)
        return self._session


_backoff = wait_random_exponential(multiplier=0.5, max=10)


def _wait(state: RetryCallState) -> float:
    """A random, growing pause, never shorter than AWS asked for."""
    asked = 0.0
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, Failed) and error.retry:
        asked = error.retry.after_seconds
        log.debug("aws request is repeated", operation=error.error.operation, code=error.error.code)
    return max(asked, _backoff(state))


class _Stop(stop_base):
    """Throttled requests stop at the deadline; broken ones after a few attempts, too.

    An operation that was throttled to its deadline several times in a row gets a short one, until it is answered
    again: a scan asks thousands of times, and must end all the same.
    """

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._in_a_row: Counter[tuple[str, str]] = Counter()

    def note_deadline(self, service: str, operation: str) -> None:
        self._in_a_row[service, operation] += 1

    def note_answer(self, service: str, operation: str) -> None:
        self._in_a_row.pop((service, operation), None)

    def __call__(self, retry_state: RetryCallState) -> bool:
        hopeless = self._in_a_row[retry_state.args[0], retry_state.args[1]] >= DEADLINES_IN_A_ROW
        deadline = self._deadline / SHORTER if hopeless else self._deadline
        patience = retry_state.args[4]
        deadline = deadline if patience is None else min(deadline, patience)
        if (retry_state.seconds_since_start or 0.0) + retry_state.upcoming_sleep >= deadline:
            return True
        error = retry_state.outcome.exception() if retry_state.outcome else None
        throttled = isinstance(error, Failed) and error.retry is not None and error.retry.throttled
        return not throttled and retry_state.attempt_number >= ATTEMPTS_WHEN_BROKEN


def _count(name: str) -> None:
    counter = _background.get()
    if counter is not None:
        with _counter_lock:
            counter[name] += 1
