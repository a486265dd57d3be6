"""leaverbot beside two tools that people run: which leavers who can get in each shows, and what it asks AWS for.

Each tool has a virtual environment of its own, made here at the first run and kept in the user's cache folder: they
need other versions of boto3.
"""

import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.organizations import Size
from tests.benchmarks.program import ROOT, Run, run
from tests.benchmarks.scan import measure_one
from tests.benchmarks.serving import Simulator, restart, seen, simulator
from tests.benchmarks.table import seconds, show
from tests.benchmarks.truth import leavers_in_graph, leavers_in_table, leavers_told, true_leavers

SIZE = Size(2_000, 40, 100, 60, landing_zone=True)
ENVIRONMENTS = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "leaverbot-benchmarks"


@dataclass(frozen=True, slots=True)
class Tool:
    """`arguments` of its own Python; `found`, in the simulator's process, tells whom its output shows."""

    name: str
    package: str
    arguments: tuple[str, ...]
    found: Callable[..., dict[str, int]]


TOOLS = (
    Tool(
        "aws-sso-util admin assignments",
        "aws-sso-util==4.33.0",
        ("-m", "aws_sso_util", "admin", "assignments"),
        leavers_in_table,
    ),
    Tool(
        "cartography, Identity Center sync",
        "cartography==0.143.0",
        (str(ROOT / "tests/benchmarks/cartography_reads.py"),),
        leavers_in_graph,
    ),
)


@dataclass(frozen=True, slots=True)
class Measured:
    name: str
    run: Run
    seen: dict[str, Any]
    found: dict[str, int]

    def row(self) -> tuple[Any, ...]:
        calls = sum(self.seen["calls"].values())
        return (
            self.name,
            f"{calls:,}",
            self.seen["throttled"],
            seconds(self.run.seconds),
            f"{self.run.megabytes:.0f} MB",
        )


def compare_tools() -> list[str]:
    """Measure all three, print, and give what is broken."""
    pythons = {tool.name: environment(tool.package) for tool in TOOLS}
    with tempfile.TemporaryDirectory() as folder, simulator(SIZE) as aws:
        out = Path(folder) / "out"
        true = aws.ask(true_leavers)
        ours = measure_one(aws, SIZE, out)
        measured = [Measured("leaverbot scan", ours.run, ours.seen, aws.ask(leavers_told, out))]
        measured += [_measure(tool, pythons[tool.name], aws, out) for tool in TOOLS]
    _show(true, measured)
    failed = [f"{one.name} ended with {one.run.code}: {one.run.errors[-500:]}" for one in measured if one.run.code]
    # How fast a scan has to be is measured by size, in `scan`.
    wrong = [f"leaverbot: {ours.verdict['wrong']} cases are not the truth"] if ours.verdict["wrong"] else []
    return [*failed, *wrong]


def environment(package: str) -> Path:
    """The Python of a virtual environment that has just this package and what it needs."""
    folder = ENVIRONMENTS / f"{package}-python{sys.version_info.major}.{sys.version_info.minor}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        print(f"Installing {package} into {folder}; this may take minutes.", flush=True)
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", package], check=True)
        (folder / "complete").touch()
    return python


def _measure(tool: Tool, python: Path, aws: Simulator, out: Path) -> Measured:
    given = aws.ask(restart)
    done = run(list(tool.arguments), given, out, python=str(python))
    return Measured(tool.name, done, aws.ask(seen), aws.ask(tool.found, out) if not done.code else {})


def _show(true: dict[str, int], measured: list[Measured]) -> None:
    show(
        f"Beside other tools: {SIZE.name}, under AWS's published rates, one after the other.",
        ("", "calls", "of them throttled", "time", "peak memory"),
        (one.row() for one in measured),
    )
    show(
        "Leavers who can still get in, and for how many each tool shows a way of the kind. For a tool that does not say "
        "who is disabled, a leaver counts when somebody who knows from elsewhere who left finds that person's id, or a "
        "group that it shows the person in, beside an account.",
        ("", "there are", *(one.name for one in measured)),
        ((what, count, *(one.found.get(what, 0) for one in measured)) for what, count in true.items()),
    )
