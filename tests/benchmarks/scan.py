"""`leaverbot scan` by size: calls, time against what AWS's rates allow, memory, and whether it is the truth."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.benchmarks.organizations import Size, of_size
from tests.benchmarks.program import Run, run
from tests.benchmarks.serving import Simulator, rates, restart, seen, simulator
from tests.benchmarks.table import seconds, show
from tests.benchmarks.truth import judge_scan

USERS, ACCOUNTS = (1_000, 20_000, 200_000), (20, 2_000)
QUICK = 20_000
# The bounds of issue 3.
MOST_RATIO = 1.15
MOST_THROTTLED = 0.01
MOST_MEGABYTES = 150
# Up to here the start of the interpreter is a good part of the whole, and the scan's own time is judged.
SMALL = 1_000
SCAN = ["-m", "bot", "scan", "--json"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One size. `least`: by quota, the seconds that its calls take at AWS's published rate."""

    size: Size
    run: Run
    verdict: dict[str, Any]
    seen: dict[str, Any]
    least: dict[str, float]

    @property
    def calls(self) -> int:
        return sum(self.seen["calls"].values())

    @property
    def busiest(self) -> str:
        return max(self.least, key=lambda quota: self.least[quota])

    @property
    def own_seconds(self) -> float:
        """From the scan's own start to its own end, without the start of the program."""
        told = self.verdict["scan"]
        if "finished_at" not in told:
            return float("nan")
        return (
            datetime.fromisoformat(told["finished_at"]) - datetime.fromisoformat(told["started_at"])
        ).total_seconds()

    @property
    def whole_ratio(self) -> float:
        return self.run.seconds / self.least[self.busiest]

    @property
    def own_ratio(self) -> float:
        return self.own_seconds / self.least[self.busiest]

    @property
    def throttled(self) -> float:
        return float(self.seen["throttled"]) / self.calls

    def broken(self) -> Iterator[str]:
        """Each bound that does not hold."""
        told = self.verdict["scan"]
        ratio = self.own_ratio if self.size.users <= SMALL else self.whole_ratio
        wrong = {
            f"the scan is not complete ({told.get('problems')}, {self.run.errors})": (
                self.run.code != 0 or told.get("status") != "complete"
            ),
            f"{self.verdict['wrong']} cases are not the truth": bool(self.verdict["wrong"]),
            "the scan counted its calls wrongly": told.get("calls") != self.seen["calls"],
            f"AWS was asked wrongly: {self.seen['complaints'][:3]}": bool(self.seen["complaints"]),
            f"time ratio {ratio:.2f} > {MOST_RATIO}": not ratio <= MOST_RATIO,
            f"{self.throttled:.1%} throttled": self.throttled >= MOST_THROTTLED,
            f"{self.run.megabytes:.0f} MB": self.run.megabytes >= MOST_MEGABYTES,
        }
        yield from (f"{self.size.name}: {name}" for name, is_so in wrong.items() if is_so)


def measure_scans(*, quick: bool) -> list[str]:
    """Measure, print, and give what is broken."""
    sizes = [of_size(users, accounts) for users in USERS for accounts in ACCOUNTS if not quick or users <= QUICK]
    with tempfile.TemporaryDirectory() as folder:
        idle = run(["-m", "bot", "--version"], {}, Path(folder) / "version")
        measured = []
        for size in sizes:
            measured.append(_measure(size, Path(folder) / "scan.json"))
            print(f"{size.name}: {measured[-1].run.seconds:.0f} s", flush=True)
    _show_times(measured)
    _show_memory(measured, idle)
    _show_calls(measured)
    return [problem for one in measured for problem in one.broken()]


def _measure(size: Size, out: Path) -> Measured:
    with simulator(size) as aws:
        return measure_one(aws, size, out)


def measure_one(aws: Simulator, size: Size, out: Path) -> Measured:
    """One scan of a simulator that serves this size."""
    environment = aws.ask(restart)
    done = run(SCAN, environment, out)
    return Measured(size, done, aws.ask(judge_scan, out), aws.ask(seen), aws.ask(rates))


def _show_times(measured: list[Measured]) -> None:
    show(
        "Time. At least: the calls of the busiest quota divided by AWS's rate. Ratio, at most "
        f"{MOST_RATIO}: the whole program, and the scan alone, divided by that; up to {SMALL:,} users, where starting "
        "Python is a good part of it, the scan alone is judged.",
        ("users", "leavers", "accounts", "calls", "busiest quota", "at least", "whole", "ratio", "alone", "throttled"),
        (
            (
                f"{one.size.users:,}",
                f"{one.size.leavers:,}",
                f"{one.size.accounts:,}",
                f"{one.calls:,}",
                one.busiest,
                seconds(one.least[one.busiest]),
                seconds(one.run.seconds),
                f"{one.whole_ratio:.2f}",
                f"{one.own_ratio:.2f}",
                f"{one.throttled:.2%}",
            )
            for one in measured
        ),
    )


def _show_memory(measured: list[Measured], idle: Run) -> None:
    rows = [
        (
            one.size.name,
            f"{one.run.megabytes:.0f} MB",
            seconds(one.run.cpu),
            f"{one.verdict['cases']:,} of {one.verdict['true_cases']:,}",
            one.verdict["wrong"],
        )
        for one in measured
    ]
    show(
        f"Peak resident memory (at most {MOST_MEGABYTES} MB), CPU of the whole program, cases found and how many of "
        "them differ from the truth.",
        ("", "peak memory", "CPU", "cases", "wrong"),
        [("the program, doing nothing (--version)", f"{idle.megabytes:.0f} MB", seconds(idle.cpu), "", ""), *rows],
    )


def _show_calls(measured: list[Measured]) -> None:
    names = sorted({name for one in measured for name in one.seen["calls"]})
    show(
        "Calls by operation.",
        ("", *(f"{one.size.users:,} x {one.size.accounts:,}" for one in measured)),
        ((name, *(f"{one.seen['calls'].get(name, 0):,}" for one in measured)) for name in names),
    )
    for one in measured:
        ends = "; ".join(
            f"{how['what']}: {how['strategy']} ({how['why']})" for how in one.verdict["scan"].get("how", ())
        )
        print(f"{one.size.name}: {ends}")
