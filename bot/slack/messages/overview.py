"""Many cases in one message: the digest of a scan, and the daily summary."""

from collections.abc import Iterable, Mapping

from bot.core.cases import Case, CaseState, CloseReason
from bot.core.models import Severity
from bot.core.report import DenyInForce, Summary
from bot.core.sessions import lasting
from bot.core.views import Digest
from bot.slack.blocks import Message, context, first_that_fit, message, section
from bot.slack.wording import ways_in as ways
from bot.slack.wording import words
from bot.slack.wording.coverage import all_clear, coverage_line, how_line, tells_all, why_not_clear
from bot.slack.wording.text import listed, mention, name, plural, took, when

SEE_THE_REST = "All of them: `/leavers`. One of them, with its buttons: `/leavers show <user>`.".replace(
    "<user>", "&lt;user&gt;"
)
_CLOSED = {
    CloseReason.NO_GRANTS: "lost access outside leaverbot",
    CloseReason.REVOKED: "revoked",
    CloseReason.ENABLED: "enabled again",
    CloseReason.GONE: "deleted outside leaverbot",
    CloseReason.DELETED: "deleted",
}


def case_line(case: Case, link: str = "", *, deny: str = "") -> str:
    """• Dana Rossi (dana.rossi) · critical · 4 accounts and 1 application: a, b and 3 more."""
    shown = _linked(words.user_label(case.user, 60), link)
    user_name = f" ({name(case.user.user_name, 60)})" if case.user.display_name and case.user.user_name else ""
    parts = [f"• {shown}{user_name}"]
    if case.used:
        parts.append(f"*used after being disabled* ({ways.use_words(case.used)}, {when(case.used.at)})")
    parts += [str(case.severity), _held(case)]
    if not case.read_complete:
        parts.append("not everything could be read")
    if deny:
        parts.append(deny)
    return " · ".join(parts)


def _held(case: Case) -> str:
    accounts, applications = ways.account_ids(case.usable), ways.application_ids(case.usable)
    if not accounts and not applications:
        return "not known what is left"
    counts = ways.reach(len(accounts), len(applications), "account")
    return f"{counts}: {listed(ways.targets(case.usable), most=3)}"


