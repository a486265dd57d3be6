"""What a person reads when the credentials, the clock or the environment are wrong."""

import configparser
import hashlib
import json
import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    HTTPClientError,
    LoginRefreshRequired,
    MissingDependencyException,
    PartialCredentialsError,
    ProfileNotFound,
)

from bot.aws.requests.client import Aws
from bot.aws.requests.errors import Sent, understand
from bot.core.errors import AwsCredentials, AwsDenied, AwsError, AwsRejected, AwsUnavailable
from bot.core.waiting import Trouble
from bot.logs import set_up_logging
from bot.playground.identity_center import Organization
from tests.services.scanning import Connected, connected

SENT = Sent("identitystore", "ListUsers", "eu-west-1", reads=True, answered=True)
EXPLICIT_DENY = (
    "User: arn:aws:sts::111122223333:assumed-role/leaverbot/" + "i-0123456789abcdef0" * 20 + " is not authorized to "
    "perform: identitystore:ListUsers on resource: arn:aws:identitystore::111122223333:identitystore/d-1234567890 with "
    "an explicit deny in a service control policy: "
    "arn:aws:organizations::999999999999:policy/o-abcdefghij/service_control_policy/p-12345678"
)
BOUNDARY = "no permissions boundary allows the action: arn:aws:iam::111122223333:policy/boundaries/leaverbot"


@pytest.fixture(scope="module")
def served() -> Iterator[Connected]:
    with connected(Organization(seed=3, throttle=False)) as here:
        yield here


@pytest.fixture
def here(served: Connected) -> Iterator[Connected]:
    served.server.calls.clear()
    yield served
    served.server.faults.clear()
    served.server.endpoint.clock_ahead = timedelta()


def error_of(aws: Aws, here: Connected) -> AwsError:
    with pytest.raises(AwsError) as caught:
        aws.call("identitystore", "ListUsers", IdentityStoreId=here.org.identity_store_id)
    return caught.value


def said_by(code: str, message: str, **headers: str) -> AwsError:
    about: Any = {"HTTPStatusCode": 400, "HTTPHeaders": headers, "RequestId": "r-1"}
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": about}
    return understand(ClientError(answer, "ListUsers"), SENT).error


# the clock


@pytest.mark.parametrize("ahead", [timedelta(minutes=20), timedelta(hours=-3), timedelta(days=400)])
def test_a_clock_that_is_wrong_is_named_with_both_times(here: Connected, ahead: timedelta) -> None:
    here.server.endpoint.clock_ahead = ahead
    error = error_of(Aws(), here)
    now = datetime.now(UTC)
    assert type(error) is AwsRejected
    assert "clock of this machine is wrong" in str(error)
    for moment in (now, now + ahead):
        minutes = {f"{moment - timedelta(seconds=back):%Y-%m-%d %H:%M}" for back in (0, 30)}
        assert any(minute in str(error) for minute in minutes), (moment, str(error))
    assert "sign in" not in str(error).lower()


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
        ("RequestExpired", "Request has expired."),
        ("SignatureDoesNotMatch", "Signature expired: 20261127T100000Z is now earlier than 20261127T101500Z."),
    ],
)
def test_every_way_aws_says_that_the_clock_is_wrong_is_understood(code: str, text: str) -> None:
    error = said_by(code, text, date="Fri, 27 Nov 2026 10:20:00 GMT")
    assert "clock of this machine is wrong" in str(error)
    assert "2026-11-27 10:" in str(error)


def test_a_wrong_signature_is_no_wrong_clock() -> None:
    text = "The request signature we calculated does not match the signature you provided."
    assert isinstance(said_by("InvalidSignatureException", text), AwsCredentials)


# what AWS says of a refusal


@pytest.mark.parametrize("text", [EXPLICIT_DENY, f"{'x' * 3000} because {BOUNDARY}"])
def test_what_names_the_cause_of_a_refusal_is_kept_however_long_it_is(text: str) -> None:
    error = said_by("AccessDeniedException", text)
    assert isinstance(error, AwsDenied)
    assert str(error).endswith(text[-80:])
    assert len(str(error)) < 2000


def test_the_policy_that_refuses_is_in_the_json_of_a_scan(here: Connected) -> None:
    here.server.faults.add("identitystore.ListUsers", code="AccessDeniedException", message=EXPLICIT_DENY, times=None)
    document = here.document()
    assert "service_control_policy/p-12345678" in json.dumps(document["scan"])


@pytest.mark.parametrize("odd", ["\x1b[31m", "\u202e", "\u200b", "\x9b2J", "\r\n", "\u2066"])
def test_no_character_of_aws_text_can_act_on_whoever_shows_it(odd: str) -> None:
    for code in ("AccessDeniedException", "ValidationException", "ConflictException", f"Odd{odd}Exception"):
        text = str(said_by(code, f"It is {odd}refused."))
        assert odd not in text
        assert text.isprintable()


# no, wrong, expired credentials


