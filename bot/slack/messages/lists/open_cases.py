"""The list of the open cases."""

from collections.abc import Iterable, Mapping

from bot.core.access.severity import Severity
from bot.core.cases import Case
from bot.core.views import CaseList
from bot.slack.blocks import Block, Message, context, first_that_fit, message, packed, section
from bot.slack.wording import names, ways_in
from bot.slack.wording.coverage import all_clear, coverage_line, not_all_clear, tells_all
from bot.slack.wording.text import listed, name, plural, when

SEE_THE_REST = "The whole list: `/leavers`. One person, and what you can do: `/leavers show <user>`.".replace(
    "<user>", "&lt;user&gt;"
)


def list_message(cases: CaseList, *, whole: bool = False) -> Message:
    """The open cases, worst and oldest first; as many as fit into a message, or the `whole` list for a terminal."""
    total = len(cases.cases)
    if not total:
        return _empty_list(cases)
    who = "disabled person still has" if total == 1 else "disabled people still have"
    title = with_incidents(f"{total:,} {who} access", sum(case.used is not None for case in cases.cases))
    lines = [
        case_line(case, cases.links.get(case.id, ""), deny=_deny(cases, case.user.id))
        for case in incidents_first(cases.cases)
    ]
    kept = lines if whole else first_that_fit(lines, 40, 8000)
    texts = packed([f"*{title}*", *kept])
    if len(kept) < total:
        texts.append(f"{total - len(kept):,} more: `/leavers`")
    return message(title, [*(section(text) for text in texts), _scan_state(cases)])


def _deny(cases: CaseList, user_id: str) -> str:
    if user_id in cases.denied:
        return "denied"
    return "denied in part" if user_id in cases.denied_in_part else ""


def _empty_list(cases: CaseList) -> Message:
    last = cases.last_scan
    title = f"No open case. {all_clear(last)}" if last and tells_all(last) else not_all_clear(last)
    if cases.to_review:
        title += f" {to_review(cases.to_review)}, see /leavers summary."
    return message(title, [section(title), _scan_state(cases)])


def _scan_state(cases: CaseList) -> Block:
    parts = [coverage_line(cases.last_scan) if cases.last_scan else "No scan has ended yet."]
    if cases.scanning:
        parts.append("A scan is running now.")
    parts.append("One person, and what you can do: `/leavers show &lt;user&gt;`")
    return context(" ".join(parts))


def case_line(case: Case, link: str = "", *, deny: str = "") -> str:
    """• Dana Rossi (dana.rossi) · critical · 4 accounts and 1 application: a, b and 3 more."""
    shown = linked(names.user_label(case.user, 60), link)
    user_name = f" ({name(case.user.user_name, 60)})" if case.user.display_name and case.user.user_name else ""
    parts = [f"• {shown}{user_name}"]
    if case.used:
        parts.append(f"*used while disabled* ({ways_in.use_words(case.used)}, {when(case.used.at)})")
    parts += [str(case.severity), _held(case)]
    if not case.read_complete:
        parts.append("not fully read")
    if deny:
        parts.append(deny)
    return " · ".join(parts)


def _held(case: Case) -> str:
    accounts, applications = ways_in.account_ids(case.usable), ways_in.application_ids(case.usable)
    if not accounts and not applications:
        return "access not known"
    counts = ways_in.reach(len(accounts), len(applications), "account")
    return f"{counts}: {listed(ways_in.targets(case.usable), most=3)}"


def incidents_first(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Cases in their order, with those whose access was used while disabled first."""
    return tuple(sorted(cases, key=lambda case: case.used is None))


def with_incidents(title: str, used: int) -> str:
    """The title with how many of these people used their access while disabled."""
    return f"{title}; {used:,} used it while disabled" if used else title


def by_severity(counts: Mapping[Severity, int]) -> str:
    """1 critical, 2 high, 3 normal."""
    return ", ".join(f"{counts[level]} {level}" for level in Severity if counts.get(level))


def to_review(closed: int) -> str:
    """What titles say of closed cases whose access was used and that nobody has reviewed."""
    return f"{plural(closed, 'closed case')} to review: access used while disabled"


def linked(label: str, link: str) -> str:
    return f"<{link}|{label}>" if link and "|" not in link and ">" not in link else f"*{label}*"
