"""Many cases in one message: the digest of a scan, and the daily summary."""

from collections.abc import Mapping

from bot.core.cases import Case, CloseReason
from bot.core.models import Coverage, ScanStatus, Severity
from bot.core.report import DenyInForce, Summary
from bot.core.views import Digest
from bot.slack import words
from bot.slack.blocks import Message, context, first_that_fit, message, section
from bot.slack.text import cut, listed, mention, name, plural, say, took, when

SEE_THE_REST = "All of them: `/leavers`. One of them, with its buttons: `/leavers show <user>`.".replace(
    "<user>", "&lt;user&gt;"
)
_CLOSED = {
    CloseReason.NO_GRANTS: "lost the access without leaverbot",
    CloseReason.REVOKED: "revoked",
    CloseReason.ENABLED: "enabled again",
    CloseReason.GONE: "deleted without leaverbot",
    CloseReason.DELETED: "deleted",
}


def case_line(case: Case, link: str = "", *, denied: bool = False) -> str:
    """• Dana Rossi (dana.rossi) · critical · 4 accounts: a, b and 2 more."""
    label = words.user_label(case.user, 60)
    shown = f"<{link}|{label}>" if link and "|" not in link and ">" not in link else f"*{label}*"
    user_name = f" ({name(case.user.user_name, 60)})" if case.user.display_name and case.user.user_name else ""
    labels = {grant.account_id: words.account_label(grant.account_id, grant.account_name, 30) for grant in case.usable}
    parts = [f"• {shown}{user_name}", str(case.severity)]
    parts.append(
        f"{plural(len(labels), 'account')}: {listed(list(labels.values()), most=3)}"
        if labels
        else "not known what is left"
    )
    if denied:
        parts.append("emergency deny in force")
    return " · ".join(parts)


def by_severity(counts: Mapping[Severity, int]) -> str:
    """1 critical, 2 high, 3 normal."""
    return ", ".join(f"{counts[level]} {level}" for level in Severity if counts.get(level))


def digest_message(digest: Digest) -> Message:
    """Many new cases of one scan."""
    who = "person who left can" if digest.total == 1 else "people who left can"
    title = f"{digest.total:,} {who} still get into AWS"
    counts = by_severity(digest.by_severity)
    lines = first_that_fit([case_line(case) for case in digest.worst], 10, 2500)
    blocks = [section(f"*{title}*\nFound by the scan at {when(digest.found_at)}. {counts}.")]
    if lines:
        blocks.append(section("\n".join(["The worst:", *lines])))
    rest = digest.total - len(lines)
    more = f"{plural(rest, 'more', 'more')}, without a message of their own. " if rest > 0 else ""
    blocks.append(section(f"{more}{SEE_THE_REST}"))
    return message(f"{title}: {counts}. See /leavers.", blocks)


def summary_message(summary: Summary) -> Message:
    """How things stand, and what happened since the last summary."""
    title = _title(summary)
    facts = [_open(summary), _since(summary), _denies(summary.denies), _scans(summary)]
    blocks = [section(f"*{title}*"), *(section(fact) for fact in facts if fact)]
    blocks.append(context(f"Since {when(summary.since)}, as of {when(summary.at)}. {SEE_THE_REST}"))
    return message(title, blocks)


def _title(summary: Summary) -> str:
    if summary.open_now:
        who = "person who left" if summary.open_now == 1 else "people who left"
        verb = "has" if summary.open_now == 1 else "have"
        return f"{summary.open_now:,} {who} still {verb} access ({summary.open_before} at the summary before)"
    last = summary.last_scan
    if summary.all_clear and last:
        checked = _checked(last)
        return f"{checked} at {when(last.finished_at)}. None has an account assignment left that anybody can use."
    return f"No open case, but that does not mean all clear: {why_not_clear(last)}"


def _checked(last: Coverage) -> str:
    if last.leavers == 1:
        return "The 1 disabled user was checked"
    return f"All {last.leavers:,} disabled users were checked" if last.leavers else "No user is disabled, all were read"


def why_not_clear(last: Coverage | None) -> str:
    """Why nothing can be said for sure, as the end of a sentence."""
    if last is None:
        return "no scan has ended yet."
    if last.status is ScanStatus.COMPLETE:
        return f"the last complete scan is from {when(last.finished_at)}, and none ended since."
    if last.status is ScanStatus.FAILED:
        return f"the last scan failed at {when(last.finished_at)}."
    return f"the last scan, at {when(last.finished_at)}, was incomplete."


def _open(summary: Summary) -> str:
    if not summary.open_now:
        return ""
    counts = by_severity(summary.open_by_severity)
    oldest = summary.oldest
    if oldest is None:
        return f"{counts}."
    age = took((summary.at - oldest.opened_at).total_seconds())
    return f"{counts}. The oldest: *{words.user_label(oldest.user, 60)}*, open for {age}."


def _since(summary: Summary) -> str:
    closed = sum(count for _, _, count in summary.closed)
    text = f"Since the last summary: {summary.opened} new, {closed} closed"
    ways = [_way(*way) for way in summary.closed]
    text += f" ({listed(ways, most=8)})." if ways else "."
    if summary.median_seconds is not None and summary.worst_seconds is not None:
        median, worst = took(summary.median_seconds), took(summary.worst_seconds)
        text += f" From alert to closed: median {median}, worst {worst}."
    return text


def _way(reason: str, who: str | None, count: int) -> str:
    known = _CLOSED[CloseReason(reason)] if reason in set(CloseReason) else "closed for a reason that is not known"
    return f"{count} {known}" + (f" by {mention(who)}" if who else "")


def _denies(denies: tuple[DenyInForce, ...]) -> str:
    if not denies:
        return "Emergency denies in force: none."
    lines = [
        f"• *{name(deny.label, 60)}*, since {when(deny.since)} by {mention(deny.by)}; "
        f"keep until {when(deny.since + words.LONGEST_SESSION)} at least"
        for deny in denies
    ]
    kept = first_that_fit(lines, 8, 2500)
    more = [f"• {len(lines) - len(kept):,} more"] if len(kept) < len(lines) else []
    return "\n".join([f"Emergency denies in force: {len(denies)}", *kept, *more])


def _scans(summary: Summary) -> str:
    text = f"Scans: {summary.scans_complete} of {summary.scans_total} complete"
    text += f", {summary.scans_failed} failed." if summary.scans_failed else "."
    last = summary.last_scan
    return f"{text} {coverage_line(last)}" if last else f"{text} No scan has ended yet."


def coverage_line(last: Coverage) -> str:
    """What the newest scan read and what not."""
    at = when(last.finished_at)
    checked = f"{last.leavers_read:,} of {plural(last.leavers, 'disabled user')} checked"
    read = f"{checked}, {plural(last.users_read, 'user')} read"
    if last.status is ScanStatus.COMPLETE:
        return f"The last scan, {at}, was complete: {read}."
    word = "failed" if last.status is ScanStatus.FAILED else "was incomplete"
    text = f"The last scan, {at}, {word}: {read}."
    if last.unknown_status:
        text += f" AWS gave no status for {plural(last.unknown_status, 'user')}."
    if last.problems:
        first = last.problems[0]
        more = f" And {plural(len(last.problems) - 1, 'more problem')}." if len(last.problems) > 1 else ""
        text += f" Not read: {say(first.what, 200)}. {say(first.why, 300)}{more}"
    return cut(f"{text} Nobody's case was closed who was not read.", 2500)
