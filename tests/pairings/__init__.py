"""Two real processes on one database: one works, the other says why not; and the next begins when that one is killed."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.playground.identity_center import Fault
from bot.store.database.process_lock import look
from tests import zygote
from tests.lambda_runtime import RuntimeApi
from tests.world import World, eventually, words

# How each command ends when another process has the database: `once` with 0 if there was a complete scan lately.
# On Lambda it is the call that ends, as `once` does.
REFUSED = {"run": {1}, "once": {0, 3}, "lambda": {0, 3}}
NAMES = ("dana", "erik", "faye")


@dataclass
class Started:
    """A program at work in a world, and what it prints. `command`: what is typed after `leaverbot`."""

    here: World
    command: str
    printed: Path = field(init=False)
    program: zygote.Program = field(init=False)

    def __post_init__(self) -> None:
        self.printed = self.here.folder / f"{self.command.partition(' ')[0]}.{time.monotonic_ns()}"
        with self.printed.open("wb") as output:
            self.program = zygote.start(
                self.command.split(), env=self.here.environment(), cwd=self.here.folder, stdout=output.fileno()
            )

    @property
    def ended(self) -> bool:
        return self.program.poll() is not None

    @property
    def code(self) -> int | None:
        return self.program.returncode

    @property
    def pid(self) -> int:
        return self.program.pid

    def kill(self) -> None:
        self.program.kill()
        self.program.wait(timeout=10)

    def has_the_lock(self) -> bool:
        assert not self.ended, self.printed.read_text()
        holder = look(self.here.settings["LEAVERBOT_DATABASE_URL"])
        return holder is not None and holder.pid == self.pid


@dataclass
class OnLambda(Started):
    """One call of the function, by the real runtime client; its work is a process of its own."""

    def __post_init__(self) -> None:
        self.printed = self.here.folder / f"lambda.{time.monotonic_ns()}"
        self._api = RuntimeApi()
        self._api.start()
        with self.printed.open("wb") as output:
            self._runtime = subprocess.Popen(
                [sys.executable, "-m", "awslambdaric", "bot.aws_lambda.handler"],
                env={**self.here.environment(), "AWS_LAMBDA_RUNTIME_API": self._api.address},
                cwd=self.here.folder,
                stdout=output,
                stderr=output,
            )
        self._call = self._api.begin(limit_seconds=120)

    @property
    def ended(self) -> bool:
        return self._call.ended.is_set()

    @property
    def code(self) -> int:
        return 3 if self._call.failed else 0

    @property
    def pid(self) -> int:
        """The process that works; 0 while there is none."""
        found = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
        pairs = (map(int, line.split()) for line in found.stdout.splitlines())
        return next((pid for pid, parent in pairs if parent == self._runtime.pid), 0)

    def kill(self) -> None:
        # Lambda ends all processes of a function together.
        if worker := self.pid:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        self._runtime.kill()
        self._runtime.wait(timeout=10)
        self._api.stop()


def start(here: World, command: str) -> Started:
    return OnLambda(here, command) if command == "lambda" else Started(here, command)


def furnish(here: World, *names: str, scan_seconds: float = 2) -> dict[str, str]:
    """A leaver of each name, a scan that takes a while, and both servers; the users' ids by name."""
    account, admin = here.org.add_account("payments"), here.org.add_permission_set("AdministratorAccess")
    users = {name: here.leaver(name, (account, admin)) for name in names or NAMES}
    here.aws.faults.add(Fault("identitystore.ListUsers", kind="latency", seconds=scan_seconds, times=None))
    here.aws.start()
    here.slack.start()
    return users


def pair(here: World, first: str, second: str, pause: float = 0.0, work: float = 0.0) -> float:
    """Start two, `pause` seconds apart; one of them is refused. Then kill the other after `work` seconds, at once start
    the next, and return how many seconds after the kill it had the lock.
    """
    one = start(here, first)
    time.sleep(pause)
    two = start(here, second)
    try:
        eventually(lambda: one.ended or two.ended, seconds=30)
        loser, winner = (one, two) if one.ended else (two, one)
        eventually(winner.has_the_lock)
        check_refusal(loser, winner)
        time.sleep(work)
    finally:
        one.kill()
        two.kill()
    killed = time.monotonic()
    third = start(here, second)
    try:
        eventually(third.has_the_lock, seconds=30)
        return time.monotonic() - killed
    finally:
        third.kill()


def check_refusal(loser: Started, winner: Started) -> None:
    """It says who has the database, on which host and since when, and nothing else went wrong."""
    said = loser.printed.read_text()
    assert loser.code in REFUSED[loser.command], said
    command = winner.command.replace("lambda", "once")
    who = rf"in use by leaverbot {command} \(process {winner.pid} on {re.escape(socket.gethostname())}, "
    assert re.search(rf"{who}since \d{{4}}-\d\d-\d\d \d\d:\d\d UTC\)", said), said
    # Lambda's runtime client prints one for every call that fails.
    assert loser.command == "lambda" or "Traceback" not in said


def finish(here: World, *names: str) -> None:
    """Have one process do all that is left; each leaver then has one alert, whatever happened before."""
    here.aws.faults.clear()
    last = Started(here, "run")
    try:
        for name in names or NAMES:
            here.alert(name, seconds=60)
    finally:
        last.program.terminate()
        assert last.program.wait(timeout=20) == 0, last.printed.read_text()
    alerts = [words(message) for message in here.messages()]
    twice = [name for name in names or NAMES if sum(name in alert.lower() for alert in alerts) != 1]
    assert not twice, alerts
