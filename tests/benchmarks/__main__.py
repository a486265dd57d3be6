"""Measure the scan (calls, time, memory, CPU, side by side with aws-sso-lib), the emergency deny, presses, events, and
the messages on a phone.

    python -m tests.benchmarks [--quick] [--only scan|again|side-by-side|tools|cpu|deny|presses|events|words]

The simulator runs in a process of its own, with AWS's published request rates, and the real program against it as
another. Prints tables, and ends with 1 when a bound is broken or a result is not the truth. Linux or macOS.
"""

import argparse
import os
import platform
import resource
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version

# Nothing of the bot or boto3 is imported up here or in what is imported here: this process has to stay smaller than
# those it measures, because what a process was before exec counts into its peak.
from tests.benchmarks.cpu import compare_cpu
from tests.benchmarks.deny import measure_denies
from tests.benchmarks.events import measure_events
from tests.benchmarks.presses import measure_presses
from tests.benchmarks.scan import measure_scans
from tests.benchmarks.scan_again import measure_again
from tests.benchmarks.side_by_side import compare
from tests.benchmarks.tools import compare_tools

PARTS: dict[str, Callable[[bool], list[str]]] = {
    "scan": lambda quick: measure_scans(quick=quick),
    "side-by-side": lambda _quick: compare(),
    "again": lambda _quick: measure_again(),
    "tools": lambda _quick: compare_tools(),
    "cpu": lambda _quick: compare_cpu(),
    "deny": lambda _quick: measure_denies(),
    "presses": lambda _quick: measure_presses(),
    "events": lambda _quick: measure_events(),
    "words": lambda _quick: _words(),
}


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="1,000 and 20,000 users only, nothing side by side")
    parser.add_argument("--only", choices=PARTS, help="one part")
    given = parser.parse_args()
    chosen = [given.only] if given.only else ["scan"] if given.quick else list(PARTS)
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, boto3 {version('boto3')}. {_load()}"
    )
    broken = [problem for name in chosen for problem in PARTS[name](given.quick)]
    mine = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    print(f"\n{_load()} The measuring process itself: {mine:.0f} MB.")
    print("\n".join(f"BROKEN: {problem}" for problem in broken) or "Every bound holds.")
    return 1 if broken else 0


def _words() -> list[str]:
    # A browser is needed for this part alone.
    from tests.benchmarks.words.measure import measure_words

    return measure_words()


def _load() -> str:
    return f"Load of the machine: {' '.join(f'{value:.1f}' for value in os.getloadavg())}."


if __name__ == "__main__":
    sys.exit(main())
