"""The errors the endpoint returns, in AWS's own shape."""

from typing import Any

# Errors any AWS service may return, although no service model lists them.
COMMON = {
    "AccessDeniedException": 400,
    "ExpiredTokenException": 400,
    "IncompleteSignature": 400,
    "InternalFailure": 500,
    "InvalidSignatureException": 400,
    "MissingAuthenticationTokenException": 400,
    "OptInRequired": 403,
    "RequestEntityTooLargeException": 413,
    "SerializationException": 400,
    "ServiceUnavailableException": 503,
    "ThrottlingException": 400,
    "UnknownOperationException": 400,
    "UnrecognizedClientException": 400,
    "ValidationException": 400,
}
# A bad signature gets 403 from services that speak REST and 400 from those that speak awsJson.
UNAUTHENTICATED = {
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
}
SERVER_ERRORS = {"InternalServerException", "InternalFailure", "ServiceException"}  # the models' faults: HTTP 500


class AwsError(Exception):
    """An error response: its code, its message and the members its model has.

    `complaint` is True if the caller broke the service's contract (unknown operation or parameter, a value out of
    bounds, a bad signature). Such calls are never right, so tests can insist that there are none.
    """

    def __init__(self, code: str, message: str, *, complaint: bool = False, **members: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.complaint = complaint
        self.members = members

    @property
    def http_status(self) -> int:
        if self.code in SERVER_ERRORS:
            return 500
        return COMMON.get(self.code, 400)
