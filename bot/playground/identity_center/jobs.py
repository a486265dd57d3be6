"""Asynchronous creations and deletions of account assignments: queued per account, settled by the stopwatch."""

import bisect
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime

from bot.playground.identity_center.errors import AwsError
from bot.playground.identity_center.records import Job, Place, Principal

# AWS publishes 15 outstanding asynchronous calls for CreateAccountAssignment and nothing for the deletion; the
# cap is taken to be shared. ThrottlingException, because it is a matter of capacity and both operations name it.
MOST_OUTSTANDING = 15
IN_PROGRESS, SUCCEEDED, FAILED = "IN_PROGRESS", "SUCCEEDED", "FAILED"


class Jobs:
    """The jobs of one instance. One role is updated at a time per account: jobs of one account follow one another."""

    def __init__(
        self, seed: int, seconds: tuple[float, float], stopwatch: Callable[[], float], now: Callable[[], datetime]
    ) -> None:
        self._random = random.Random(seed)
        self._seconds = seconds
        self._stopwatch = stopwatch
        self._now = now
        self._all: dict[str, Job] = {}
        self._listed: list[Job] = []
        self._outstanding: list[Job] = []

    def start(
        self, kind: str, place: Place, principal: Principal, *, failure: str | None = None, extra_seconds: float = 0.0
    ) -> Job:
        """A new job, IN_PROGRESS.

        Raises AwsError ConflictException for a change already on its way, ThrottlingException at 15 outstanding.
        """
        for job in self._outstanding:
            if job.place == place and job.principal == principal:
                raise AwsError(
                    "ConflictException",
                    "The request conflicts with an operation on the same assignment that is still in progress.",
                )
        if len(self._outstanding) >= MOST_OUTSTANDING:
            raise AwsError("ThrottlingException", "Too many outstanding asynchronous requests.")
        clock = self._stopwatch()
        begins = max([clock, *(job.ends_at for job in self._outstanding if job.place[0] == place[0])])
        job = Job(
            sequence=len(self._all),
            id=str(uuid.UUID(int=self._random.getrandbits(128), version=4)),
            kind=kind,
            place=place,
            principal=principal,
            created_at=self._now(),
            ends_at=begins + self._random.uniform(*self._seconds) + extra_seconds,
            failure=failure,
        )
        self._all[job.id] = job
        self._listed.append(job)
        self._outstanding.append(job)
        return job

    def due(self) -> list[Job]:
        """Jobs whose time has come, in the order they end; they are no longer outstanding."""
        if not self._outstanding:
            return []
        clock = self._stopwatch()
        done = sorted((job for job in self._outstanding if job.ends_at <= clock), key=lambda job: job.ends_at)
        if done:
            self._outstanding = [job for job in self._outstanding if job.ends_at > clock]
        return done

    def find(self, kind: str, job_id: str) -> Job | None:
        job = self._all.get(job_id)
        return job if job is not None and job.kind == kind else None

    def newest_first(self, kind: str, status: str | None, *, before: int) -> Iterator[Job]:
        """The jobs of a kind with this status (None: any) whose number is lower than `before`."""
        # Those under way are few, however many there were.
        jobs = self._outstanding if status == IN_PROGRESS else self._listed
        last = bisect.bisect_left(jobs, before, key=lambda job: job.sequence)
        return (jobs[at] for at in reversed(range(last)) if jobs[at].kind == kind and status in {None, jobs[at].status})

    @property
    def outstanding(self) -> int:
        return len(self._outstanding)
