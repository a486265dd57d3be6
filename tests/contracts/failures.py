"""Errors that AWS may answer to any call, and what every port raises for each."""

import pytest

from bot.core.errors import AwsCredentials, AwsDenied, AwsRejected, AwsUnavailable

FAILURES = pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param({"code": "AccessDeniedException"}, AwsDenied, id="denied"),
        pytest.param({"code": "ExpiredTokenException"}, AwsCredentials, id="credentials"),
        pytest.param({"code": "ValidationException"}, AwsRejected, id="rejected"),
        pytest.param({"code": "InternalFailure"}, AwsUnavailable, id="broken"),
        pytest.param({"code": "ThrottlingException"}, AwsUnavailable, id="throttled"),
        pytest.param({"kind": "drop"}, AwsUnavailable, id="silent"),
        pytest.param({"kind": "page"}, AwsUnavailable, id="stranger"),
    ],
)
NOBODY = "11111111-2222-3333-4444-555555555555"
