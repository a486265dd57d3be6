"""What a press costs: CPU, how soon it is acknowledged, whether it is stored; and what the bot costs when idle.

The bot runs on one core and what drives it on the other. Each press is one of *Emergency deny*, on a case of its own
with an alert of its own, so each of them stores an action. AWS and Slack keep to their rates, as they would.
"""

import math
import os
import sqlite3
import statistics
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.table import show

if TYPE_CHECKING:
    from tests.world import World

ONE_BY_ONE, AT_ONCE, IN_TEN_SECONDS = 20, 200, 1000
IDLE_SECONDS = 60
# The bounds of issue 9.
MOST_CPU_MS, MOST_AT_ONCE_P99, MOST_ACK, MOST_IDLE = 6.0, 2.0, 3.0, 2.0
# How long a person's Slack waits, and how long an answer that came too late may take to be stored.
SETTLE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Burst:
    """Some presses: how long each waited for its ack, how many were never acked, stored or told an error."""

    waited: list[float]
    failed: int
    stored: int
    cpu_seconds: float
    told: int

    @property
    def cpu_ms(self) -> float:
        return self.cpu_seconds * 1000 / len(self.waited)

    @property
    def p99(self) -> float:
        """The longest wait but for one press in a hundred."""
        return sorted(self.waited)[math.ceil(0.99 * len(self.waited)) - 1]

    def row(self, name: str) -> list[object]:
        median = statistics.median(self.waited)
        return [
            *(name, len(self.waited), f"{self.cpu_ms:.1f} ms", f"{median * 1000:.0f} ms"),
            *(f"{self.p99 * 1000:.0f} ms", f"{max(self.waited) * 1000:.0f} ms", self.failed, self.stored, self.told),
        ]


def measure_presses() -> list[str]:
    """Measure, print, and give what is broken."""
    # Imported here: the process that measures the scan's memory has to stay small.
    from bot.playground.identity_center import Fault
    from tests.world import world

    # As many may be changed in an hour as are pressed here, and the bot pauses as it does for its users.
    with world(quick=False, LEAVERBOT_MAX_CHANGES_PER_HOUR="100000") as here:
        # The cases are put into the store; a scan that found them would take minutes at AWS's rates.
        here.aws.faults.add(Fault("identitystore.ListUsers", code="AccessDeniedException", times=None))
        presses = _with_alerts(here, ONE_BY_ONE + AT_ONCE + IN_TEN_SECONDS)
        here.start_bot()
        _keep_apart(here)
        time.sleep(SETTLE_SECONDS)
        idle = _idle(here)
        one = _burst(here, [presses.pop() for _ in range(ONE_BY_ONE)], every=0.5)
        time.sleep(SETTLE_SECONDS)
        at_once = _burst(here, [presses.pop() for _ in range(AT_ONCE)], every=0.0)
        time.sleep(SETTLE_SECONDS)
        many = _burst(here, presses, every=10 / IN_TEN_SECONDS)
        here.terminate()
        # Late acks are what is measured here.
        here.slack.complaints.clear()
    show(
        "Presses of Emergency deny, each on an alert of its own (CPU: the whole process, until the last ack)",
        ["presses", "how many", "CPU each", "ack p50", "p99", "most", "not acked", "stored", "told an error"],
        [one.row("one every half second"), at_once.row("all at once"), many.row("in 10 s")],
    )
    show("The bot, doing nothing for a minute", ["CPU", "memory"], [[f"{idle[0]:.2f} %", f"{idle[1]:.0f} MB"]])
    return _broken(idle[0], one, at_once, many)


def _broken(idle: float, one: Burst, at_once: Burst, many: Burst) -> list[str]:
    found = {
        f"{at_once.cpu_ms:.1f} ms of CPU a press": at_once.cpu_ms > MOST_CPU_MS,
        f"200 at once were acked with a p99 of {at_once.p99:.2f} s": at_once.p99 > MOST_AT_ONCE_P99,
        f"one of 1,000 in 10 s was acked after {max(many.waited):.2f} s": max(many.waited) > MOST_ACK,
        f"idle CPU of {idle:.1f} %": idle > MOST_IDLE,
    }
    for name, burst in {"one by one": one, "at once": at_once, "in 10 s": many}.items():
        found[f"{len(burst.waited) - burst.stored} presses {name} were not stored"] = burst.stored < len(burst.waited)
        found[f"{burst.told} presses {name} were told an error"] = burst.told > 0
        found[f"{burst.failed} presses {name} were not acked"] = burst.failed > 0
    return [problem for problem, is_true in found.items() if is_true]


