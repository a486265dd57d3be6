"""What came of a scan, for whoever asked for it."""

from collections.abc import Iterable

from bot.core.scan.coverage import Coverage, ScanRun, ScanStatus
from bot.slack.blocks import Message, message, section
from bot.slack.wording.text import cut, plural, say, when


def scan_message(scan: ScanRun) -> Message:
    """What the scan changed, how much it read, and what it could not read."""
    title = _title(scan, scan.coverage) if scan.coverage else "A scan is running"
    lines = [f"*{title}*", *(_lines(scan.coverage) if scan.coverage else ())]
    return message(title, [section(cut("\n".join(lines), 2900))])


def _title(scan: ScanRun, coverage: Coverage) -> str:
    if coverage.status is ScanStatus.FAILED:
        return "The scan failed and found nothing new"
    how = "complete" if coverage.status is ScanStatus.COMPLETE else "incomplete"
    return f"The scan is {how}: {plural(scan.opened, 'new case')}, {scan.closed:,} closed"


def _lines(coverage: Coverage) -> Iterable[str]:
    if coverage.status is not ScanStatus.FAILED:
        yield f"{plural(coverage.users_read, 'user')} read, {coverage.checked}, {when(coverage.finished_at)}."
    if coverage.problems:
        first, more = coverage.problems[0], len(coverage.problems) - 1
        yield f"Not read: {say(first.what, 200)} ({say(first.why, 600)}).{f' And {more:,} more.' if more else ''}"
        if coverage.status is not ScanStatus.FAILED:
            yield "No case was closed because of what could not be read."
    yield "Who can get in now: `/leavers`"
