"""Scripts at length, with all guards or without some.

    python -m tests.months [--examples 500] [--seed 0] [--without GUARD ...] [--mutations]

`--without`: with these guards taken out; then something should go wrong. `--mutations`: each guard in turn, as a table.
"""

import argparse
import logging
import sys
import time

import pytest
import structlog

from tests.months.guards import GUARDS
from tests.months.scenarios import SCENARIOS
from tests.months.trial import Found, first_wrong, judged, shrunk, story


def main() -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.months")
    reader.add_argument("--examples", type=int, default=500)
    reader.add_argument("--seed", type=int, default=0)
    reader.add_argument("--without", action="append", default=[], choices=sorted(GUARDS))
    reader.add_argument("--mutations", action="store_true")
    asked = reader.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if asked.mutations:
        return _mutations(asked.examples, asked.seed)
    began = time.monotonic()
    with pytest.MonkeyPatch.context() as patch:
        for name in asked.without:
            GUARDS[name].take_out(patch)
        found = first_wrong(asked.examples, asked.seed)
        if found:
            _tell(found)
            return 1
    print(f"{asked.examples} scripts, nothing wrong; {time.monotonic() - began:.0f} s")
    return 0


def _tell(found: Found) -> None:
    print(f"script {found.seed}, after {found.examples}:", *found.wrong, sep="\n  ")
    short = shrunk(found.script)
    print(f"\nshort: {short}\n", *judged(short), sep="\n  ")
    print(f"\n{story(short)}")


def _mutations(examples: int, seed: int) -> int:
    """A table: each guard, the first short script that misses it, and after how many random ones it was missed."""
    print(
        "| guard | missed by the short script | after random scripts | what went wrong |\n|---|---|---:|---|",
        flush=True,
    )
    missed = 0
    for guard in GUARDS.values():
        with pytest.MonkeyPatch.context() as patch:
            guard.take_out(patch)
            short, wrong = next(
                ((name, wrong) for name, one in SCENARIOS.items() if (wrong := judged(one))), ("none", [])
            )
            found = first_wrong(examples, seed)
        missed += not (wrong or found or guard.kept_by)
        said = (wrong or (found.wrong if found else [f"nothing: {guard.kept_by}"]))[0].partition(": ")[2]
        number = found.examples if found else "none" if examples else ""
        print(f"| {guard.what} | {short} | {number} | {said} |", flush=True)
    return missed


if __name__ == "__main__":
    sys.exit(main())
