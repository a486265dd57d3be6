"""Looking up asynchronous requests: one by its id, or all of a kind."""

from collections.abc import Iterator

from bot.playground.identity_center.operations.call import Answer, Call
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.records import Job


def find_job(call: Call, kind: str, job_id: str) -> Job:
    """Raises AwsError ResourceNotFoundException for an unknown request or one of another kind."""
    job = call.org.jobs.find(kind, job_id)
    if job is None:
        raise AwsError("ResourceNotFoundException", f"Request {job_id} not found.")
    return job


def newest_first(call: Call, kind: str, member: str) -> Answer:
    """Newest first, and only what the model has, which does not include what a request was about."""
    wanted = call.parameters.get("Filter", {}).get("Status")
    # Newest first means descending numbers; the token counts upwards from the far end, so that new jobs
    # in front of the list do not shift the pages.
    far_end = 2**62

    def older(number: int) -> Iterator[Job]:
        return call.org.jobs.newest_first(kind, wanted, before=far_end - number)

    found, more = call.page(older, lambda job: far_end - job.sequence)
    return {
        member: [
            {"Status": job.status, "RequestId": job.id, "CreatedDate": round(job.created_at.timestamp(), 3)}
            for job in found
        ],
        **more,
    }
