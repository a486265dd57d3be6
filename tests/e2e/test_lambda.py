"""The handler under the real Lambda runtime client, against the Runtime API on loopback and a real PostgreSQL."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from bot.playground.identity_center import Fault
from bot.ports import Holder
from bot.store.database import process_lock
from tests.databases import POSTGRES, new_database
from tests.lambda_runtime import RuntimeApi, Secrets
from tests.world import World, words

SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:leaverbot-"


class Function(World):
    """The function: its runtime process, which stays from call to call."""

    def __init__(self, database: str) -> None:
        super().__init__()
        self.aws.start()
        self.slack.start()
        self.database, self.api = database, RuntimeApi()
        token = self.slack.environment()["SLACK_BOT_TOKEN"]
        self.secrets = Secrets({SECRET + "database": database, SECRET + "slack": token})
        self.api.start()
        self.secrets.start()
        self.runtime: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        given = super().environment()
        for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "LEAVERBOT_DATABASE_URL"):
            given.pop(name, None)
        return {
            **given,
            "LEAVERBOT_DATABASE_URL_SECRET": SECRET + "database",
            "SLACK_BOT_TOKEN_SECRET": SECRET + "slack",
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{self.secrets.address}",
            "AWS_LAMBDA_RUNTIME_API": self.api.address,
        }

    @contextmanager
    def running(self, **environment: str) -> Iterator[None]:
        """Start `python -m awslambdaric bot.aws_lambda.handler`."""
        with (self.folder / "bot.log").open("ab") as log:
            self.runtime = subprocess.Popen(
                [sys.executable, "-m", "awslambdaric", "bot.aws_lambda.handler"],
                env={**self.environment(), **environment},
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        try:
            yield
        finally:
            self.runtime.kill()
            self.runtime.wait(timeout=10)

    def close(self) -> None:
        super().close()
        self.api.stop()
        self.secrets.stop()

    def nobody_has_the_lock(self) -> bool:
        taken = process_lock.take(self.database, "test")
        if isinstance(taken, Holder):
            return False
        taken.release()
        return True


@pytest.fixture
def function(postgres: sa.Engine) -> Iterator[Function]:
    made = Function(new_database(postgres))
    read_only = made.org.add_permission_set("ReadOnlyAccess")
    made.leaver("dana.rossi", (made.org.add_account("payments-prod"), read_only))
    try:
        yield made
    finally:
        made.close()


# The scheduler runs tests with this name in them in the worker that has the server.
@pytest.mark.parametrize("_on", [POSTGRES])
def test_a_call_that_its_limit_cuts_is_carried_on_by_the_next_call_of_the_warm_function(
    _on: str, function: Function
) -> None:
    with function.running():
        slow = Fault(operation="identitystore.ListUsers", kind="latency", seconds=30, times=1)
        function.aws.faults.add(slow)
        cut = function.api.invoke(limit_seconds=21)
        assert cut.failed
        assert cut.took < 21
        assert re.search(r"The scan did not end in time|was killed", cut.answer["errorMessage"])
        assert function.nobody_has_the_lock()

        warm = function.api.invoke(limit_seconds=60, event={"from": "the schedule"})
        assert not warm.failed, (warm.answer, function.log())
        assert warm.answer["complete"]
        assert warm.answer["scan"]["leavers"] == 1
        assert function.nobody_has_the_lock()
    assert sum("dana" in words(message).lower() for message in function.messages()) == 1
    # A rotated secret counts from the next call on.
    assert len(function.secrets.asked) == 2 * 2
    log = function.log()
    assert function.database not in log
    assert "xoxb-" not in log


@pytest.mark.parametrize("_on", [POSTGRES])
def test_a_call_that_cannot_work_fails_with_a_sentence_and_the_function_lives_on(_on: str, function: Function) -> None:
    token = function.secrets.texts.pop(SECRET + "slack")
    with function.running(LEAVERBOT_CHANNEL=""):
        gone = function.api.invoke(limit_seconds=60)
        assert gone.failed
        assert gone.answer["errorType"] == "RunFailed"
        assert "secretsmanager.GetSecretValue" in gone.answer["errorMessage"]
        short = function.api.invoke(limit_seconds=10)
        assert "too short" in short.answer["errorMessage"]
        function.secrets.texts[SECRET + "slack"] = token
        wrong = function.api.invoke(limit_seconds=60)
        assert "leaverbot once ended with code 1. LEAVERBOT_CHANNEL is missing" in wrong.answer["errorMessage"]
