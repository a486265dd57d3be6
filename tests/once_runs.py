"""`leaverbot once` again and again, each killed with kill -9 at a random moment: nothing lost, nothing twice.

    python -m tests.once_runs [--kills 50] [--database sqlite|postgresql] [--seed 1] [--rules]

Between two runs people leave, and somebody asks for a revoke. At the end one run is left to itself. Then Slack, AWS and
the database are compared with what happened. With `--rules` nobody asks: rules revoke and delete, in a minute that is a
second (tests/paces.py), and the last runs go on until they have.
"""

import argparse
import contextlib
import itertools
import random
import subprocess
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.core.actions import Action, ActionState, Asker
from bot.core.kinds import DENY, REVOKE, Kind
from bot.core.models import User
from bot.playground.identity_center import Fault
from bot.slack.messages.summary import END
from bot.store.store import SqlStore
from tests import databases, zygote
from tests.paces import QUICK_MINUTE
from tests.world import World, words, world

# A run is killed within this time at first, in seconds; then within a longer time after each kill and a shorter one after
# a run that came to its end, so that some do on machines of any speed.
LONGEST, AFTER_KILL, AFTER_END = 3.0, 1.1, 0.7
ACCOUNTS = 3
# How commands stand in a message.
COMMANDS = "```"
TRIES = 5
# With rules: a revoke and a delete, announced and done; nobody is too many, because people leave at a run's pace here.
RULES = {
    "LEAVERBOT_AUTO_REVOKE_AFTER": "0m",
    "LEAVERBOT_AUTO_DELETE_AFTER": "0m",
    "LEAVERBOT_BRAKE_COUNT": "1000",
    "LEAVERBOT_BRAKE_PERCENT": "100",
    "LEAVERBOT_MAX_CHANGES_PER_HOUR": "1000",
}
LAST_RUNS = 12


@dataclass
class Runs:
    """The world, and what happened in it."""

    here: World
    chance: random.Random
    accounts: list[str]
    rules: bool = False
    leavers: dict[str, str] = field(default_factory=dict)
    asked: dict[str, Action] = field(default_factory=dict)
    longest: float = LONGEST
    killed: int = 0
    summaries: int = 0
    codes: Counter[int] = field(default_factory=Counter)

    def leave(self) -> None:
        """One more person leaves."""
        name = f"person{len(self.leavers):03}"
        read_only = self.here.org.add_permission_set(f"ReadOnly-{name}")
        grants = [(account, read_only) for account in self.accounts]
        self.leavers[name] = self.here.leaver(name, *grants)

    def ask(self) -> None:
        """Somebody asks for a revoke or a deny of a leaver nobody asked about; stored as a press stores it."""
        with self.store() as store:
            cases = store.open_cases()
            for name, user in self.leavers.items():
                if name in self.asked or user not in cases:
                    continue
                kind = DENY if len(self.asked) % 2 else REVOKE
                action = Action(
                    id=str(uuid.uuid4()),
                    key=str(uuid.uuid4()),
                    kind=kind,
                    user=User(user, f"{name}@example.com"),
                    case_id=cases[user].id,
                    asker=Asker(self.here.alice, self.here.channel),
                    asked_at=datetime.now(UTC),
                )
                self.asked[name] = store.add_action(action)
                return

    @contextlib.contextmanager
    def store(self) -> Iterator[SqlStore]:
        store = SqlStore.open(self.here.settings["LEAVERBOT_DATABASE_URL"])
        try:
            yield store
        finally:
            store.close()

    def run(self, *, kill: bool) -> int:
        """One run, killed at a random moment unless it ends before that; its exit code."""
        environment = {**self.here.environment(), "SLACK_APP_TOKEN": ""}
        with (self.here.folder / "bot.log").open("ab") as log:
            process = zygote.start(
                ["once"], env=environment, cwd=self.here.folder, stdout=log.fileno(), quick=self.rules
            )
            if kill:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=self.chance.uniform(0.05, self.longest))
                killed = process.poll() is None
                self.killed += killed
                self.longest *= AFTER_KILL if killed else AFTER_END
                process.kill()
            code = process.wait(timeout=120)
        self.codes[code] += 1
        return code

    def all_of_it(self, count: int) -> None:
        """Runs until `count` were killed, and one that is not killed."""
        self.leave()
        for number in itertools.count():
            if self.killed == count:
                break
            if number % 4 == 2:
                self.leave()
            if number % 3 == 1 and not self.rules:
                self.ask()
            self.run(kill=True)
        if self.rules:
            self.until_all_are_gone()
        for _ in range(TRIES):
            if self.run(kill=False) == 0:
                return
        raise AssertionError(f"the last runs did not end with 0\n{self.here.log()}")

    def until_all_are_gone(self) -> None:
        """Runs until the rules have deleted everybody who left."""
        for _ in range(LAST_RUNS):
            if not self._left():
                return
            time.sleep(QUICK_MINUTE.total_seconds())
            self.run(kill=False)

    def _left(self) -> list[str]:
        return [name for name, user in self.leavers.items() if user in self.here.org.user_by_id]

    def wrong(self) -> list[str]:
        """Everything that was lost or happened twice."""
        if self.rules:
            return [*self._alerts(), *self._by_rule(), *self._summaries()]
        return [*self._alerts(), *self._actions(), *self._in_aws(), *self._summaries()]

    def about(self, kind: Kind) -> list[str]:
        """Whom this was asked for."""
        return [name for name, action in self.asked.items() if action.kind == kind]

    def _alerts(self) -> Iterator[str]:
        told = [str(message["text"]) for message in self.here.messages()]
        for name in self.leavers:
            count = sum(name in text.lower() for text in told)
            if count != 1:
                yield f"{count} alerts about {name}"

    def _by_rule(self) -> Iterator[str]:
        """Everybody was announced, revoked and deleted once."""
        yield from (f"{name} is still there" for name in self._left())
        calls, people = self.here.aws.calls, len(self.leavers)
        for operation, expected in {
            "sso-admin.DeleteAccountAssignment": people * ACCOUNTS,
            "identitystore.DeleteUser": people,
        }.items():
            if calls[operation] != expected:
                yield f"{operation} was asked for {calls[operation]} times, not {expected}"
        stored = self._count("SELECT count(*) FROM announcements")
        if stored != 2 * people:
            yield f"{stored} announcements about {people} people"
        asked = self._count("SELECT count(*) FROM actions")
        if asked != 2 * people:
            yield f"{asked} actions on {people} people"
        with self.store() as store, store._db.transaction(reads=True) as connection:
            rows = connection.execute(sa.text("SELECT kind, ts FROM messages WHERE ts IS NOT NULL")).all()
        # The store knows the first message of a report, not the one with its commands.
        known = {row.ts for row in rows}
        replies = [reply for name in self.leavers for reply in self._thread(name) if COMMANDS not in words(reply)]
        if (shown := sum(row.kind == "rule" for row in rows)) != stored:
            yield f"{shown} of {stored} announcements are in Slack"
        yield from (f"posted twice: {words(reply)}" for reply in replies if reply["ts"] not in known)

    def _count(self, query: str) -> int:
        with self.store() as store, store._db.transaction(reads=True) as connection:
            return int(connection.execute(sa.text(query)).scalar_one())

    def _actions(self) -> Iterator[str]:
        with self.store() as store:
            for name, action in self.asked.items():
                if (state := store.action(action.id).state) is not ActionState.DONE:
                    yield f"the {action.kind} of {name} is {state}"
                said = [words(reply) for reply in self._thread(name)]
                undoing = [text for text in said if COMMANDS in text]
                if len(said) - len(undoing) != 1 or len(undoing) != action.kind.takes:
                    yield f"{len(said)} replies about {name}, not a report and how to undo it: {said}"

    def _in_aws(self) -> Iterator[str]:
        calls, revoked = self.here.aws.calls["sso-admin.DeleteAccountAssignment"], self.about(REVOKE)
        if calls != len(revoked) * ACCOUNTS:
            yield f"{calls} deletions were asked for, of {len(revoked) * ACCOUNTS} assignments"
        yield from (f"{name} still has access" for name in revoked if self.here.org.truth(self.leavers[name]))
        policy = self.here.org.policy_text(self.here.policy_id)
        for name in self.about(DENY):
            if (count := policy.count(self.leavers[name])) != 1:
                yield f"{name} is {count} times in the policy"

    def _thread(self, name: str) -> list[dict[str, object]]:
        alert = next(message for message in self.here.messages() if name in str(message["text"]).lower())
        return [reply for reply in self.here.thread(alert) if reply["ts"] != alert["ts"]]

    def _summaries(self) -> Iterator[str]:
        self.summaries = self._count("SELECT count(*) FROM summaries")
        shown = sum(END in words(message) for message in self.here.messages())
        if shown != self.summaries:
            yield f"{shown} summaries in Slack, {self.summaries} in the database"


