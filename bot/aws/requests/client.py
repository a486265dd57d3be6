"""The one way to AWS: the session, the one retry layer, a limiter for each quota."""

import contextlib
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any

import boto3
import structlog
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from botocore.parsers import ResponseParserError
from tenacity import Retrying, retry_if_exception

from bot.aws.requests import waits
from bot.aws.requests.credentials import check_environment
from bot.aws.requests.errors import NO_SUCH_SERVICE, NOT_AWS, Failed, Sent, from_a_stranger, understand
from bot.aws.requests.limiter import Limiter, Limiters
from bot.aws.requests.retry import DEADLINE_SECONDS, Pause, Stop
from bot.aws.requests.verdicts import Verdict, cannot_be_written
from bot.core.errors import AwsRejected, DryRunRefused
from bot.core.waiting import Trouble

log = structlog.get_logger(__name__)

# botocore's own retries are off, so that this module's layer is the only one.
_CONFIG = Config(
    retries={"total_max_attempts": 1, "mode": "standard"},
    connect_timeout=5,
    read_timeout=30,
    max_pool_connections=32,
    user_agent_extra="leaverbot",
)

# What the names of operations that change nothing begin with.
_READS = ("List", "Describe", "Get", "Lookup")
# They change nothing but leaverbot's own queue, and doing them twice is harmless, so they count as reads.
_OWN_QUEUE = frozenset({("sqs", "ReceiveMessage"), ("sqs", "DeleteMessageBatch")})
_background: ContextVar[Counter[str] | None] = ContextVar("aws_background", default=None)
_counter_lock = threading.Lock()


@contextlib.contextmanager
def background() -> Iterator[Mapping[str, int]]:
    """Requests of this context, and of threads that run in a copy of it, let others go first, and are counted."""
    counter: Counter[str] = Counter()
    token = _background.set(counter)
    try:
        yield counter
    finally:
        _background.reset(token)


