"""The errors the endpoint returns, in AWS's own shape."""

from typing import Any

# Errors any AWS service may return, although no service model lists them.
COMMON = {
    "AccessDeniedException": 400,
    "ExpiredTokenException": 400,
    "IncompleteSignature": 400,
    "InternalFailure": 500,
    "InvalidClientTokenId": 403,
    "InvalidSignatureException": 400,
    "MissingAuthenticationTokenException": 400,
    "OptInRequired": 403,
    "RequestEntityTooLargeException": 413,
    "SerializationException": 400,
    "ServiceUnavailableException": 503,
    "SignatureDoesNotMatch": 403,
    "ThrottlingException": 400,
    "UnknownOperationException": 400,
    "UnrecognizedClientException": 400,
    "ValidationException": 400,
}
# How SQS names errors on the wire: the shape, the code of its older protocol, the HTTP status. What its model does not
# list comes from the framework below it (answers of AWS recorded by localstack/localstack, tests/aws/services/sqs).
_SQS, _CORAL = "com.amazonaws.sqs#", "com.amazon.coral.service#"
_OLD = "AWS.SimpleQueueService."
QUEUE_ERRORS = {
    "AccessDeniedException": (f"{_CORAL}AccessDeniedException", "AccessDenied", 403),
    "BatchEntryIdsNotDistinct": (f"{_SQS}BatchEntryIdsNotDistinct", f"{_OLD}BatchEntryIdsNotDistinct", 400),
    "EmptyBatchRequest": (f"{_SQS}EmptyBatchRequest", f"{_OLD}EmptyBatchRequest", 400),
    "IncompleteSignature": (f"{_CORAL}IncompleteSignatureException", "IncompleteSignature", 400),
    "InternalFailure": (f"{_CORAL}InternalFailure", "InternalFailure", 500),
    "InvalidAddress": (f"{_SQS}InvalidAddress", "InvalidAddress", 404),
    "InvalidAttributeName": (f"{_SQS}InvalidAttributeName", "InvalidAttributeName", 400),
    "InvalidBatchEntryId": (f"{_SQS}InvalidBatchEntryId", f"{_OLD}InvalidBatchEntryId", 400),
    "InvalidMessageContents": (f"{_SQS}InvalidMessageContents", "InvalidMessageContents", 400),
    "InvalidParameterValue": (f"{_CORAL}InvalidParameterValueException", "InvalidParameterValue", 400),
    "InvalidSignatureException": (f"{_CORAL}InvalidSignatureException", "SignatureDoesNotMatch", 403),
    "InvalidIdFormat": (f"{_SQS}InvalidIdFormat", "InvalidIdFormat", 400),
    "InvalidSecurity": (f"{_SQS}InvalidSecurity", "InvalidSecurity", 403),
    "KmsAccessDenied": (f"{_SQS}KmsAccessDenied", "KMS.AccessDeniedException", 400),
    "KmsDisabled": (f"{_SQS}KmsDisabled", "KMS.DisabledException", 400),
    "KmsInvalidKeyUsage": (f"{_SQS}KmsInvalidKeyUsage", "KMS.InvalidKeyUsageException", 400),
    "KmsInvalidState": (f"{_SQS}KmsInvalidState", "KMS.InvalidStateException", 400),
    "KmsNotFound": (f"{_SQS}KmsNotFound", "KMS.NotFoundException", 400),
    "KmsOptInRequired": (f"{_SQS}KmsOptInRequired", "KMS.OptInRequired", 403),
    "KmsThrottled": (f"{_SQS}KmsThrottled", "KMS.ThrottlingException", 400),
    "MessageNotInflight": (f"{_SQS}MessageNotInflight", f"{_OLD}MessageNotInflight", 400),
    "MissingAuthenticationTokenException": (
        f"{_CORAL}MissingAuthenticationTokenException",
        "MissingAuthenticationToken",
        403,
    ),
    "MissingParameter": (f"{_CORAL}MissingRequiredParameterException", "MissingParameter", 400),
    "OverLimit": (f"{_SQS}OverLimit", "OverLimit", 403),
    "QueueDoesNotExist": (f"{_SQS}QueueDoesNotExist", f"{_OLD}NonExistentQueue", 400),
    "ReceiptHandleIsInvalid": (f"{_SQS}ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", 404),
    "RequestThrottled": (f"{_SQS}RequestThrottled", "RequestThrottled", 403),
    "ServiceUnavailableException": (f"{_CORAL}ServiceUnavailableException", "ServiceUnavailable", 503),
    "ThrottlingException": (f"{_CORAL}ThrottlingException", "Throttling", 400),
    "TooManyEntriesInBatchRequest": (f"{_SQS}TooManyEntriesInBatchRequest", f"{_OLD}TooManyEntriesInBatchRequest", 400),
    "UnrecognizedClientException": (f"{_CORAL}UnrecognizedClientException", "InvalidClientTokenId", 403),
    "UnsupportedOperation": (f"{_SQS}UnsupportedOperation", f"{_OLD}UnsupportedOperation", 400),
}
# How IAM names errors on the wire: the code, the HTTP status (IAM API reference, common error types).
IAM_ERRORS = {
    "AccessDeniedException": ("AccessDenied", 403),
    "ExpiredTokenException": ("ExpiredToken", 403),
    "InternalFailure": ("InternalFailure", 500),
    "InvalidSignatureException": ("SignatureDoesNotMatch", 403),
    "MissingAuthenticationTokenException": ("MissingAuthenticationToken", 403),
    "NoSuchEntityException": ("NoSuchEntity", 404),
    "ServiceFailureException": ("ServiceFailure", 500),
    "ServiceUnavailableException": ("ServiceUnavailable", 503),
    "ThrottlingException": ("Throttling", 400),
    "UnrecognizedClientException": ("InvalidClientTokenId", 403),
    "ValidationException": ("ValidationError", 400),
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
