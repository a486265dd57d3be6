"""The table of what can come back from AWS, row by row; a class of exception that botocore adds makes it fail."""

import inspect
import socket

import botocore.exceptions
import pytest
import urllib3.exceptions
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError, HTTPClientError
from botocore.httpsession import URLLib3Session
from botocore.parsers import ResponseParserError
from hypothesis import given
from hypothesis import strategies as st

from bot.aws.requests.errors import NOT_AWS, Sent, understand
from bot.aws.requests.verdicts import Verdict, of_answer, of_exception
from bot.core.errors import AwsBusy, AwsError, AwsUnavailable
from bot.core.waiting import Trouble

# What passes: (when it was a read, when it was a change). Every other class of botocore is FINAL, and has to be named.
NOT_SENT = (Verdict.REPEAT, Verdict.REPEAT)
LOST = (Verdict.REPEAT, Verdict.LOOK_FIRST)
PASSES = {
    "CapacityNotAvailableError": NOT_SENT,
    "ConnectTimeoutError": NOT_SENT,
    "ConnectionError": NOT_SENT,
    "CredentialRetrievalError": NOT_SENT,
    "EndpointConnectionError": NOT_SENT,
    "MetadataRetrievalError": NOT_SENT,
    "ProxyConnectionError": NOT_SENT,
    "ChecksumError": LOST,
    "ConnectionClosedError": LOST,
    "FlexibleChecksumError": LOST,
    "HTTPClientError": LOST,
    "IncompleteReadError": LOST,
    "ReadTimeoutError": LOST,
    "ResponseStreamingError": LOST,
    "SSLError": LOST,
}
FINAL = [
    "AliasConflictParameterError",
    "ApiVersionNotFoundError",
    "AwsChunkedWrapperError",
    "BaseEndpointResolverError",
    "BotoCoreError",
    "ConfigNotFound",
    "ConfigParseError",
    "DataNotFoundError",
    "EndpointProviderError",
    "EndpointResolutionError",
    "EndpointVariantError",
    "InfiniteLoopConfigError",
    "InvalidChecksumConfigError",
    "InvalidConfigError",
    "InvalidDNSNameError",
    "InvalidDefaultsMode",
    "InvalidEndpointConfigurationError",
    "InvalidEndpointDiscoveryConfigurationError",
    "InvalidExpressionError",
    "InvalidHostLabelError",
    "InvalidIMDSEndpointError",
    "InvalidIMDSEndpointModeError",
    "InvalidMaxRetryAttemptsError",
    "InvalidProxiesConfigError",
    "InvalidRegionError",
    "InvalidRetryConfigurationError",
    "InvalidRetryModeError",
    "InvalidS3AddressingStyleError",
    "InvalidS3UsEast1RegionalEndpointConfigError",
    "InvalidSTSRegionalEndpointsConfigError",
    "LoginAuthorizationCodeError",
    "LoginError",
    "LoginInsufficientPermissions",
    "LoginRefreshRequired",
    "LoginTokenLoadError",
    "MD5UnavailableError",
    "MissingDependencyException",
    "MissingParametersError",
    "NoAuthTokenError",
    "NoCredentialsError",
    "NoRegionError",
    "OperationNotPageableError",
    "PaginationError",
    "ParamValidationError",
    "PartialCredentialsError",
    "ProfileNotFound",
    "RangeError",
    "RefreshWithMFAUnsupportedError",
    "SSOError",
    "SSOTokenLoadError",
    "ServiceNotInRegionError",
    "StubAssertionError",
    "StubResponseError",
    "TokenRetrievalError",
    "UnStubbedResponseError",
    "UnauthorizedSSOTokenError",
    "UnknownClientMethodError",
    "UnknownCredentialError",
    "UnknownEndpointError",
    "UnknownEndpointResolutionBuiltInName",
    "UnknownFIPSEndpointError",
    "UnknownKeyError",
    "UnknownParameterError",
    "UnknownRegionError",
    "UnknownServiceError",
    "UnknownServiceStyle",
    "UnknownSignatureVersionError",
    "UnknownTokenProviderError",
    "UnseekableStreamError",
    "UnsupportedOutpostResourceError",
    "UnsupportedS3AccesspointConfigurationError",
    "UnsupportedS3ArnError",
    "UnsupportedS3ConfigurationError",
    "UnsupportedS3ControlArnError",
    "UnsupportedS3ControlConfigurationError",
    "UnsupportedServiceProtocolsError",
    "UnsupportedSignatureVersionError",
    "ValidationError",
    "WaiterConfigError",
    "WaiterError",
]
# No exceptions of a request: answers (they have a table of their own), and complaints about a model or a version.
NOT_OF_A_REQUEST = {
    "ClientError",
    "EventStreamError",
    "ImminentRemovalWarning",
    "MissingServiceIdError",
    "UndefinedModelAttributeError",
    "UnsupportedTLSVersionWarning",
}
CLASSES = {
    name: item
    for name, item in vars(botocore.exceptions).items()
    if inspect.isclass(item) and issubclass(item, Exception) and item.__module__ == "botocore.exceptions"
}


def made(kind: type[Exception]) -> Exception:
    """An exception of this class, without what its constructor wants."""
    error = kind.__new__(kind)
    error.kwargs = {}  # type: ignore[attr-defined]  # as every BotoCoreError has
    return error


def test_every_exception_of_botocore_is_in_the_table() -> None:
    assert set(CLASSES) == {*PASSES, *FINAL, *NOT_OF_A_REQUEST}


@pytest.mark.parametrize("name", sorted({*PASSES, *FINAL}))
def test_each_exception_of_botocore_has_its_verdict(name: str) -> None:
    error = made(CLASSES[name])
    expected = PASSES.get(name, (Verdict.FINAL, Verdict.FINAL))
    assert (of_exception(error, reads=True), of_exception(error, reads=False)) == expected


