"""A bulk of many people while the bot is killed with kill -9 again and again: everybody once, nobody twice.

    python -m tests.bulk_runs [--people 200] [--kills 2] [--database sqlite|postgresql] [--kind revoke|deny|shut_out]
                              [--command run|once] [--seed 1]

The bot is killed when so many people are done, and started again. At the end AWS, Slack and the database are compared
with what was asked for: each person's ways in were taken away by one request each, and each has one action.
"""

import argparse
import contextlib
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.core.bulk.bulk import Bulk, BulkPerson, BulkState
from bot.core.bulk.next_step import Counts, Fate, counts
from bot.core.bulk.plan import OverLimit, plan_bulk
from bot.core.deny.policy_document import denied_users
from bot.core.kinds import DENY, KINDS, REVOKE, SHUT_OUT, Kind
from bot.core.leaves.leave import seal_of
from bot.playground.identity_center import Fault
from bot.store.store import SqlStore
from tests import databases, zygote
from tests.world import PLACEHOLDER_POLICY, World, eventually, words, world

# How long the whole may take, in seconds.
PATIENCE = 600.0
BULK_ID = "00000000-0000-4000-8000-0000000b01c5"


@dataclass
class BulkRun:
    """One world with one bulk. `people`: their user ids."""

    here: World
    kind: Kind
    command: str
    people: list[str] = field(default_factory=list)
    policies: list[str] = field(default_factory=list)
    killed_at: list[Counts] = field(default_factory=list)
    seconds: float = 0.0

    @contextlib.contextmanager
    def store(self) -> Iterator[SqlStore]:
        store = SqlStore.open(self.here.settings["LEAVERBOT_DATABASE_URL"])
        try:
            yield store
        finally:
            store.close()

    def settle(self, count: int) -> None:
        """So many leavers, each with a way in of their own and one through a group, and a scan that found them."""
        own, shared = self.here.org.add_account("prod"), self.here.org.add_account("shop")
        read_only, billing = self.here.org.add_permission_set("ReadOnly"), self.here.org.add_permission_set("Billing")
        group = self.here.org.add_group("cloud-viewers")
        self.here.org.assign(shared, billing, "GROUP", group)
        names = [f"person{number:03}" for number in range(count)]
        self.people = [self.here.leaver(name, (own, read_only), groups=(group,)) for name in names]
        # One policy has room for about 150 people.
        more = [
            self.here.org.add_scp(f"deny-{number}", PLACEHOLDER_POLICY, targets=[self.here.org.root_id])
            for number in range(count // 150)
        ]
        self.policies = [self.here.policy_id, *more]
        self.here.settings["LEAVERBOT_DENY_SCP_ID"] = ",".join(self.policies)
        scanned = zygote.run_to_end(["once"], env=self.environment(), cwd=self.here.folder, quick=True)
        assert scanned.returncode == 0, scanned.stderr

    def environment(self) -> dict[str, str]:
        return {**self.here.environment(), "SLACK_APP_TOKEN": ""}

    def begin(self) -> None:
        """Begin the bulk as a submitted plan does: above the hourly limit, by an admin's typed number."""
        token = self.here.slack.environment()["SLACK_BOT_TOKEN"]
        with self.store() as store:
            cases, now = store.open_cases(), datetime.now(UTC)
            assert set(cases) == set(self.people)
            people = tuple(
                BulkPerson(number, cases[user].user, cases[user].id) for number, user in enumerate(self.people, 1)
            )
            plan = plan_bulk(self.kind, len(people), cases.values(), OverLimit(len(people) - 100, 100, now))
            bulk = Bulk(
                BULK_ID, self.kind, self.here.alice, self.here.channel, "", now, people, plan, raises_limit=True
            )
            sealed = (
                BulkPerson(one.number, one.user, one.case_id, seal=seal_of(bulk.sealed(one), token)) for one in people
            )
            store.add_bulk(bulk)
            begun = Bulk(BULK_ID, self.kind, bulk.by, bulk.channel, "", now, tuple(sealed), plan, raises_limit=True)
            assert store.begin_bulk(begun, now)

    def carry(self, kills: int, chance: random.Random) -> None:
        """The bot at work on it, killed so many times, until it has ended."""
        began, until = time.monotonic(), time.monotonic() + PATIENCE
        # Anywhere in the middle, one after the other.
        at = sorted(chance.uniform(0.1, 0.9) * len(self.people) for _ in range(kills))
        for done in at:
            self.start()
            eventually(lambda done=done: self.so_far().done >= done, seconds=until - time.monotonic(), what=self.what)
            self.killed_at.append(self.so_far())
            self.kill()
        self.start()
        eventually(self.ended, seconds=max(1.0, until - time.monotonic()), what=self.what)
        self.seconds = time.monotonic() - began
        eventually(self.shown, seconds=120, what=self.what)

    def start(self) -> None:
        if self.command == "run":
            self.here.start_bot()
        else:
            with (self.here.folder / "bot.log").open("ab") as log:
                self.here.process = zygote.start(
                    ["once"], env=self.environment(), cwd=self.here.folder, stdout=log.fileno(), quick=True
                )

    def kill(self) -> None:
        self.here.kill()

    def so_far(self) -> Counts:
        with self.store() as store:
            return counts(store.bulk_results(BULK_ID))

    def ended(self) -> bool:
        with self.store() as store:
            return store.bulk(BULK_ID).state is BulkState.ENDED

    def shown(self) -> bool:
        """Whether the message of the bulk is its report."""
        return any(f"{len(self.people)} done · 0 not done" in words(message) for message in self.here.messages())

    def what(self) -> str:
        return f"{self.so_far()}\n{self.here.log()}"

    def wrong(self) -> list[str]:
        """Everything that was lost or happened twice."""
        return [*self._in_aws(), *self._in_the_store(), *self._in_slack()]

    def _in_aws(self) -> Iterator[str]:
        calls, count = self.here.aws.calls, len(self.people)
        takes = count if self.kind is not DENY else 0
        for operation in ("sso-admin.DeleteAccountAssignment", "identitystore.DeleteGroupMembership"):
            if calls[operation] != takes:
                yield f"{operation} was asked for {calls[operation]} times, not {takes}"
        left = [user for user in self.people if self.here.org.truth(user)]
        if len(left) != (0 if takes else count):
            yield f"{len(left)} people still have access"
        if self.kind is not REVOKE:
            text = "".join(map(self.here.org.policy_text, self.policies))
            found = set().union(*(denied_users(self.here.org.policy_text(policy)) for policy in self.policies))
            if missing := set(self.people) - found:
                yield f"{len(missing)} people are not denied"
            if twice := [user for user in self.people if text.count(user) != 1]:
                yield f"{len(twice)} people are in the policy more than once"

    def _in_the_store(self) -> Iterator[str]:
        with self.store() as store:
            results = store.bulk_results(BULK_ID)
            yield from (
                f"{one.person.user.label} is {one.fate}: {one.why}" for one in results if one.fate is not Fate.DONE
            )
            with store._db.transaction(reads=True) as connection:
                rows = connection.execute(sa.text("SELECT user_id, kind, parent FROM actions")).all()
                entries = (
                    connection.execute(sa.text("SELECT verdict FROM audit WHERE what LIKE 'bulk_%'")).scalars().all()
                )
        asked = [row.user_id for row in rows if not row.parent]
        if sorted(asked) != sorted(self.people):
            yield f"{len(asked)} actions on {len(set(asked))} people"
        if list(entries) != ["asked", "ended"]:
            yield f"the audit log says {entries}"

    def _in_slack(self) -> Iterator[str]:
        about = [message for message in self.here.messages() if "not done" in words(message)]
        if len(about) != 1:
            yield f"{len(about)} messages about the bulk"
        yield from (f"a reply: {words(reply)}" for message in about for reply in self.here.thread(message)[1:])


def measure(count: int, kills: int, url: str | None, seed: int, kind: Kind = REVOKE, command: str = "run") -> BulkRun:
    """The whole of it, on SQLite unless `url` names another database."""
    settings = {"LEAVERBOT_DATABASE_URL": url} if url else {}
    with world(LEAVERBOT_DENY_STRATEGY="scp", **settings) as here:
        here.aws.start()
        here.slack.start()
        # Some time to be killed in while AWS is asked.
        for operation in ("sso-admin.DeleteAccountAssignment", "identitystore.DeleteGroupMembership"):
            here.aws.faults.add(Fault(operation=operation, kind="latency", seconds=0.2, times=None))
        run = BulkRun(here, kind, command)
        run.settle(count)
        run.begin()
        run.carry(kills, random.Random(seed))
        if wrong := run.wrong():
            raise AssertionError("\n".join([*wrong[:20], here.log()]))
        return run


def main() -> None:
    reader = argparse.ArgumentParser(prog="python -m tests.bulk_runs")
    reader.add_argument("--people", type=int, default=200)
    reader.add_argument("--kills", type=int, default=2)
    reader.add_argument("--database", choices=["sqlite", databases.POSTGRES], default="sqlite")
    reader.add_argument("--kind", choices=[kind.name for kind in (REVOKE, DENY, SHUT_OUT)], default=REVOKE.name)
    reader.add_argument("--command", choices=["run", "once"], default="run")
    reader.add_argument("--seed", type=int, default=1)
    asked = reader.parse_args()
    with contextlib.ExitStack() as stack:
        url = None
        if asked.database == databases.POSTGRES:
            url = databases.new_database(stack.enter_context(databases.postgresql_server()))
        run = measure(asked.people, asked.kills, url, asked.seed, KINDS[asked.kind], asked.command)
    calls = run.here.aws.calls
    at = ", ".join(f"{one.done} done and {one.under_way} under way" for one in run.killed_at)
    print(
        f"{asked.database}, leaverbot {asked.command}: {asked.kind} of {len(run.people)} people, killed {len(run.killed_at)} "
        f"times ({at}); all done in {run.seconds:.0f} s, each with one action; "
        f"{calls['sso-admin.DeleteAccountAssignment']} DeleteAccountAssignment, "
        f"{calls['identitystore.DeleteGroupMembership']} DeleteGroupMembership, "
        f"{calls['organizations.UpdatePolicy']} UpdatePolicy; one message, no reply."
    )


if __name__ == "__main__":
    main()
