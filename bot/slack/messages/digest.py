"""The digest: many cases that one scan found, in one message."""

from bot.core.views import Digest
from bot.slack.blocks import Message, first_that_fit, message, section
from bot.slack.messages.case_list import SEE_THE_REST, by_severity, case_line, incidents_first, with_incidents
from bot.slack.wording.text import plural, when


def digest_message(digest: Digest) -> Message:
    """Many cases that one scan found, as they are now."""
    still = "person who left can" if digest.open_now == 1 else "people who left can"
    title = with_incidents(f"{digest.open_now:,} {still} still get into AWS", digest.used)
    if not digest.open_now:
        title = "Nobody found by this scan has an open case any more"
    found = f"{digest.found:,} found by the scan of {when(digest.found_at)}; {digest.open_now:,} open now."
    counts = f" {by_severity(digest.by_severity)}." if digest.open_now else ""
    lines = first_that_fit([case_line(case) for case in incidents_first(digest.worst)], 10, 2500)
    blocks = [section(f"*{title}*\n{found}{counts}")]
    if lines:
        blocks.append(section("\n".join(["The worst:", *lines])))
    rest = digest.open_now - len(lines)
    more = f"{plural(rest, 'more', 'more')}, without a message of their own. " if rest > 0 else ""
    blocks.append(section(f"{more}{SEE_THE_REST}"))
    return message(f"{title}.{counts} See /leavers.", blocks)
