"""Asynchronous changes of account assignments and roles: queued per account, finished by the stopwatch."""

import bisect
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime

from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.records import Job, Principal, RolePlace

# AWS publishes 15 outstanding asynchronous calls for CreateAccountAssignment and nothing for the deletion; we assume a
# shared cap. ThrottlingException, because it is about capacity and both operations list it.
MOST_OUTSTANDING = 15
# ProvisionPermissionSet: "3 concurrent calls" (singlesignon userguide, limits). ThrottlingException here too: the model
# keeps ConflictException for a clash with an earlier write, and three different permission sets do not clash. It is
# also what people have seen ("There are too many requests processing", aws-iam-identity-center-extensions#111).
MOST_PROVISIONING = 3
NOBODY: Principal = ("", "")  # the principal of a job that is not about an assignment
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

    def _check_free(self, kind: str, places: tuple[RolePlace, ...], principal: Principal) -> None:
        for job in self._outstanding:
            if job.principal == principal and not set(places).isdisjoint(job.places):
                raise AwsError(
                    "ConflictException",
                    "The request conflicts with an operation on the same target that is still in progress.",
                )
        provisioning = kind == "PROVISIONING"
        alike = sum((job.kind == "PROVISIONING") == provisioning for job in self._outstanding)
        if alike >= (MOST_PROVISIONING if provisioning else MOST_OUTSTANDING):
            raise AwsError("ThrottlingException", "There are too many requests processing. Please try again later.")

    def _free_at(self, places: tuple[RolePlace, ...]) -> float:
        """When the jobs before it in these accounts have ended."""
        accounts = {account_id for account_id, _ in places}
        before = (job for job in self._outstanding if not accounts.isdisjoint(at for at, _ in job.places))
        return max([self._stopwatch(), *(job.ends_at for job in before)])

    def start(
        self,
        kind: str,
        place: RolePlace,
        principal: Principal = NOBODY,
        *,
        places: tuple[RolePlace, ...] | None = None,
        text: str | None = None,
        failure: str | None = None,
        extra_seconds: float = 0.0,
    ) -> Job:
        """A new job, IN_PROGRESS. Give `places` if it changes other roles than the one at `place`.

        Raises AwsError ConflictException if a change is already on its way, ThrottlingException at 15 outstanding
        assignment changes or 3 outstanding provisionings.
        """
        places = (place,) if places is None else places
        self._check_free(kind, places, principal)
        job = Job(
            sequence=len(self._all),
            id=str(uuid.UUID(int=self._random.getrandbits(128), version=4)),
            kind=kind,
            place=place,
            principal=principal,
            created_at=self._now(),
            ends_at=self._free_at(places) + self._random.uniform(*self._seconds) + extra_seconds,
            places=places,
            failure=failure,
            text=text,
        )
        self._all[job.id] = job
        self._listed.append(job)
        self._outstanding.append(job)
        return job

    def due(self) -> list[Job]:
        """The jobs that are due, in the order they end; they are no longer outstanding."""
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
        # Few jobs are running at any time, however many there were.
        jobs = self._outstanding if status == IN_PROGRESS else self._listed
        last = bisect.bisect_left(jobs, before, key=lambda job: job.sequence)
        return (jobs[at] for at in reversed(range(last)) if jobs[at].kind == kind and status in {None, jobs[at].status})

    def busy(self, permission_set_arn: str) -> bool:
        """Whether a job about this permission set is outstanding."""
        return any(job.place[1] == permission_set_arn for job in self._outstanding)

    def provisioning(self, permission_set_arn: str) -> bool:
        return any(job.place[1] == permission_set_arn and job.kind == "PROVISIONING" for job in self._outstanding)

    @property
    def outstanding(self) -> int:
        return len(self._outstanding)