@pytest.fixture
def nothing(here: Connected) -> Iterator[pytest.MonkeyPatch]:
    """The environment without credentials."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.delenv(name)
        yield patch


def test_no_credentials_at_all_says_what_to_set(here: Connected, nothing: pytest.MonkeyPatch) -> None:
    error = error_of(Aws(), here)
    assert isinstance(error, AwsCredentials)
    assert str(error).startswith("No AWS credentials were found. Set AWS_PROFILE")


def test_a_metadata_service_that_is_away_is_waited_for(here: Connected, nothing: pytest.MonkeyPatch) -> None:
    nothing.delenv("AWS_EC2_METADATA_DISABLED")
    nothing.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:9")
    error = error_of(Aws(deadline=0.1), here)
    assert (type(error), error.trouble) == (AwsUnavailable, Trouble.CREDENTIALS)
    assert str(error).startswith("No AWS credentials were found.")
    nothing.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert isinstance(error_of(Aws(), here), AwsCredentials)


def test_a_token_file_that_is_away_is_waited_for(here: Connected, nothing: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nothing.setenv("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/leaverbot")
    nothing.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    error = error_of(Aws(deadline=0.1), here)
    assert (type(error), error.trouble) == (AwsUnavailable, Trouble.CREDENTIALS)
    assert str(tmp_path / "token") in str(error)


@pytest.mark.parametrize("program", ["/no/such/program", "printf half", "false"])
def test_a_program_that_gives_no_credentials_now_is_waited_for(
    here: Connected, nothing: pytest.MonkeyPatch, tmp_path: Path, program: str
) -> None:
    (tmp_path / "config").write_text(f"[profile work]\ncredential_process = {program}\n")
    nothing.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    nothing.setenv("AWS_PROFILE", "work")
    error = error_of(Aws(deadline=0.1), here)
    assert (type(error), error.trouble) == (AwsUnavailable, Trouble.CREDENTIALS)
    assert str(error).startswith("The AWS credentials could not be fetched")


@pytest.mark.parametrize(
    ("raised", "says"),
    [
        (ProfileNotFound(profile="management"), "no AWS profile management"),
        (PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"), "AWS_SECRET_ACCESS_KEY is missing"),
        (LoginRefreshRequired(), "Run `aws login`"),
        (MissingDependencyException(msg='pip install "botocore[crt]"'), "leaverbot[aws-login]"),
    ],
)
def test_each_trouble_with_a_profile_says_what_to_do(raised: Exception, says: str) -> None:
    error = understand(raised, SENT).error
    assert isinstance(error, AwsCredentials)
    assert says in str(error)
    assert "botocore" not in str(error)


def test_the_extra_that_a_login_profile_is_told_to_need_is_there() -> None:
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert '\naws-login = ["boto3[crt]' in project


def test_expired_credentials_are_called_expired() -> None:
    assert "have expired" in str(said_by("ExpiredTokenException", "The security token is expired"))


@pytest.mark.parametrize("refresh", [True, False], ids=["with a refresh token", "without"])
def test_an_expired_sign_in_is_a_sentence_and_no_traceback(
    here: Connected, nothing: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str], refresh: bool
) -> None:
    sign_in(nothing, tmp_path, here, refresh=refresh)
    before = logging.getLogger().handlers, logging.getLogger().level
    try:
        set_up_logging("console", logging.WARNING)
        error = error_of(Aws(), here)
    finally:
        logging.getLogger().handlers, logging.getLogger().level = before
    assert str(error) == "The sign-in to AWS has expired. Run `aws sso login --profile work`, then try again."
    assert "Traceback" not in "".join(capfd.readouterr())


def sign_in(patch: pytest.MonkeyPatch, home: Path, here: Connected, *, refresh: bool) -> None:
    """The files of `aws sso login` as they are when the sign-in is over."""
    config = configparser.ConfigParser()
    config["profile work"] = {"sso_session": "s", "sso_account_id": "111122223333", "sso_role_name": "r"}
    config["sso-session s"] = {"sso_start_url": "https://x.awsapps.com/start", "sso_region": here.org.region}
    with (home / "config").open("w") as file:
        config.write(file)
    token = {"accessToken": "a", "expiresAt": "2026-01-01T00:00:00Z", "startUrl": "https://x.awsapps.com/start"}
    if refresh:
        soon = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
        more = {"clientId": "c", "clientSecret": "s", "refreshToken": "r", "registrationExpiresAt": soon}
        token.update(more)
    cache = home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    (cache / f"{hashlib.sha1(b's', usedforsecurity=False).hexdigest()}.json").write_text(json.dumps(token))
    for name, value in {"HOME": str(home), "AWS_CONFIG_FILE": str(home / "config"), "AWS_PROFILE": "work"}.items():
        patch.setenv(name, value)


# characters that nobody sees


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("AWS_SECRET_ACCESS_KEY", "abc\n", "AWS_SECRET_ACCESS_KEY ends with a newline"),
        ("AWS_ACCESS_KEY_ID", "\ufeffAKIA", "AWS_ACCESS_KEY_ID begins with the character U+FEFF"),
        ("AWS_SESSION_TOKEN", "to\u200bken", "AWS_SESSION_TOKEN has the character U+200B (ZERO WIDTH SPACE) in it"),
        ("AWS_ACCESS_KEY_ID", "AKIA ", "AWS_ACCESS_KEY_ID ends with a blank"),
        ("AWS_ACCESS_KEY_ID", "AKI\u0410", "U+0410"),
        ("AWS_PROFILE", "management\r", "AWS_PROFILE ends with a carriage return"),
        ("AWS_REGION", "\u00a0eu-west-1", "AWS_REGION begins with the character U+00A0"),
    ],
)
def test_a_character_nobody_sees_is_named_with_its_variable_at_once(
    here: Connected, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    began = time.monotonic()
    error = error_of(Aws(), here)
    assert isinstance(error, AwsCredentials)
    assert says in str(error)
    assert value.strip() not in str(error)
    assert time.monotonic() - began < 1
    assert here.server.calls == {}


def test_a_profile_with_a_blank_in_its_name_is_fine(here: Connected, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "my profile")
    assert "my profile" in str(error_of(Aws(), here))


def test_a_key_from_elsewhere_that_cannot_be_sent_is_not_shown() -> None:
    told = ValueError("Invalid header value b'AWS4-HMAC-SHA256 Credential=AKIASECRET\\n'")
    error = understand(HTTPClientError(error=told), SENT).error
    assert isinstance(error, AwsCredentials)
    assert "AKIASECRET" not in str(error)
    assert "newline" in str(error)
