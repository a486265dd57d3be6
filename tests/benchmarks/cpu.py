"""CPU a call: the bot's scan against a bare boto3 loop that makes the very same calls."""

import json
import statistics
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.benchmarks.organizations import of_size
from tests.benchmarks.program import run
from tests.benchmarks.serving import Simulator, record, restart, seen, simulator
from tests.benchmarks.table import show

# Nobody is throttled here: a repeated call would be counted once and paid for twice. The bot keeps to its own limits.
SIZE = replace(of_size(20_000, 20), throttle=False)
REPEATS = 5
# The bound of issue 3.
MOST_RATIO = 1.3
BOT, LOOP = "leaverbot scan", "bare boto3 loop, as fast as that"
FAST_BOT, FAST_LOOP = "leaverbot scan without its limiter", "bare boto3 loop without pauses"
# Judged at the same pace: any client that keeps to AWS's rates waits between its calls, and a process that waits pays
# more for each (cold caches, other threads). The other two are printed: against a loop that AWS would throttle, and
# with neither keeping to any rate.
JUDGED = (BOT, LOOP)
COMPARED = ((BOT, LOOP), (BOT, FAST_LOOP), (FAST_BOT, FAST_LOOP))


@dataclass(slots=True)
class Spent:
    """CPU seconds of each run, by who ran; `calls` is how many calls one run makes."""

    calls: int = 0
    runs: dict[str, list[float]] = field(
        default_factory=lambda: {name: [] for name in (BOT, LOOP, FAST_BOT, FAST_LOOP)}
    )

    def ratio(self, mine: str, other: str, of: Any = statistics.median) -> float:
        return float(of(self.runs[mine]) / of(self.runs[other]))


def compare_cpu(*, repeats: int = REPEATS) -> list[str]:
    """Measure all in turn, print, and give what is broken. Judged are the medians."""
    spent = Spent()
    with tempfile.TemporaryDirectory() as folder, simulator(SIZE) as aws:
        for _ in range(repeats):
            _one_round(aws, Path(folder), spent)
    rows = [_row(name, spent) for name in spent.runs]
    for mine, other in COMPARED:
        name = f"{mine} / {other}" + (f" (at most {MOST_RATIO})" if (mine, other) == JUDGED else " (not judged)")
        rows.append((name, f"{spent.ratio(mine, other, min):.2f}", f"{spent.ratio(mine, other):.2f}", ""))
    show(
        f"CPU of {spent.calls:,} calls ({SIZE.name}), user and system, after imports and the making of clients; "
        f"milliseconds a call in {repeats} runs each, in turn; the medians are judged. A process that waits between "
        "its calls pays more for each: the bot waits because of its limiter, a loop without pauses does not.",
        ("", "least", "median", "every run"),
        rows,
    )
    ratio = spent.ratio(*JUDGED)
    return [f"CPU: {' / '.join(JUDGED)} is {ratio:.2f}, more than {MOST_RATIO}"] if ratio > MOST_RATIO else []


def _one_round(aws: Simulator, folder: Path, spent: Spent) -> None:
    """Each of the four once. The loops make the calls that the scan of this round made."""
    recorded = folder / "calls.json"
    environment = aws.ask(restart)
    scan = _spend(["scan"], environment, folder)
    spent.calls = aws.ask(record, recorded)
    loop = _spend(["bare", str(recorded), str(scan["seconds"])], environment, folder)
    fast_loop = _spend(["bare", str(recorded), "0"], environment, folder)
    made = sum(aws.ask(seen)["calls"].values())
    if made != 3 * spent.calls:
        raise RuntimeError(f"the loops and the scan made {made} calls instead of three times {spent.calls}")
    fast_scan = _spend(["unlimited"], environment, folder)
    for name, one in ((BOT, scan), (LOOP, loop), (FAST_BOT, fast_scan), (FAST_LOOP, fast_loop)):
        spent.runs[name].append(one["cpu"])


def _spend(arguments: list[str], environment: dict[str, str], folder: Path) -> dict[str, float]:
    done = run(["-m", "tests.benchmarks.replay", *arguments], environment, folder / "out")
    lines = [line for line in done.errors.splitlines() if line.startswith("spent ")]
    if done.code or not lines:
        raise RuntimeError(f"{arguments} failed: {done.errors}")
    return dict(json.loads(lines[-1].removeprefix("spent ")))


def _row(name: str, spent: Spent) -> tuple[str, ...]:
    a_call = [1000 * one / spent.calls for one in spent.runs[name]]
    every = " ".join(f"{one:.2f}" for one in a_call)
    return name, f"{min(a_call):.2f}", f"{statistics.median(a_call):.2f}", every
