"""How often, how soon and for how long a request is repeated: the one retry layer's pauses and its end."""

import time
from collections import Counter

import structlog
from tenacity import RetryCallState, wait_random_exponential
from tenacity.stop import stop_base
from tenacity.wait import wait_base

from bot.aws.requests.errors import Failed
from bot.aws.requests.verdicts import Verdict

log = structlog.get_logger(__name__)

# How long a throttled request is repeated before it counts as unanswered, in seconds.
DEADLINE_SECONDS = 120.0
# After this many deadlines in a row, the next ones are shorter by this factor.
DEADLINES_IN_A_ROW, SHORTER = 3, 20
# A request that is repeated for this long is logged, each operation at most this often; in seconds.
TELL_AFTER, TELL_EVERY = 20.0, 60.0
# How often a broken answer or connection is retried; a service that is down stays down for longer than that.
ATTEMPTS_WHEN_BROKEN = 5

_backoff = wait_random_exponential(multiplier=0.5, max=10)


class Pause(wait_base):
    """A random, growing pause, never shorter than AWS asked for. What is repeated for long is logged."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}

    def __call__(self, retry_state: RetryCallState) -> float:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        if not isinstance(error, Failed):
            return _backoff(retry_state)
        self._tell(error, retry_state.seconds_since_start or 0.0)
        return max(error.after_seconds, _backoff(retry_state))

    def _tell(self, error: Failed, waited: float) -> None:
        now, operation = time.monotonic(), error.error.operation
        if waited >= TELL_AFTER and now - self._told.get(operation, -TELL_EVERY) >= TELL_EVERY:
            self._told[operation] = now
            log.warning(
                "aws is asked again and again", operation=operation, why=str(error.error.trouble), seconds=round(waited)
            )


class Stop(stop_base):
    """Throttled requests stop at the deadline, broken ones also after a few attempts.

    An operation that was throttled until its deadline several times in a row gets a short one until it is answered
    again: a scan makes thousands of requests, and must still end.
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
        throttled = isinstance(error, Failed) and error.verdict is Verdict.WAIT
        return not throttled and retry_state.attempt_number >= ATTEMPTS_WHEN_BROKEN
