"""How far a scan is, on stderr: what is being read, how much of it, and about how long this will still take."""

from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task
from rich.table import Column
from rich.text import Text

from bot.core.scan.wording import KIND_NAMES
from bot.core.text import plural
from bot.services.scan.progress import Phase
from bot.services.scan.progress import Progress as ScanProgress

# Narrower terminals get the words without the bar.
ROOM_FOR_BAR = 80
_MINUTE = 60


def doing(state: ScanProgress) -> str:
    """What is being read now."""
    match state.phase:
        case Phase.USERS:
            return f"Reading users ({state.leavers:,} disabled)"
        case Phase.LEAVERS:
            of = plural(state.leavers, "disabled user")
            return f"Reading {KIND_NAMES[state.what]} of {of}" if state.what else f"Reading groups of {of}"
        case Phase.LOCATIONS:
            return f"Reading all {KIND_NAMES[state.what]}" if state.what else "Reading"
        case Phase.PEOPLE:
            return "Putting their access together"
        case Phase.TRAIL:
            return "Reading CloudTrail"


def so_far(done: float, total: float | None, seconds: float | None, what: str) -> str:
    """120 of 231 · about 9 s left · what is being read. `seconds`: how long it will take; None while not known."""
    counted = f"{done:,.0f} of {total:,.0f}" if total is not None else f"{done:,.0f}" if done else ""
    return " · ".join(part for part in (counted, _left(seconds), what) if part)


def _left(seconds: float | None) -> str:
    if not seconds:
        return ""
    return f"about {seconds:.0f} s left" if seconds < _MINUTE else f"about {seconds / _MINUTE:.0f} min left"


class Bar:
    """A progress bar for one scan. What it shows starts anew with each thing that is read."""

    def __init__(self, console: Console) -> None:
        bar = [BarColumn(20)] if console.width >= ROOM_FOR_BAR else []
        columns = (SpinnerColumn(), *bar, _SoFar())
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task("Reading users", total=None)
        self._now: tuple[object, ...] = ()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, state: ScanProgress) -> None:
        """Called by the scan."""
        now = (state.phase, state.what)
        if now != self._now:
            # How fast something else was read says nothing about the time that this takes.
            self._progress.reset(self._task)
            self._now = now
        self._progress.update(self._task, description=doing(state), completed=state.done, total=state.total)


class _SoFar(ProgressColumn):
    """On one line, whose end is cut off where it does not fit."""

    def __init__(self) -> None:
        super().__init__(Column(no_wrap=True, overflow="ellipsis"))

    def render(self, task: Task) -> Text:
        return Text(so_far(task.completed, task.total, task.time_remaining, task.description))
