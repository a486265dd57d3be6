"""leaverbot and aws-sso-lib's `list_assignments` on the same organization, under the same limits."""

import importlib.util
import json
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.organizations import Size
from tests.benchmarks.program import Run, run
from tests.benchmarks.scan import Measured, measure_one
from tests.benchmarks.serving import Simulator, restart, seen, simulator
from tests.benchmarks.table import seconds, show
from tests.benchmarks.truth import true_ways, ways_listed, ways_told

# Three platform groups and 57 teams, each account with five permission sets: about 500 x (1 + 5) calls to walk it.
SIZE = Size(20_000, 200, 500, 60, landing_zone=True)
# The bounds of issue 3.
MOST_SHARE = 0.25
NAMES = {"without names": [], "with names": ["names"]}


def compare(*, names: bool = True) -> list[str]:
    """Measure both, print, and give what is broken. `names`: the library with names, too, which is not judged."""
    if importlib.util.find_spec("aws_sso_lib") is None:
        return ["aws-sso-lib is not installed: pip install aws-sso-lib"]
    with tempfile.TemporaryDirectory() as folder, simulator(SIZE) as aws:
        out = Path(folder) / "scan.json"
        ours = measure_one(aws, SIZE, out)
        found = {"truth": aws.ask(true_ways), "leaverbot": aws.ask(ways_told, out)}
        theirs = {}
        for name, arguments in NAMES.items():
            if arguments and not names:
                continue
            theirs[name] = _their_run(aws, arguments, Path(folder) / "library.json")
        found["aws-sso-lib"] = theirs["without names"]["found"]
    _show_cost(ours, theirs)
    _show_found(ours, theirs["without names"], found)
    return [*ours.broken(), *_broken(ours, theirs["without names"])]


def _their_run(aws: Simulator, arguments: list[str], out: Path) -> dict[str, Any]:
    environment = aws.ask(restart)
    done = run(["-m", "tests.benchmarks.library", *arguments], environment, out)
    if done.code:
        return {"run": done, "seen": aws.ask(seen), "rows": [], "found": {}}
    rows = json.loads(out.read_text())["rows"]
    return {"run": done, "seen": aws.ask(seen), "rows": rows, "found": aws.ask(ways_listed, out)}


def _calls(seen_there: dict[str, Any]) -> int:
    return sum(seen_there["calls"].values())


def _shares(ours: Measured, theirs: dict[str, Any]) -> tuple[float, float, float]:
    """Our requests, our answered requests and our time as parts of theirs.

    Judged are all requests sent: one that AWS throttles is a request, too, and uses up the quota of everybody else.
    """
    answered = ours.calls - ours.seen["throttled"]
    their_answered = _calls(theirs["seen"]) - theirs["seen"]["throttled"]
    time = ours.run.seconds / theirs["run"].seconds
    return ours.calls / _calls(theirs["seen"]), answered / their_answered, time


def _broken(ours: Measured, theirs: dict[str, Any]) -> list[str]:
    done: Run = theirs["run"]
    if done.code:
        return [f"aws-sso-lib failed: {done.errors[-500:]}"]
    calls, _, time = _shares(ours, theirs)
    broken = []
    if calls > MOST_SHARE:
        broken.append(f"side by side: our calls are {calls:.3f} of theirs, more than {MOST_SHARE}")
    if time > MOST_SHARE:
        broken.append(f"side by side: our time is {time:.3f} of theirs, more than {MOST_SHARE}")
    return broken


def _show_cost(ours: Measured, theirs: dict[str, dict[str, Any]]) -> None:
    rows = [("leaverbot", f"{ours.calls:,}", ours.seen["throttled"], seconds(ours.run.seconds), "", "", "")]
    for name, one in theirs.items():
        calls, answered, time = _shares(ours, one)
        throttled = one["seen"]["throttled"]
        rows.append(
            (
                f"aws-sso-lib, {name}",
                f"{_calls(one['seen']):,}",
                throttled,
                seconds(one["run"].seconds),
                f"{calls:.3f}",
                f"{answered:.3f}",
                f"{time:.3f}",
            )
        )
    show(
        f"Side by side: {SIZE.name}, {SIZE.permission_sets} permission sets, {SIZE.groups} groups. Ratios: leaverbot's "
        f"divided by theirs; of the library without names (its default) calls and time may be {MOST_SHARE} at most. The "
        "ratio of answered calls leaves the throttled ones out.",
        ("", "calls", "of them throttled", "time", "calls ratio", "answered", "time ratio"),
        rows,
    )
    names = sorted({*ours.seen["calls"], *(name for one in theirs.values() for name in one["seen"]["calls"])})
    show(
        "Their calls by operation.",
        ("", "leaverbot", *theirs),
        (
            (name, *(one["calls"].get(name, 0) for one in [ours.seen, *(it["seen"] for it in theirs.values())]))
            for name in names
        ),
    )


def _show_found(ours: Measured, theirs: dict[str, Any], found: dict[str, dict[str, int]]) -> None:
    told = ours.verdict["scan"]
    groups = sum(row[0] == "GROUP" for row in theirs["rows"])
    rows: list[tuple[Any, ...]] = [
        ("who is disabled", f"yes: {told.get('leavers')} of {told.get('users_read'):,} users", "no"),
        (
            "account assignments read",
            "those of leavers and their groups",
            f"all: {len(theirs['rows']):,} rows, {groups:,} of them a group's",
        ),
        ("who is in a group", "yes", "no"),
    ]
    for name, true in found["truth"].items():
        counts = (found[who].get(name, 0) for who in ("leaverbot", "aws-sso-lib"))
        rows.append((f"leavers' ways in: {name}", *(f"{count:,} of {true:,}" for count in counts)))
    show(
        "What each of them sees. For the library, a way in counts as seen when somebody who knows from elsewhere who "
        "left can find that user's id in its rows.",
        ("", "leaverbot", "aws-sso-lib"),
        rows,
    )