class Aws:
    """Sends requests to AWS.

    `dry_run`: only operations that read are sent, and those that take messages from leaverbot's own queue; any other
    raises DryRunRefused. `region` is None for the one that the environment or profile names. `may_change` is asked
    right before each request that changes something is sent, repeated ones too, and raises an error if it must not be.
    """

    def __init__(
        self,
        *,
        region: str | None = None,
        dry_run: bool = False,
        may_change: Callable[[], None] = lambda: None,
        deadline: float = DEADLINE_SECONDS,
    ) -> None:
        self._region, self._dry_run, self._may_change = region, dry_run, may_change
        self._limiters = Limiters()
        self._session: boto3.session.Session | None = None
        self._clients: dict[tuple[str, str | None], Any] = {}
        self._lock = threading.Lock()
        # The (service, region) that have answered.
        self._answered: set[tuple[str, str]] = set()
        self._stop = Stop(deadline)
        self._retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, Failed) and error.again),
            wait=Pause(),
            stop=self._stop,
            reraise=True,
        )

    @property
    def region(self) -> str:
        """The region that requests go to; "" when none is set, so that no request can be sent."""
        with self._lock:
            return self._region or self._opened().region_name or ""

    def move(self, region: str) -> None:
        """Send requests to this region from now on. Those under way end where they began."""
        with self._lock:
            self._region = region
            before, self._clients = self._clients, {}
        for client in before.values():
            client.close()

    def call(self, service: str, operation: str, *, region: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Send one request, and repeat it while that makes sense; AWS's answer without its metadata.

        `region`: for a request to a different region. A request that changes something is only repeated
        when nothing was changed by it (throttled, busy, not sent). When its answer was lost the outcome is unknown:
        AwsUnavailable is raised, and the caller looks before asking again. Raises any AwsError; AwsRejected with the
        code "NoSuchService" when the region does not have the service.
        """
        return self._call(service, operation, region, parameters, None)

    def call_within(
        self, patience: float, service: str, operation: str, *, region: str | None = None, **parameters: Any
    ) -> dict[str, Any]:
        """Like `call`, but retry for at most `patience` seconds, because others wait for this request."""
        return self._call(service, operation, region, parameters, patience)

    def _call(
        self, service: str, operation: str, region: str | None, parameters: dict[str, Any], patience: float | None
    ) -> dict[str, Any]:
        if self._dry_run and not _reads(service, operation):
            name = f"{service}.{operation}"
            raise DryRunRefused(f"Dry run: {name} was not sent.", operation=name)
        try:
            # tenacity keeps the state of a call per thread; no copy is needed, as calls are not nested.
            answer = self._retrying(self._send, service, operation, region, parameters, patience)
        except Failed as failed:
            if failed.verdict is Verdict.WAIT and patience is None:
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

        `token`: what the service calls the place to continue from. `parameters` may have a `region`, as for `call`.
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
                    f"AWS gave the same page of {service}.{operation} twice, so the list cannot be read to its end.",
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
            if not _reads(service, operation):
                self._may_change()
            _count(f"{service}.{operation}")
            answer = _ask(client, operation, parameters)
        except (BotoCoreError, ClientError, OSError, ResponseParserError, RuntimeError, ValueError) as error:
            # ResponseParserError, OSError and RuntimeError: botocore's own trees leave them out (`verdicts`).
            # ValueError: an AWS_ENDPOINT_URL that is no address.
            failed = understand(error, self._sent(service, operation, where))
            self._note(failed, error, limiter, service, where)
            # The error of a request that could not be written holds the request, credentials and all.
            raise failed from (None if cannot_be_written(error) else error)
        about = answer.pop("ResponseMetadata", {})
        if not about.get("RequestId"):
            # botocore takes any page with status 200, a proxy's for example, for an answer that lists nothing.
            waits.failed(Trouble.STRANGER)
            raise from_a_stranger(self._sent(service, operation, where), int(about.get("HTTPStatusCode", 0)))
        waits.answered()
        self._answered.add((service, where))
        return answer

    def _sent(self, service: str, operation: str, where: str) -> Sent:
        return Sent(service, operation, where, _reads(service, operation), (service, where) in self._answered)

    def _note(self, failed: Failed, error: Exception, limiter: Limiter | None, service: str, where: str) -> None:
        """Learn from a request that failed."""
        if failed.error.trouble:
            waits.failed(failed.error.trouble)
        else:
            waits.answered()
        if limiter and failed.verdict is Verdict.WAIT:
            limiter.throttled()
        by_aws = isinstance(error, ClientError) and failed.error.code not in {NO_SUCH_SERVICE, NOT_AWS}
        if by_aws and failed.error.operation.startswith(f"{service}."):
            self._answered.add((service, where))
        if isinstance(error, NoCredentialsError):
            # A client remembers for good that there were none when it was created; the machine may get a role later.
            self._forget(service, where)

    def _forget(self, service: str, where: str) -> None:
        with self._lock:
            client = self._clients.pop((service, where), None)
        if client is not None:
            client.close()

    def _client(self, service: str, region: str | None = None) -> Any:
        """The client for the service, created when first used."""
        with self._lock:
            where = region or self._region or self._opened().region_name
            client = self._clients.get((service, where))
            if client is None:
                # The name of the service is one of ours; the stubs want a literal.
                make: Any = self._opened().client
                client = self._clients[service, where] = make(service, region_name=where, config=_CONFIG)
            return client

    def open_client(self, service: str, config: Config) -> Any:
        """A separate client in the region that requests go to; the caller closes it."""
        with self._lock:
            make: Any = self._opened().client
            return make(service, region_name=self._region or self._opened().region_name, config=config)

    def _opened(self) -> boto3.session.Session:
        """The one session: each reads AWS's lists of regions and endpoints for itself, megabytes of them.

        The caller holds the lock, because sessions are not thread-safe.
        """
        if self._session is None:
            check_environment()
            # botocore reads AWS_DEFAULT_REGION only; AWS's command line and other SDKs read AWS_REGION, and first.
            self._session = boto3.session.Session(region_name=os.environ.get("AWS_REGION") or None)
        return self._session


def _reads(service: str, operation: str) -> bool:
    return operation.startswith(_READS) or (service, operation) in _OWN_QUEUE


def _ask(client: Any, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """The answer as botocore reads it; on some pages that are not from AWS it fails with no error of its own."""
    try:
        answer: dict[str, Any] = getattr(client, xform_name(operation))(**parameters)
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise ResponseParserError(f"The answer cannot be read: {error!r}") from error
    return answer


def _count(name: str) -> None:
    counter = _background.get()
    if counter is not None:
        with _counter_lock:
            counter[name] += 1