def _with_alerts(here: "World", count: int) -> list[str]:
    """So many cases with an alert each; the time stamps of the alerts. The bot has run once, and does not run."""
    from bot.core.authorization import DenyRules, Rules
    from bot.core.cases import Case
    from bot.core.views import CaseView
    from bot.playground.slack_workspace.records import Post
    from bot.ports import Posted
    from bot.services.context import CaseFacts
    from bot.services.kinds import SERVICES
    from bot.services.messages.case import controls
    from bot.slack import messages
    from bot.store.store import SqlStore

    # The tables are made, and the settings noted with which alerts are drawn.
    here.start()
    here.terminate()
    rules = Rules(frozenset({here.bob}), frozenset({here.alice}), deny=DenyRules((here.policy_id,)))
    store = SqlStore.open(here.settings["LEAVERBOT_DATABASE_URL"])
    _save_cases(here, store, count)

    def alert(case: Case) -> str:
        fitting = controls(CaseFacts(case, rules, None, {}), SERVICES, busy=frozenset(), superseded=False)
        shown = messages.case_message(CaseView(case, fitting))
        post = Post(here.channel, here.workspace.new_ts(), here.workspace.bot_user, shown.text, shown.blocks)
        here.workspace.add_post(post)
        store.shown(case.id, case.version, Posted(here.channel, post.ts))
        return post.ts

    alerts = [alert(case) for case in store.open_cases().values()]
    store.close()
    return alerts


def _save_cases(here: "World", store: Any, count: int) -> None:
    """Leavers with five ways in each, in the organization and in the store."""
    from bot.core.access.person_read import PersonRead
    from bot.core.models import Grant, GrantKind, User, UserStatus
    from bot.core.models import Path as Way
    from bot.core.scan.coverage import Coverage, Scan, ScanStatus

    roles = [here.org.add_permission_set(name) for name in ("AdministratorAccess", "ReadOnlyAccess")]
    accounts = [here.org.add_account(f"account-{number}") for number in range(5)]
    grants = tuple(
        Grant(
            GrantKind.ACCOUNT,
            Way.DIRECT,
            account_id=account,
            account_name=f"account-{number}",
            account_status="ACTIVE",
            permission_set_arn=roles[number % 2],
            permission_set_name=("AdministratorAccess", "ReadOnlyAccess")[number % 2],
            session_seconds=3600,
        )
        for number, account in enumerate(accounts)
    )
    people = []
    for number in range(count):
        name = f"leaver-{number:04}"
        user = here.leaver(name, (accounts[0], roles[0]))
        mail = f"{name}@example.com"
        people.append(PersonRead(User(user, mail, name.title(), mail, UserStatus.DISABLED), grants))
    now, ids = datetime.now(UTC), iter(range(count))
    read = Coverage(
        ScanStatus.COMPLETE, now, now, tuple(GrantKind), users_read=count, leavers=count, leavers_read=count, calls={}
    )
    scan = store.begin_scan("benchmark", "schedule", None, now)
    store.save_scan(scan.id, Scan(read, tuple(people), {}, "999999999999"), count, lambda: f"case-{next(ids)}")


def _burst(here: "World", alerts: list[str], every: float) -> Burst:
    """Press the alerts, one every so many seconds."""
    stored, told, cpu = _stored(here), len(_errors(here)), _used(here)
    answers: list[Any] = [None] * len(alerts)
    began = time.monotonic() + 0.2

    def press(number: int) -> None:
        time.sleep(max(0.0, began + number * every - time.monotonic()))
        answers[number] = here.workspace.press(here.bob, here.channel, alerts[number], "case_deny")

    threads = [threading.Thread(target=press, args=(number,)) for number in range(len(alerts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used = _used(here) - cpu
    time.sleep(SETTLE_SECONDS)
    return Burst(
        [answer.seconds for answer in answers],
        sum(not answer.ok for answer in answers),
        _stored(here) - stored,
        used,
        len(_errors(here)) - told,
    )


def _stored(here: "World") -> int:
    with sqlite3.connect(here.folder / "leaverbot.db", timeout=30) as connection:
        return int(connection.execute("SELECT count(*) FROM actions").fetchone()[0])


def _errors(here: "World") -> list[Any]:
    """What the presser was told; nothing of it is about a press that worked, but what a deny came to is."""
    from tests.world import words

    return [message for message in here.workspace.ephemerals(here.bob) if "Something went wrong" in words(message)]


def _keep_apart(here: "World") -> None:
    """The bot on one core, what drives it on the other, where the system can do that."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
    if len(cores) > 1 and here.process:
        for task in Path(f"/proc/{here.process.pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), {cores[0]})
        os.sched_setaffinity(0, set(cores[1:]))


def _used(here: "World") -> float:
    """User and system seconds of the bot so far."""
    assert here.process
    fields = Path(f"/proc/{here.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _idle(here: "World") -> tuple[float, float]:
    """CPU in percent of one core, and resident memory in megabytes."""
    assert here.process
    before = _used(here)
    time.sleep(IDLE_SECONDS)
    pages = int(Path(f"/proc/{here.process.pid}/statm").read_text().split()[1])
    return (_used(here) - before) / IDLE_SECONDS * 100, pages * os.sysconf("SC_PAGE_SIZE") / 1e6
