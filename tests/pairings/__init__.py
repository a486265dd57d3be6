"""Two real processes on one database: one works, the other says why not; and the next begins when that one is killed."""

import re
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from bot.playground.identity_center import Fault
from bot.store.database.process_lock import look
from tests import zygote
from tests.world import World, eventually, words

# How each command ends when another process has the database: `once` with 0 if there was a complete scan lately.
REFUSED = {"run": {1}, "once": {0, 3}}
NAMES = ("dana", "erik", "faye")


@dataclass
class Started:
    """A program at work in a world, and what it prints."""

    here: World
    command: str
    printed: Path = field(init=False)
    program: zygote.Program = field(init=False)

    def __post_init__(self) -> None:
        self.printed = self.here.folder / f"{self.command}.{time.monotonic_ns()}"
        with self.printed.open("wb") as output:
            self.program = zygote.start(
                [self.command], env=self.here.environment(), cwd=self.here.folder, stdout=output.fileno()
            )

    @property
    def ended(self) -> bool:
        return self.program.poll() is not None

    def kill(self) -> None:
        self.program.kill()
        self.program.wait(timeout=10)

    def has_the_lock(self) -> bool:
        assert not self.ended, self.printed.read_text()
        holder = look(self.here.settings["LEAVERBOT_DATABASE_URL"])
        return holder is not None and holder.pid == self.program.pid


def furnish(here: World, *names: str) -> None:
    """A leaver of each name, a scan that takes a while, and both servers."""
    account, admin = here.org.add_account("payments"), here.org.add_permission_set("AdministratorAccess")
    for name in names or NAMES:
        here.leaver(name, (account, admin))
    here.aws.faults.add(Fault("identitystore.ListUsers", kind="latency", seconds=2, times=None))
    here.aws.start()
    here.slack.start()


def pair(here: World, first: str, second: str, pause: float = 0.0, work: float = 0.0) -> float:
    """Start two, `pause` seconds apart; one of them is refused. Then kill the other after `work` seconds, at once start
    the next, and return how many seconds after the kill it had the lock.
    """
    one = Started(here, first)
    time.sleep(pause)
    two = Started(here, second)
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
    third = Started(here, second)
    try:
        eventually(third.has_the_lock, seconds=30)
        return time.monotonic() - killed
    finally:
        third.kill()


def check_refusal(loser: Started, winner: Started) -> None:
    """It says who has the database, on which host and since when, and nothing else went wrong."""
    said = loser.printed.read_text()
    assert loser.program.returncode in REFUSED[loser.command], said
    who = rf"in use by leaverbot {winner.command} \(process {winner.program.pid} on {re.escape(socket.gethostname())}, "
    assert re.search(rf"{who}since \d{{4}}-\d\d-\d\d \d\d:\d\d UTC\)", said), said
    assert "Traceback" not in said


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
