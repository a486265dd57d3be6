"""A command beside a bot on one database: whoever has the lock is killed, and the other one carries on."""

import time
from dataclasses import dataclass

from bot.store.database.process_lock import look
from tests.pairings import Started
from tests.world import World, eventually, words

DELETE = "sso-admin.DeleteAccountAssignment"


@dataclass
class Round:
    """What came of it. `seconds`: from the kill until the next one had the lock, or was done."""

    killed: str
    seconds: float


def beside(here: World, user: str, pause: float, work: float, *, command_first: bool) -> Round:
    """A command that revokes, and a bot, started `pause` seconds apart; `work` seconds later whoever has the lock is
    killed. A command that is left over carries out its wish; where the bot is left over, it had been refused, so the next
    one is started.
    """
    wanted = f"revoke {user} --yes"
    one = Started(here, wanted if command_first else "run")
    time.sleep(pause)
    two = Started(here, "run" if command_first else wanted)
    command, bot = (one, two) if command_first else (two, one)
    try:
        eventually(lambda: at_work(here, one, two) or command.ended, seconds=30)
        time.sleep(work)
        killed = at_work(here, one, two)
        if killed:
            killed.kill()
        began = time.monotonic()
        if killed is bot:
            eventually(lambda: command.ended or at_work(here, command), seconds=30)
            seconds = time.monotonic() - began
        else:
            # One that was not refused yet would be a third.
            bot.kill()
            seconds = next_bot(here, began)
        if command is not killed:
            eventually(lambda: command.ended, seconds=60)
            assert command.code == 0, command.printed.read_text()
            assert here.org.truth(user) == [], command.printed.read_text()
        return Round("bot" if killed is bot else "command" if killed else "nobody", seconds)
    finally:
        one.kill()
        two.kill()


def at_work(here: World, *started: Started) -> Started | None:
    """Who of these has the lock."""
    holder = look(here.settings["LEAVERBOT_DATABASE_URL"])
    return next((one for one in started if holder and holder.pid == one.pid and not one.ended), None)


def next_bot(here: World, began: float) -> float:
    bot = Started(here, "run")
    try:
        eventually(bot.has_the_lock, seconds=30)
        return time.monotonic() - began
    finally:
        bot.kill()


def all_is_done(here: World, users: dict[str, str]) -> None:
    """Nobody keeps access once the commands that were killed are given again; nothing was asked of AWS twice, and nobody
    has two alerts.
    """
    last = Started(here, "run")
    try:
        eventually(last.has_the_lock, seconds=30)
        for user in users.values():
            if here.org.truth(user):
                again = here.command("revoke", user, "--yes")
                # Refused with a sentence if the bot carries out the one that was killed.
                assert again.returncode in {0, 1}, again.stderr
        eventually(lambda: not any(here.org.truth(user) for user in users.values()), seconds=60)
    finally:
        last.program.terminate()
        last.program.wait(timeout=20)
    assert here.aws.calls[DELETE] == len(users)
    for name in users:
        assert sum(name in words(message).lower() for message in here.messages()) <= 1
