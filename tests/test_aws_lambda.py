"""What the Lambda handler refuses before anything runs, and what it hands on. The rest: tests/e2e/test_lambda.py."""

import json
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from bot import aws_lambda
from bot.aws.requests.client import Aws
from bot.aws.secrets import secret_text
from bot.core.errors import AwsNotFound, SettingsError

POSTGRESQL = "postgresql://leaverbot:hidden-password@127.0.0.1:1/leaverbot"


class Limit:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self._seconds * 1000)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "xxxx", "AWS_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("url", ["", "sqlite:////tmp/leaverbot.db", "sqlite:////mnt/efs/leaverbot.db"])
def test_sqlite_is_refused_with_what_to_do_instead(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("LEAVERBOT_DATABASE_URL", url)
    with pytest.raises(aws_lambda.RunFailed, match=r"needs PostgreSQL.*LEAVERBOT_DATABASE_URL_SECRET"):
        aws_lambda.handler({}, Limit(60))


def test_a_time_out_that_is_too_short_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAVERBOT_DATABASE_URL", POSTGRESQL)
    with pytest.raises(aws_lambda.RunFailed, match="gives this function 19 s, which is too short"):
        aws_lambda.handler({}, Limit(19))


def test_what_nobody_foresaw_is_one_log_line_without_secrets_and_a_failed_call(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LEAVERBOT_DATABASE_URL", POSTGRESQL)
    monkeypatch.setattr(aws_lambda.sys, "executable", f"/no/such/{POSTGRESQL}")
    with pytest.raises(aws_lambda.RunFailed, match=r"\(reference \w{4}-\w{2}\)") as failed:
        aws_lambda.handler({}, Limit(60))
    (line,) = capfd.readouterr().err.splitlines()
    assert json.loads(line)["reference"] in str(failed.value)
    assert "hidden-password" not in line


def test_a_process_that_hangs_is_killed_before_the_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hanging = tmp_path / "hanging"
    hanging.write_text("#!/bin/sh\nexec sleep 60\n")
    hanging.chmod(0o755)
    monkeypatch.setenv("LEAVERBOT_DATABASE_URL", POSTGRESQL)
    monkeypatch.setattr(aws_lambda.sys, "executable", str(hanging))
    monkeypatch.setattr(aws_lambda, "KILL_SECONDS", 59.9)
    with pytest.raises(aws_lambda.RunFailed, match=r"was killed. The next call continues"):
        aws_lambda.handler({}, Limit(60))


@mock_aws
def test_a_secret_is_one_plain_text_as_it_is_now() -> None:
    aws, secrets = Aws(), boto3.client("secretsmanager", region_name="eu-west-1")
    arn = secrets.create_secret(Name="database", SecretString=f"{POSTGRESQL}\n")["ARN"]
    assert secret_text(aws, arn) == POSTGRESQL
    secrets.put_secret_value(SecretId=arn, SecretString='{"password": "x"}')
    with pytest.raises(SettingsError, match="has to hold one text"):
        secret_text(aws, arn)
    with pytest.raises(AwsNotFound):
        secret_text(aws, arn.replace("database", "other"))