def measure(count: int, url: str | None, seed: int, *, rules: bool = False) -> Runs:
    """All the runs, on SQLite unless `url` names another database."""
    settings = {**({"LEAVERBOT_DATABASE_URL": url} if url else {}), **(RULES if rules else {})}
    with world(LEAVERBOT_SUMMARY_SCHEDULE="* * * * *", **settings) as here:
        here.aws.start()
        here.slack.start()
        # Some time to be killed in while assignments are deleted.
        here.aws.faults.add(
            Fault(operation="sso-admin.DeleteAccountAssignment", kind="latency", seconds=0.2, times=None)
        )
        accounts = [here.org.add_account(f"prod-{number}") for number in range(ACCOUNTS)]
        runs = Runs(here, random.Random(seed), accounts, rules)
        runs.all_of_it(count)
        if wrong := runs.wrong():
            raise AssertionError("\n".join(wrong))
        return runs


def main() -> None:
    reader = argparse.ArgumentParser(prog="python -m tests.once_runs")
    reader.add_argument("--kills", type=int, default=50)
    reader.add_argument("--database", choices=["sqlite", databases.POSTGRES], default="sqlite")
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--rules", action="store_true")
    asked = reader.parse_args()
    with contextlib.ExitStack() as stack:
        url = None
        if asked.database == databases.POSTGRES:
            url = databases.new_database(stack.enter_context(databases.postgresql_server()))
        runs = measure(asked.kills, url, asked.seed, rules=asked.rules)
    if asked.rules:
        print(
            f"{asked.database}, rules on: {sum(runs.codes.values())} runs, {runs.killed} killed in the middle; "
            f"{len(runs.leavers)} leavers, each with one alert, announced twice (revoke and delete), revoked of {ACCOUNTS} "
            f"assignments and deleted once each; {runs.summaries} summaries, each posted once."
        )
        return
    print(
        f"{asked.database}: {sum(runs.codes.values())} runs, {runs.killed} killed in the middle; "
        f"{len(runs.leavers)} leavers, each with one alert; {len(runs.about(REVOKE))} revokes of "
        f"{len(runs.about(REVOKE)) * ACCOUNTS} assignments, none deleted twice; {len(runs.about(DENY))} denies, each placed "
        f"once; {runs.summaries} summaries, each posted once."
    )


if __name__ == "__main__":
    main()
