"""Two processes on one database, of every pairing: one works, the other says who has it, and after a kill -9 of the one
that works the next one begins at once.

    python -m tests.process_pairs [--rounds 5] [--database sqlite|postgresql] [--seed 1]
"""

import argparse
import contextlib
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bot.playground.identity_center import Fault
from bot.ports import Holder
from bot.store.database import process_lock
from tests import databases, zygote
from tests.lambda_runtime import Call, RuntimeApi
from tests.world import World, eventually, words, world

PAIRINGS = (("run", "run"), ("run", "once"), ("once", "run"), ("once", "once"), ("lambda", "lambda"), ("lambda", "run"))
# The second is started within this time after the first, in seconds.
APART = 1.5
# Lambda's limit for a call that is killed in the middle, in seconds.
LIMIT = 90.0
_numbers = count(1)


@dataclass
class Started:
    """One process; on Lambda, the runtime that waits for calls, and one call of it."""

    process: "zygote.Program | subprocess.Popen[bytes]"
    log: Path
    api: RuntimeApi | None = None
    call: Call | None = None

    @property
    def ended(self) -> bool:
        return self.call.ended.is_set() if self.call else self.process.poll() is not None

    @property
    def said(self) -> str:
        return self.log.read_text() + (json.dumps(self.call.answer) if self.call else "")

    def end(self) -> None:
        self.process.kill()
        self.process.wait(timeout=10)
        if self.api:
            self.api.stop()


@dataclass
class Pairs:
    """`seconds`: from the start of the process after a kill until it had the lock, one a round."""

    here: World
    chance: random.Random
    seconds: list[float] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.here.settings["LEAVERBOT_DATABASE_URL"]

    def start(self, command: str) -> Started:
        log = self.here.folder / f"{next(_numbers)}-{command}.log"
        environment = self.here.environment()
        with log.open("wb") as out:
            if command != "lambda":
                program = zygote.start([command], env=environment, cwd=self.here.folder, stdout=out.fileno())
                return Started(program, log)
            api = RuntimeApi()
            api.start()
            runtime = subprocess.Popen(
                [sys.executable, "-m", "awslambdaric", "bot.aws_lambda.handler"],
                env={**environment, "AWS_LAMBDA_RUNTIME_API": api.address},
                cwd=self.here.folder,
                stdout=out,
                stderr=out,
            )
            return Started(runtime, log, api, api.begin(limit_seconds=LIMIT))

    def holder(self, *but: int) -> Holder:
        """Who has the lock, once it is a process other than these."""

        def look() -> Holder | None:
            found = process_lock.look(self.url)
            return found if found and found.pid and found.pid not in but else None

        return eventually(look, seconds=60, what="a process has the lock")

    def round(self, one: str, other: str) -> None:
        """Two at once, then the one that works is killed and another one of the second's kind started."""
        with contextlib.ExitStack() as stack:
            both = [self._started(stack, one)]
            time.sleep(self.chance.uniform(0, APART))
            both.append(self._started(stack, other))
            holder = self.holder()
            eventually(lambda: any(each.ended for each in both), seconds=60, what="the other one ends")
            (refused,) = (each for each in both if each.ended)
            said = f"in use by leaverbot {holder.command} (process {holder.pid} on "
            assert said in refused.said, refused.said
            os.kill(holder.pid, signal.SIGKILL)
            began = time.monotonic()
            following = self._started(stack, other)
            new = self.holder(holder.pid)
            self.seconds.append(time.monotonic() - began)
            assert "in use by" not in following.said, following.said
            os.kill(new.pid, signal.SIGKILL)

    def _started(self, stack: contextlib.ExitStack, command: str) -> Started:
        started = self.start(command)
        stack.callback(started.end)
        return started

    def alerts(self) -> list[int]:
        """How many messages there are about each leaver, after one run that nobody disturbs."""
        ended = self.here.command("once")
        assert ended.returncode == 0, ended.stderr
        told = [words(message).lower() for message in self.here.messages()]
        return [sum(name in text for text in told) for name in ("dana", "erik")]


def measure(rounds: int, url: str | None, seed: int, pairings: tuple[tuple[str, str], ...] = PAIRINGS) -> Pairs:
    """All rounds of these pairings, on SQLite unless `url` names another database."""
    settings = {"LEAVERBOT_DATABASE_URL": url} if url else {}
    with world(**settings) as here:
        here.aws.start()
        here.slack.start()
        grant = (here.org.add_account("payments"), here.org.add_permission_set("ReadOnlyAccess"))
        for name in ("dana", "erik"):
            here.leaver(name, grant)
        # Whoever works is still at it when it is killed.
        here.aws.faults.add(Fault(operation="identitystore.ListUsers", kind="latency", seconds=30, times=None))
        pairs = Pairs(here, random.Random(seed))
        for one, other in pairings:
            if url or "lambda" not in {one, other}:
                for _ in range(rounds):
                    pairs.round(one, other)
        here.aws.faults.clear()
        assert pairs.alerts() == [1, 1]
        return pairs


@contextlib.contextmanager
def _database(name: str) -> Iterator[str | None]:
    if name != databases.POSTGRES:
        yield None
        return
    with databases.server() as admin:
        yield databases.new_database(admin)


def main() -> None:
    reader = argparse.ArgumentParser(prog="python -m tests.process_pairs")
    reader.add_argument("--rounds", type=int, default=5)
    reader.add_argument("--database", choices=["sqlite", databases.POSTGRES], default="sqlite")
    reader.add_argument("--seed", type=int, default=1)
    asked = reader.parse_args()
    with _database(asked.database) as url:
        pairs = measure(asked.rounds, url, asked.seed)
    print(
        f"{asked.database}: {len(pairs.seconds)} rounds; the next one had the lock {statistics.median(pairs.seconds):.1f} s "
        f"after it was started, {max(pairs.seconds):.1f} s at most; one alert each in the end."
    )


if __name__ == "__main__":
    main()
