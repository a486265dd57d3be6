"""What to do after a request: one table of everything that can come back, or fail to come back, from AWS.

An answer without AWS's request id did not come from AWS, whatever its status, but from a proxy, a captive portal or a
load balancer on the way. It counts as a broken connection (docs/facts.md#request-id).
"""

from enum import StrEnum
from json import JSONDecodeError

from botocore import exceptions as botocore
from botocore.parsers import ResponseParserError

from bot.core.waiting import Trouble


class Verdict(StrEnum):
    REPEAT = "repeat"  # nothing was changed, or it only reads: ask again a few times
    WAIT = "wait"  # AWS did nothing and wants patience: ask again until the deadline
    LOOK_FIRST = "look_first"  # a change may have happened: whoever asked looks before asking again
    FINAL = "final"  # an answer, or something that only a person can fix


THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "KMS.ThrottlingException",
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
# A change of the same thing is still under way; AWS says to try again (docs/facts.md#policy-revision).
BUSY = frozenset({"ConcurrentModificationException", "PolicyChangesInProgressException"})
_BROKEN = frozenset(
    {
        "IDPCommunicationError",
        "InternalError",
        "InternalFailure",
        "InternalServerException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
    }
)

# Nothing left this machine, or nothing arrived: a change did not happen.
_NOT_SENT = (botocore.CapacityNotAvailableError, botocore.ConnectionError)
# Credentials that could not be fetched now. botocore has no class of its own for three ways: "the refreshed credentials
# are still expired" is a RuntimeError, a token file or a program that is not there (yet) is an OSError, and half an
# answer of such a program is a JSONDecodeError.
_NO_CREDENTIALS_NOW = (
    botocore.CredentialRetrievalError,
    botocore.MetadataRetrievalError,
    JSONDecodeError,
    OSError,
    RuntimeError,
)
# The request was sent, and its answer is lost or makes no sense.
_ANSWER_LOST = (
    botocore.ChecksumError,
    botocore.FlexibleChecksumError,
    botocore.HTTPClientError,
    botocore.IncompleteReadError,
    # A handshake, or an answer that broke off: the class does not tell.
    botocore.SSLError,
    ResponseParserError,
)


def of_answer(service: str, status: int, code: str, *, by_aws: bool, reads: bool) -> Verdict:
    """After an answer with this status and error code ("" for none); `by_aws`: with AWS's request id."""
    if not by_aws:
        return _lost(reads)
    if code in THROTTLED or status == 429:
        return Verdict.WAIT
    if is_busy(service, code):
        return Verdict.REPEAT
    return _lost(reads) if status >= 500 or code in _BROKEN else Verdict.FINAL


def of_exception(error: BaseException, *, reads: bool) -> Verdict:
    """After an exception of botocore that is no answer."""
    if isinstance(error, _ANSWER_LOST):
        return Verdict.FINAL if cannot_be_written(error) else _lost(reads)
    return Verdict.REPEAT if isinstance(error, (*_NOT_SENT, *_NO_CREDENTIALS_NOW)) else Verdict.FINAL


def trouble_of(error: BaseException) -> Trouble:
    """What kind of passing trouble an exception is whose verdict is not FINAL."""
    # Some of botocore's broken connections are an OSError, too.
    if isinstance(error, _NO_CREDENTIALS_NOW) and not isinstance(error, (*_NOT_SENT, *_ANSWER_LOST)):
        return Trouble.CREDENTIALS
    return Trouble.STRANGER if isinstance(error, ResponseParserError) else Trouble.SILENT


def is_busy(service: str, code: str) -> bool:
    """Whether AWS says that it is still working on an earlier change."""
    return code in BUSY or (code == "ConflictException" and service == "sso-admin")


def cannot_be_written(error: BaseException) -> bool:
    """Whether Python could not even write the request, for a header with a newline say; botocore wraps that, too."""
    return isinstance(getattr(error, "kwargs", {}).get("error"), (ValueError, TypeError))


def _lost(reads: bool) -> Verdict:
    return Verdict.REPEAT if reads else Verdict.LOOK_FIRST
