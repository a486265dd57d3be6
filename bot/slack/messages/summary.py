"""The summary: how things stand, and what happened since the last one."""

from bot.core.access.sessions import lasting
from bot.core.cases import Case, CaseState, CloseReason
from bot.core.models import UserStatus
from bot.core.scan.report import Summary
from bot.core.views import DenyView
from bot.slack.blocks import Message, context, message, section, with_rest
from bot.slack.messages.leaves import upcoming
from bot.slack.messages.lists.open_cases import SEE_THE_REST, by_severity, linked, to_review, with_incidents
from bot.slack.messages.rules.report import rules_lines
from bot.slack.wording import names, ways_in
from bot.slack.wording.coverage import all_clear, coverage_line, how_line, not_all_clear, tells_all
from bot.slack.wording.directory.directory import finding
from bot.slack.wording.directory.source import disagreements
from bot.slack.wording.rules.brake import stands_still
from bot.slack.wording.text import cut, listed, mention, name, say, took, when

# Characters.
MOST_OF_RULES = 1800
_CLOSED = {
    CloseReason.NO_GRANTS: "lost access outside leaverbot",
    CloseReason.REVOKED: "revoked",
    CloseReason.ENABLED: "enabled again",
    CloseReason.GONE: "deleted outside leaverbot",
    CloseReason.DELETED: "deleted",
}


def summary_message(summary: Summary) -> Message:
    """How things stand, and what happened since the last summary."""
    title = _title(summary)
    closed = sum(case.state is CaseState.CLOSED for case in summary.incidents)
    if closed:
        title += f"{'.' if summary.open_now else ''} {to_review(closed)}"
    denies = _denies(summary.denies, summary.denies_unconfirmed)
    directory = f"*Directory*: {say(finding(summary.directory))}" if summary.directory else ""
    active = disagreements([names.best_name(case.user) for case in summary.disagree], summary.disagree_closed)
    rules = cut("\n".join(rules_lines(summary.rules)), MOST_OF_RULES)
    waits = stands_still(summary.brake, summary.holds)
    facts = [waits, _open(summary), _incidents(summary), active, _since(summary), rules, denies]
    facts += [upcoming(summary.leaves), directory, _scans(summary)]
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
    return not_all_clear(last)


def _open(summary: Summary) -> str:
    if not summary.open_now:
        return ""
    counts = by_severity(summary.open_by_severity)
    oldest = summary.oldest
    if oldest is None:
        return f"{counts}."
    age = took((summary.at - oldest.disabled_by).total_seconds())
    return f"{counts}. Longest disabled: *{names.user_label(oldest.user, 60)}*, for about {age}."


def _incidents(summary: Summary) -> str:
    """Access that was used after its user was disabled, until somebody has looked into it."""
    if not summary.incidents:
        return ""
    lines = [_incident(case, summary.links.get(case.id, "")) for case in summary.incidents]
    ask = "Press *Reviewed* on the message of the case when you have looked into it."
    return "\n".join(["*Used after being disabled, not reviewed yet:*", *with_rest(lines, 8, 2400), ask])


def _incident(case: Case, link: str) -> str:
    reason = case.closed_reason
    now = "can still get in" if case.state is CaseState.OPEN else _CLOSED[reason] if reason else "closed"
    used = f"{ways_in.use_words(case.used)}, {when(case.used.at)}" if case.used else ""
    return f"• {linked(names.user_label(case.user, 60), link)} · {used} · {now}"


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


def _denies(denies: tuple[DenyView, ...], unconfirmed: int) -> str:
    broken = sum(bool(deny.missing) for deny in denies)
    head = f"Emergency denies in force: {len(denies) - broken:,}" if denies else "Emergency denies in force: none"
    head += f". Changed by somebody: {broken:,}" if broken else ""
    head += f". Not known whether in force: {unconfirmed:,}" if unconfirmed else ""
    if not denies:
        return f"{head}."
    lines = [
        f"• *{name(deny.user.label, 60)}*, since {when(deny.since)} by {mention(deny.by)}; {_how_it_ends(deny)}"
        for deny in denies
    ]
    return "\n".join([head, *with_rest(lines, 8, 2500)])


def _how_it_ends(deny: DenyView) -> str:
    """What somebody has to look at, else when it lifts itself."""
    if deny.missing:
        return "*changed by somebody*"
    if deny.ends_at:
        return f"ends by itself {when(deny.ends_at)}"
    if deny.not_disabled and deny.user.status is not UserStatus.DISABLED:
        return "stays until it is lifted"
    if deny.stays:
        return "past its time, kept because a way in is left"
    return f"ends by itself {lasting(deny.kept)} after the last way in is gone"


def _scans(summary: Summary) -> str:
    text = f"Scans: {summary.scans_complete} of {summary.scans_total} complete"
    text += f", {summary.scans_failed} failed." if summary.scans_failed else "."
    last = summary.last_scan
    return f"{text} {coverage_line(last)}\n{how_line(last)}".strip() if last else f"{text} No scan has ended yet."