def test_an_answer_that_cannot_be_parsed_is_a_lost_one() -> None:
    error = ResponseParserError("syntax error: line 1, column 0, invalid XML received: b'<html>'")
    assert (of_exception(error, reads=True), of_exception(error, reads=False)) == LOST


def test_credentials_that_are_expired_when_they_come_are_fetched_again() -> None:
    error = RuntimeError("Credentials were refreshed, but the refreshed credentials are still expired.")
    assert (of_exception(error, reads=True), of_exception(error, reads=False)) == NOT_SENT


@pytest.mark.parametrize(
    "kind",
    sorted(
        {
            item
            for _, item in inspect.getmembers(urllib3.exceptions, inspect.isclass)
            if issubclass(item, urllib3.exceptions.HTTPError)
        },
        key=lambda kind: kind.__name__,
    ),
)
def test_whatever_urllib3_raises_on_the_way_passes_unless_the_address_is_wrong(kind: type[Exception]) -> None:
    # Some of them cannot say what they are without what their constructor wants.
    told = type(kind.__name__, (kind,), {"__str__": lambda _: "", "__repr__": lambda _: ""})
    error = _through_botocore(told.__new__(told))
    wrong_address = issubclass(kind, ValueError)
    assert of_exception(error, reads=True) is (Verdict.FINAL if wrong_address else Verdict.REPEAT)


def _through_botocore(raised: Exception) -> Exception:
    """What botocore's own HTTP session makes of an exception of urllib3's."""

    class Pool:
        def urlopen(self, **_: object) -> None:
            raise raised

    class Session(URLLib3Session):
        def _get_connection_manager(self, *_: object, **__: object) -> "Manager":
            return Manager()

    class Manager:
        def connection_from_url(self, _url: str) -> Pool:
            return Pool()

    try:
        Session().send(AWSRequest("POST", "http://127.0.0.1/", data=b"{}").prepare())
    except Exception as error:  # noqa: BLE001 - whichever it is, is the question
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    "error", [ValueError("Invalid header value b'AWS4…'"), UnicodeEncodeError("latin-1", "x", 0, 1, "")]
)
@pytest.mark.parametrize("reads", [True, False])
def test_a_request_that_python_cannot_write_is_never_repeated(error: Exception, reads: bool) -> None:
    assert of_exception(HTTPClientError(error=error), reads=reads) is Verdict.FINAL


STATUSES = st.one_of(
    st.sampled_from([200, 301, 400, 403, 404, 407, 408, 429, 500, 502, 503, 504]), st.integers(200, 599)
)
CODES = st.sampled_from(
    ["", "403", "AccessDeniedException", "ThrottlingException", "InternalFailure", "ConflictException"]
)
SERVICES = st.sampled_from(["identitystore", "sso-admin", "organizations", "account-access", "sts", "cloudtrail"])


@given(SERVICES, STATUSES, CODES)
def test_an_answer_without_aws_request_id_is_a_broken_connection_whatever_it_says(
    service: str, status: int, code: str
) -> None:
    assert of_answer(service, status, code, by_aws=False, reads=True) is Verdict.REPEAT
    assert of_answer(service, status, code, by_aws=False, reads=False) is Verdict.LOOK_FIRST


@given(SERVICES, STATUSES, CODES, st.booleans())
def test_an_answer_of_aws_is_final_unless_it_is_throttled_busy_or_broken(
    service: str, status: int, code: str, reads: bool
) -> None:
    busy = code == "ConflictException" and service == "sso-admin"
    expected = Verdict.FINAL
    if code == "ThrottlingException" or status == 429:
        expected = Verdict.WAIT
    elif busy:
        expected = Verdict.REPEAT
    elif status >= 500 or code == "InternalFailure":
        expected = Verdict.REPEAT if reads else Verdict.LOOK_FIRST
    assert of_answer(service, status, code, by_aws=True, reads=reads) is expected


@given(SERVICES, STATUSES, CODES, st.booleans(), st.booleans(), st.text(max_size=30))
def test_what_is_raised_passes_exactly_when_the_verdict_is_not_final(
    service: str, status: int, code: str, by_aws: bool, reads: bool, text: str
) -> None:
    about = {"HTTPStatusCode": status, "HTTPHeaders": {}, **({"RequestId": "r-1"} if by_aws else {})}
    answer = {"Error": {"Code": code, "Message": f"<html>{text}</html>"}, "ResponseMetadata": about}
    failed = understand(ClientError(answer, "Anything"), Sent(service, "Anything", "eu-west-1", reads, answered=True))
    assert failed.error.passes is (failed.verdict is not Verdict.FINAL)
    assert failed.verdict is of_answer(service, status, code, by_aws=by_aws, reads=reads)
    if not by_aws:
        assert isinstance(failed.error, AwsUnavailable)
        assert (failed.error.code, failed.error.trouble) == (NOT_AWS, Trouble.STRANGER)
        assert "html" not in str(failed.error)


def test_only_what_passes_says_so() -> None:
    passing = {kind for kind in _tree(AwsError) if kind("x").passes}
    assert passing == {AwsUnavailable, AwsBusy}


def _tree(kind: type[AwsError]) -> list[type[AwsError]]:
    return [kind, *(below for one in kind.__subclasses__() for below in _tree(one))]


def test_a_name_that_the_dns_does_not_answer_for_passes() -> None:
    error = botocore.exceptions.EndpointConnectionError(endpoint_url="https://x", error=socket.gaierror(-3, "again"))
    failed = understand(error, Sent("identitystore", "ListUsers", "eu-west-1", reads=True, answered=False))
    assert failed.error.passes
