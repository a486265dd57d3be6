"""The summary: how things stand, and what happened since the last one, on one screen of a phone."""

from collections.abc import Iterable, Sequence

from bot.core.access.sessions import lasting
from bot.core.access.severity import Severity
from bot.core.cases import Case, CaseState, CloseReason
from bot.core.models import User, UserStatus
from bot.core.scan.exposure import Lengths
from bot.core.scan.report import Summary
from bot.core.views import DenyView
from bot.slack.blocks import Message, context, message, section, with_rest
from bot.slack.messages.leaves import upcoming
from bot.slack.messages.rules.report import rules_in_short
from bot.slack.wording import names, ways_in
from bot.slack.wording.coverage import all_clear, in_one_line, not_all_clear, tells_all
from bot.slack.wording.directory.directory import in_short
from bot.slack.wording.directory.source import disagreements
from bot.slack.wording.rules.brake import stands_still
from bot.slack.wording.text import cut, day, listed, mention, say, took, when
from bot.slack.wording.titles import MARKS, to_review

MOST_NAMED, MOST_DENIES, MOST_LABEL, MOST_TEXT = 5, 3, 30, 2400
# At the end of every summary, and of nothing else.
END = "Everybody: `/leavers`. How it was read: `/leavers status`."
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
    happened = [_by_severity(summary), _changed(summary), _exposure(summary.week, summary.four_weeks)]
    texts = [
        "\n".join([f"*{title}*", *filter(None, happened)]),
        stands_still(summary.brake, summary.holds),
        _incidents(summary),
        _longest(summary),
        _disagreements(summary),
        "\n".join(filter(None, [*_denies(summary), *rules_in_short(summary.rules), upcoming(summary.leaves)])),
        f"*Directory*: {say(in_short(summary.directory))}" if summary.directory else "",
        in_one_line(summary.last_scan, summary.scans_complete, summary.scans_total, summary.scans_failed),
    ]
    blocks = [section(cut(text, MOST_TEXT)) for text in texts if text]
    return message(title, [*blocks, context(f"Since {when(summary.since)}. {END}")])


def _title(summary: Summary) -> str:
    if not summary.open_now:
        last = summary.last_scan
        return all_clear(last) if summary.all_clear and last and tells_all(last) else not_all_clear(last)
    who = "disabled person still has" if summary.open_now == 1 else "disabled people still have"
    before = "the first summary" if summary.first else f"{summary.open_before:,} at the last summary"
    used = f"; {summary.used_open:,} used it while disabled" if summary.used_open else ""
    return f"{summary.open_now:,} {who} access ({before}){used}"


def _by_severity(summary: Summary) -> str:
    """🔴 3 critical (was 2) · 🟠 2 high (was 2)."""
    now, before = summary.open_by_severity, summary.severity_before
    shown = [level for level in Severity if now.get(level) or (before or {}).get(level)]
    was = {level: f" (was {before.get(level, 0):,})" if before is not None else "" for level in Severity}
    return " · ".join(f"{MARKS[level]} {now.get(level, 0):,} {level}{was[level]}" for level in shown)


def _changed(summary: Summary) -> str:
    """2 new. 4 closed: 3 revoked by @alice and 1 enabled again."""
    closed = sum(count for _, _, count in summary.closed)
    text = f"{summary.opened:,} new. {closed:,} closed"
    ways = [_way(*way) for way in summary.closed]
    return f"{text}: {listed(ways, most=MOST_NAMED)}." if ways else f"{text}."


def _way(reason: str, who: str | None, count: int) -> str:
    known = _CLOSED[CloseReason(reason)] if reason in set(CloseReason) else "closed, reason not known"
    return f"{count:,} {known}" + (f" by {mention(who)}" if who else "")


def _exposure(week: Lengths, four_weeks: Lengths) -> str:
    """A line: this week against four weeks; nothing where nobody lost their last way in."""
    if not four_weeks.ended:
        return ""
    if not week.ended:
        return f"From disabled to no way in: nobody this week; {_times(four_weeks)} in four weeks."
    text = f"From disabled to no way in: {_times(week)} this week"
    return f"{text}; {_times(four_weeks)} in four weeks." if four_weeks.ended > week.ended else f"{text}."


def _times(found: Lengths) -> str:
    """Rough times: when somebody was disabled, AWS does not say exactly."""
    return f"median {took(found.median_seconds or 0)}, worst {took(found.worst_seconds or 0)}"


def _incidents(summary: Summary) -> str:
    """Access that was used after its user was disabled, until somebody has looked into it."""
    if not summary.incidents:
        return ""
    lines = [_incident(case, summary) for case in summary.incidents]
    head = "*Used while disabled, not reviewed* (press *Reviewed* on the alert)"
    return _list(head, lines)


def _incident(case: Case, summary: Summary) -> str:
    reason = case.closed_reason
    now = "still has access" if case.state is CaseState.OPEN else _CLOSED[reason] if reason else "closed"
    used = f" · {ways_in.use_words(case.used)}, {day(case.used.at)}" if case.used else ""
    return f"• {_linked(case.user, summary, case.id)}{used} · {now}"


def _longest(summary: Summary) -> str:
    lines = [
        f"• {_linked(case.user, summary, case.id)} · "
        f"{took((summary.at - case.disabled_by).total_seconds())} · {case.severity}"
        for case in summary.longest
    ]
    return _list("*Longest disabled*", lines) if lines else ""


def _disagreements(summary: Summary) -> str:
    shown = [_linked(case.user, summary, case.id) for case in summary.disagree]
    return disagreements(shown, summary.disagree_closed)


def _linked(user: User, summary: Summary, about: str) -> str:
    """The name, as a link to the message of what it is about, where there is one."""
    return names.linked(user, summary.links.get(about, ""), MOST_LABEL)


def _denies(summary: Summary) -> Iterable[str]:
    """How many emergency denies are in force, and when each ends."""
    broken = sum(bool(deny.missing) for deny in summary.denies)
    counts = [f"{len(summary.denies) - broken:,} in force" if summary.denies else "none in force"]
    counts += [f"{broken:,} changed by somebody"] if broken else []
    counts += [f"{summary.denies_unconfirmed:,} not known whether in force"] if summary.denies_unconfirmed else []
    yield f"*Emergency denies*: {', '.join(counts)}."
    lines = [f"• {_linked(deny.user, summary, deny.user.id)}, {_how_it_ends(deny)}" for deny in summary.denies]
    yield from with_rest(lines, MOST_DENIES, MOST_TEXT)


def _how_it_ends(deny: DenyView) -> str:
    """What somebody has to look at, else when it lifts itself."""
    if deny.missing:
        return "*changed by somebody*"
    if deny.ends_at:
        return f"ends {when(deny.ends_at)}"
    if deny.not_disabled and deny.user.status is not UserStatus.DISABLED:
        return "stays until it is lifted"
    if deny.stays:
        return "past its time, kept because a way in is left"
    return f"ends {lasting(deny.kept)} after the last access is removed"


def _list(head: str, lines: Sequence[str]) -> str:
    return "\n".join([head, *with_rest(lines, MOST_NAMED, MOST_TEXT)])
