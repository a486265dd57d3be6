"""`python -m tests.pairings [rounds]`: every pairing many times, started and killed at random moments, on both databases.

Prints how soon after a kill the next process had the lock; that includes its start. Ends with an error at the first
thing that is not as it must be. By hand: it takes minutes.
"""

import random
import statistics
import sys
import time
from collections import Counter
from itertools import combinations_with_replacement

from tests.databases import new_database, postgresql_server
from tests.pairings import REFUSED, Started, finish, furnish, pair
from tests.pairings.commands import all_is_done, beside
from tests.world import World, eventually, world

# So many leavers: two processes without a lock posted half of their alerts twice.
NAMES = [f"leaver-{number:02}" for number in range(20)]


def alone(here: World) -> float:
    """How many seconds a start takes until it has the lock, with nobody before it."""
    times = []
    for _ in range(5):
        began = time.monotonic()
        started = Started(here, "run")
        eventually(started.has_the_lock)
        times.append(time.monotonic() - began)
        started.kill()
    return statistics.median(times)


def rounds_of(url: str | None, first: str, second: str, rounds: int) -> None:
    given = {"LEAVERBOT_DATABASE_URL": url} if url else {}
    with world(**given) as here:
        # A start on Lambda takes seconds, in which the other one must not be through.
        furnish(here, *NAMES, scan_seconds=30 if "lambda" in {first, second} else 2)
        usual = alone(here)
        took = [pair(here, first, second, random.uniform(0, 1.5), random.uniform(0, 3)) for _ in range(rounds)]
        finish(here, *NAMES)
    database = "PostgreSQL" if url else "SQLite"
    print(
        f"{database:10} {first:>6} / {second:6} {rounds} rounds, 0 wrong; the next had the lock after "
        f"{statistics.median(took):.2f} s (worst {max(took):.2f} s); nobody before it: {usual:.2f} s",
        flush=True,
    )


def command_rounds(url: str | None, rounds: int) -> None:
    """A command beside a bot: a new leaver each round."""
    given = {"LEAVERBOT_DATABASE_URL": url} if url else {}
    # A change a round, however many rounds an hour takes.
    with world(**given, LEAVERBOT_MAX_CHANGES_PER_HOUR="100000") as here:
        users = furnish(here, *(f"leaver-{number:02}" for number in range(rounds)))
        done = [
            beside(here, user, random.uniform(0, 1.5), random.uniform(0, 2), command_first=random.random() < 0.5)
            for user in users.values()
        ]
        all_is_done(here, users)
    took, killed = [one.seconds for one in done], Counter(one.killed for one in done)
    print(
        f"{'PostgreSQL' if url else 'SQLite':10} run / command {rounds} rounds, 0 wrong; killed {dict(killed)}; the next "
        f"had the lock, or was done, after {statistics.median(took):.2f} s (worst {max(took):.2f} s)",
        flush=True,
    )


def main(rounds: int) -> None:
    with postgresql_server() as admin:
        for url in (None, new_database(admin)):
            command_rounds(url, rounds)
        for first, second in combinations_with_replacement(REFUSED, 2):
            # On Lambda only PostgreSQL will do.
            for url in (new_database(admin),) if "lambda" in {first, second} else (None, new_database(admin)):
                rounds_of(url, first, second, rounds)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
