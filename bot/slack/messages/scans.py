"""The message about a scan that somebody asked for: that it runs, then what came of it."""

from collections.abc import Iterable

from bot.core.scan.coverage import Coverage, ScanRun, ScanStatus
from bot.slack.blocks import Message, context, message, section
from bot.slack.wording.text import clean, cut, mention, plural, say, when


def scan_message(scan: ScanRun) -> Message:
    """One message for the life of the scan."""
    asked = f"Asked for by {mention(scan.askers)}, {when(scan.started_at)}."
    if scan.coverage is None:
        title = "A scan is running"
        return message(title, [section(f"*{title}*"), context(asked)])
    title = f"The scan is {'complete' if scan.coverage.status is ScanStatus.COMPLETE else 'incomplete'}"
    if scan.coverage.status is ScanStatus.FAILED:
        title = "The scan failed and found nothing new"
    lines = [f"*{title}*", *_found(scan, scan.coverage), *_not_read(scan.coverage)]
    return message(title, [section(cut("\n".join(lines), 2900)), context(asked)])


def _found(scan: ScanRun, coverage: Coverage) -> Iterable[str]:
    if coverage.status is ScanStatus.FAILED:
        return
    calls = sum((coverage.calls or {}).values())
    yield f"{plural(coverage.users_read, 'user')} read with {plural(calls, 'call')} to AWS, {coverage.checked}."
    yield f"Cases: {scan.opened:,} new, {scan.closed:,} closed."


def _not_read(coverage: Coverage) -> Iterable[str]:
    if coverage.problems:
        first, more = coverage.problems[0], len(coverage.problems) - 1
        yield f"Not read: {say(first.what, 200)} ({say(first.why, 600)}).{f' And {more:,} more.' if more else ''}"
        if coverage.status is not ScanStatus.FAILED:
            yield "No case was closed because of what could not be read."
    yield from (say(f"Note: {note}", 300) for note in coverage.notes if clean(note))