def incidents_first(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Cases in their order, but those whose access was used after the user was disabled on top."""
    return tuple(sorted(cases, key=lambda case: case.used is None))


def with_incidents(title: str, used: int) -> str:
    """The title with how many of these people used their access after they were disabled."""
    return f"{title}; {used:,} used it after being disabled" if used else title


def by_severity(counts: Mapping[Severity, int]) -> str:
    """1 critical, 2 high, 3 normal."""
    return ", ".join(f"{counts[level]} {level}" for level in Severity if counts.get(level))


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


def summary_message(summary: Summary) -> Message:
    """How things stand, and what happened since the last summary."""
    title = _title(summary)
    closed = sum(case.state is CaseState.CLOSED for case in summary.incidents)
    if closed:
        title += f"{'.' if summary.open_now else ''} {to_review(closed)}"
    denies = _denies(summary.denies, summary.denies_unconfirmed)
    facts = [_open(summary), _incidents(summary), _since(summary), denies, _scans(summary)]
    blocks = [section(f"*{title}*"), *(section(fact) for fact in facts if fact)]
    blocks.append(context(f"Since {when(summary.since)}, as of {when(summary.at)}. {SEE_THE_REST}"))
    return message(title, blocks)


def _title(summary: Summary) -> str:
    if summary.open_now:
        who = "person who left" if summary.open_now == 1 else "people who left"
        verb = "has" if summary.open_now == 1 else "have"
        before = f"{summary.open_before:,} at the last summary"
        if summary.first:
            before = "first summary: nothing to compare with yet"
        title = f"{summary.open_now:,} {who} still {verb} access ({before})"
        return with_incidents(title, summary.used_open)
    last = summary.last_scan
    if summary.all_clear and last and tells_all(last):
        return all_clear(last)
    return f"No open case, but that does not mean all clear: {why_not_clear(last)}"


def _open(summary: Summary) -> str:
    if not summary.open_now:
        return ""
    counts = by_severity(summary.open_by_severity)
    oldest = summary.oldest
    if oldest is None:
        return f"{counts}."
    age = took((summary.at - oldest.disabled_by).total_seconds())
    return f"{counts}. Longest disabled: *{words.user_label(oldest.user, 60)}*, for about {age}."


def to_review(closed: int) -> str:
    """What titles say of closed cases whose access was used and that nobody has reviewed."""
    return f"{plural(closed, 'closed case')} to review: access used while disabled"


def _incidents(summary: Summary) -> str:
    """Access that was used after its user was disabled, until somebody has looked into it."""
    if not summary.incidents:
        return ""
    lines = [_incident(case, summary.links.get(case.id, "")) for case in summary.incidents]
    kept = first_that_fit(lines, 8, 2400)
    more = [f"• {len(lines) - len(kept):,} more"] if len(kept) < len(lines) else []
    ask = "Press *Reviewed* on the message of the case when you have looked into it."
    return "\n".join(["*Used after being disabled, not reviewed yet:*", *kept, *more, ask])


def _incident(case: Case, link: str) -> str:
    reason = case.closed_reason
    now = "can still get in" if case.state is CaseState.OPEN else _CLOSED[reason] if reason else "closed"
    used = f"{ways.use_words(case.used)}, {when(case.used.at)}" if case.used else ""
    return f"• {_linked(words.user_label(case.user, 60), link)} · {used} · {now}"


def _linked(label: str, link: str) -> str:
    return f"<{link}|{label}>" if link and "|" not in link and ">" not in link else f"*{label}*"


def _since(summary: Summary) -> str:
    closed = sum(count for _, _, count in summary.closed)
    since = "In the last 24 hours" if summary.first else "Since the last summary"
    text = f"{since}: {summary.opened} new, {closed} closed"
    ways = [_way(*way) for way in summary.closed]
    text += f" ({listed(ways, most=8)})." if ways else "."
    if summary.median_seconds is not None and summary.worst_seconds is not None:
        median, worst = took(summary.median_seconds), took(summary.worst_seconds)
        text += f" From disabled to no way in: median about {median}, worst about {worst}."
    return text


def _way(reason: str, who: str | None, count: int) -> str:
    known = _CLOSED[CloseReason(reason)] if reason in set(CloseReason) else "closed, reason not known"
    return f"{count} {known}" + (f" by {mention(who)}" if who else "")


def _denies(denies: tuple[DenyInForce, ...], unconfirmed: int) -> str:
    broken = sum(deny.missing for deny in denies)
    head = f"Emergency denies in force: {len(denies) - broken:,}" if denies else "Emergency denies in force: none"
    head += f". Changed by somebody: {broken:,}" if broken else ""
    head += f". Not known whether in force: {unconfirmed:,}" if unconfirmed else ""
    if not denies:
        return f"{head}."
    lines = [
        f"• *{name(deny.label, 60)}*, since {when(deny.since)} by {mention(deny.by)}; {_how_it_ends(deny)}"
        for deny in denies
    ]
    kept = first_that_fit(lines, 8, 2500)
    more = [f"• {len(lines) - len(kept):,} more"] if len(kept) < len(lines) else []
    return "\n".join([head, *kept, *more])


def _how_it_ends(deny: DenyInForce) -> str:
    """What somebody has to look at, else when it lifts itself."""
    if deny.missing:
        return "*changed by somebody*"
    if deny.ends_at:
        return f"ends by itself {when(deny.ends_at)}"
    if deny.stays:
        return "past its time, kept because a way in is left"
    return f"ends by itself {lasting(deny.kept)} after the last way in is gone"


def _scans(summary: Summary) -> str:
    text = f"Scans: {summary.scans_complete} of {summary.scans_total} complete"
    text += f", {summary.scans_failed} failed." if summary.scans_failed else "."
    last = summary.last_scan
    return f"{text} {coverage_line(last)}\n{how_line(last)}".strip() if last else f"{text} No scan has ended yet."
