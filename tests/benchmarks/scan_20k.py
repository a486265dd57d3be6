"""`leaverbot scan` of a large organization: calls, time, memory.

    python -m tests.benchmarks.scan_20k [--users 20000] [--leavers 200]

Starts the simulator in a process of its own, with AWS's published request rates, and runs the real program against
it as another. Prints a table, and ends with 1 when a bound is broken or the result is not the truth. Linux or macOS.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

# The bot takes 15 calls a second of the 20 that AWS allows; README and docs/architecture.md say so.
RATE = 15.0
MOST_MEGABYTES = 150
ROOT = Path(__file__).parents[2]
# Nothing of the bot or boto3 is imported up here: this process has to stay smaller than the one it measures,
# because what a process was before exec counts into its peak.


@dataclass(frozen=True)
class Run:
    """One finished scan. `megabytes` is its peak of resident memory."""

    code: int
    seconds: float
    megabytes: float
    document: dict[str, Any]
    errors: str


def serve(pipe: Connection, users: int, leavers: int, groups: int, accounts: int, permission_sets: int) -> None:
    """The simulator's process: build, serve, say what it saw."""
    import random

    from bot.playground.identity_center import AwsServer, random_organization
    from tests.services.scanning import bound, true_cases

    org = random_organization(
        seed=20, users=users, accounts=accounts, groups=groups, permission_sets=permission_sets, disabled=0.0
    )
    for user in random.Random(20).sample(org.users(), leavers):
        org.set_status(user.id, "DISABLED")
    server = AwsServer(org)
    server.start()
    pipe.send({"environment": server.environment(), "bound": bound(org), "cases": sorted(true_cases(org))})
    pipe.recv()
    pipe.send({"calls": dict(server.calls), "throttled": server.throttled, "complaints": server.complaints})
    server.stop()


def scan(environment: dict[str, str]) -> Run:
    """Run the program; its peak of memory comes from the kernel when it ends."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LEAVERBOT_"))}
    given = {**kept, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, **environment}
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
    ):
        given["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "scan", "--json"], env=given, cwd=folder, stdout=out, stderr=err
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        text = out.read()
        unit = 1024 * 1024 if sys.platform == "darwin" else 1024
        return Run(process.returncode, seconds, used.ru_maxrss / unit, json.loads(text) if text else {}, err.read())


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--leavers", type=int, default=200)
    parser.add_argument("--groups", type=int, default=60)
    parser.add_argument("--accounts", type=int, default=20)
    parser.add_argument("--permission-sets", type=int, default=15)
    size = vars(parser.parse_args())
    here, there = multiprocessing.get_context("spawn").Pipe()
    simulator = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), kwargs=size, daemon=True)
    simulator.start()
    made = here.recv()
    run = scan(made["environment"])
    here.send("done")
    seen = here.recv()
    simulator.join()
    print(", ".join(f"{value} {name.replace('_', ' ')}" for name, value in size.items()))
    return report(made, run, seen)


def report(made: dict[str, Any], run: Run, seen: dict[str, Any]) -> int:
    """The table; 1 when a promise is broken."""
    calls: dict[str, int] = seen["calls"]
    answered = sum(calls.values()) - seen["throttled"]
    apis = {
        name: sum(n for call, n in calls.items() if call.startswith(f"{name}."))
        for name in ("identitystore", "sso-admin")
    }
    busiest = max(apis, key=lambda name: apis[name])
    least = apis[busiest] / RATE
    told = run.document.get("scan", {})
    cases = sorted(case["user"]["id"] for case in run.document.get("cases", []))
    print("\ncalls by operation")
    for name, count in sorted(calls.items()):
        print(f"  {name:<55}{count:>6}")
    print(f"  {'all':<55}{sum(calls.values()):>6}\n\nbound")
    for name, count in made["bound"].items():
        print(f"  {name:<55}{count:>6}")
    most = sum(made["bound"].values())
    print(f"  {'at most':<55}{most:>6}\n")
    print(f"users read, leavers, cases      {told.get('users_read')}, {told.get('leavers')}, {len(cases)}")
    print(f"status, exit code               {told.get('status')}, {run.code}")
    print(f"throttled calls                 {seen['throttled']}")
    print(f"wall time, start to end         {run.seconds:.1f} s")
    print(f"calls of the busiest API / 15   {least:.1f} s ({busiest}, {apis[busiest]} calls)")
    print(f"wall time / that                {run.seconds / least:.2f}")
    print(f"peak resident memory            {run.megabytes:.0f} MB (at most {MOST_MEGABYTES})\n")
    wrong = {
        "the scan is not complete": run.code != 0 or told.get("status") != "complete",
        "the cases are not the truth": cases != made["cases"],
        "the scan counted its calls wrongly": told.get("calls") != calls,
        "more calls than stated": answered > most,
        "too much memory": run.megabytes >= MOST_MEGABYTES,
        "AWS was asked wrongly": bool(seen["complaints"]),
    }
    broken = [name for name, is_so in wrong.items() if is_so]
    print(f"BROKEN: {'; '.join(broken)}\n{run.errors}" if broken else "every bound holds")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
