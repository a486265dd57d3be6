"""One script judged, many scripts tried, and one that fails made short."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.months.bot import in_one_thread, memory
from tests.months.judge import Judge
from tests.months.liveness import undone
from tests.months.months import Months
from tests.months.script import Chosen, Script, script


@dataclass(frozen=True)
class Found:
    """A script that went wrong. `examples`: how many were tried."""

    seed: int
    script: Script
    wrong: list[str]
    examples: int


def judged(one: Script) -> list[str]:
    """What goes wrong in this script."""
    with memory() as folder, in_one_thread():
        months = Months(one, folder)
        judge = Judge()
        wrong = judge.read(months.run())
        return [*wrong, *undone(months, judge)]


def story(one: Script) -> str:
    """What happens in it."""
    with memory() as folder, in_one_thread():
        months = Months(one, folder)
        return months.run().story()


def first_wrong(examples: int, seed: int = 0) -> Found | None:
    """The first of these scripts that goes wrong."""
    for number in range(examples):
        wrong = judged(script(seed + number))
        if wrong:
            return Found(seed + number, script(seed + number), wrong, number + 1)
    return None


def shrunk(one: Script, fails: Callable[[Script], object] = judged) -> Script:
    """A shorter script that fails, too."""
    smaller = True
    while smaller:
        smaller = False
        for candidate in _smaller(one):
            if fails(candidate):
                one, smaller = candidate, True
                break
    return one


def _smaller(one: Script) -> Iterator[Script]:
    """Without many of its steps first, then without one; then plainer."""
    size = len(one.steps) // 2
    while size:
        for start in range(0, len(one.steps), size):
            yield replace(one, steps=one.steps[:start] + one.steps[start + size :])
        size //= 2
    plain = Script((), Chosen())
    for name in ("staff", "brake", "per_hour", "scan_every", "events", "protected", "tenant"):
        if getattr(one, name) != getattr(plain, name):
            yield replace(one, **{name: getattr(plain, name)})
    for name in ("revoke", "delete", "deny"):
        if getattr(one.chosen, name):
            yield replace(one, chosen=replace(one.chosen, **{name: getattr(plain.chosen, name)}))
