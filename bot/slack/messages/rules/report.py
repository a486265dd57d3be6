"""What rules did, what they wait for and what they will do: a part of the summary and the status, and the answer of
`leaverbot rules`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.core.actions import Action, ActionState
from bot.core.kinds import Kind
from bot.core.models import User
from bot.core.rules.decisions import Why
from bot.core.rules.facts import Stop
from bot.core.rules.report import Awaited, RulesReport, by_kind
from bot.slack import kinds
from bot.slack.blocks import Message, context, message, packed, section, with_rest
from bot.slack.kinds.presenter import HOW_IT_ENDED
from bot.slack.wording import names, operations
from bot.slack.wording.rules.reasons import head as waits_for
from bot.slack.wording.text import about, code, listed, mention, plural, when

# How many people a line names, and how many lines of how many characters in all stand below a head.
NAMED, MOST_LINES, LINES_SIZE = 3, 50, 3300
_ALL = ": `leaverbot rules --json` lists all"
_WATCH_ONLY = "Rules do not start: nobody who could stop them is named in LEAVERBOT_RESPONDERS or LEAVERBOT_ADMINS."
_HOW = "What rules will do to one person: `/leavers show &lt;user&gt;`. To stop them: `/leavers stop &lt;user&gt;`."
# Lines above name what waits for an admin, and what to press.
_SAID_ELSEWHERE = (Why.STOPPED, Why.HELD, Why.BRAKE)
_ENDED: Mapping[ActionState, str] = {state: words.removeprefix("is ") for state, words in HOW_IT_ENDED.items()}


def rules_in_short(report: RulesReport) -> list[str]:
    """For the summary: what they did, what they will do within a day, and how many wait; none without rules."""
    if report.silent:
        return []
    did = f"{_did(report)}." if report.did else "nothing since the last summary."
    return [f"*By rule*: {did}", *_soon(report)]


def _soon(report: RulesReport) -> list[str]:
    if report.watch_only and report.rules:
        return [_WATCH_ONLY]
    coming = [
        f"{_called(kind)}: {_people((one.user for one in them), report.links)}"
        for kind, them in report.coming_by_kind.items()
    ]
    lines = [f"In the next 24 hours: {listed(coming) or 'nothing'}."] if coming or report.rules else []
    waiting = [action.user for action in report.asked]
    waiting += [one.user for why, them in report.waits.items() if why not in _SAID_ELSEWHERE for one in them]
    lines += [f"Waiting: {_people(waiting, report.links)}, see `/leavers status`."] if waiting else []
    return lines + [line.removeprefix("• ") + "." for line in _stopped_for(report)]


def rules_status(report: RulesReport) -> str:
    """For the status: which are on, what they will do within a day, and what waits for whom."""
    head = f"*Rules*: {listed([code(rule) for rule in report.rules]) or 'none is on'}."
    return "\n".join([head, *_ahead(report), *_stopped_for(report)])


def rules_message(report: RulesReport) -> Message:
    """Which rules are on, and everything that waits or is to come."""
    title = f"{plural(len(report.rules), 'rule is', 'rules are')} on"
    if not report.rules:
        title = "No rule is on: leaverbot takes nothing from anybody by itself"
    lines = [f"*{title}*", *(f"• {code(rule)}" for rule in report.rules)]
    lines += [_WATCH_ONLY] if report.watch_only else []
    lines += _headed("In the next 24 hours", [_comes(one, report) for one in report.coming], report)
    lines += _headed("Waiting", [*_asked(report), *_waits(report)], report)
    lines += _headed("Stopped by people", [_stop(user, stop, report) for user, stop in report.stopped])
    return message(title, [*(section(text) for text in packed(lines)), context(_HOW)])


def _ahead(report: RulesReport) -> list[str]:
    if report.watch_only and report.rules:
        return [_WATCH_ONLY]
    coming = [
        f"• {_called(kind)} in the next 24 hours: {_people((one.user for one in them), report.links)}"
        for kind, them in report.coming_by_kind.items()
    ]
    none = ["• In the next 24 hours: nothing"] if report.rules else []
    return [*(coming or none), *_asked(report), *_waits(report, besides=_SAID_ELSEWHERE)]


def _headed(head: str, lines: Sequence[str], report: RulesReport | None = None) -> list[str]:
    """The lines below their head; where there are none, nothing, or if rules are on, that there are none."""
    if lines:
        return [f"*{head}*", *with_rest(lines, MOST_LINES, LINES_SIZE, _ALL)]
    return [f"*{head}*: nothing"] if report and report.rules and not report.watch_only else []


def _did(report: RulesReport) -> str:
    """Revoke 3 done, 1 is not complete; Delete user 1 done."""
    return "; ".join(
        f"{_called(kind)}: {', '.join(f'{count:,} {_ENDED[state]}' for state, count in sorted(ended.items()))}"
        for kind, ended in by_kind(report.did).items()
    )


def _asked(report: RulesReport) -> list[str]:
    """What rules asked for and is not finished, by what it waits for."""
    found: dict[str, list[Action]] = {}
    for action in report.asked:
        found.setdefault(f"{_called(action.kind)} {_how_far(action)}", []).append(action)
    return [f"• {what}: {_people((one.user for one in actions), report.links)}" for what, actions in found.items()]


def _how_far(action: Action) -> str:
    """Is under way, waiting for AWS since …; what has not begun only waits."""
    if action.waiting is None:
        return HOW_IT_ENDED[action.state]
    waits = operations.waits(action.waiting)
    return f"is {waits}" if action.state is ActionState.QUEUED else f"{HOW_IT_ENDED[action.state]}, {waits}"


def _waits(report: RulesReport, besides: Collection[Why] = (Why.STOPPED,)) -> list[str]:
    """A line for each thing that is in the way: for whom."""
    return [
        f"• {waits_for(why)}: {_people((one.user for one in awaited), report.links)}"
        for why, awaited in report.waits.items()
        if why not in besides
    ]


def _stopped_for(report: RulesReport) -> list[str]:
    if not report.stopped:
        return []
    by = listed(list(dict.fromkeys(mention(stop.by) for _, stop in report.stopped)), most=NAMED)
    return [f"• Stopped by {by}: {_people((user for user, _ in report.stopped), report.links)}"]


def _stop(user: User, stop: Stop, report: RulesReport) -> str:
    return f"• {_named(user, report.links)}, by {mention(stop.by)}, {when(stop.at)}"


def _comes(one: Awaited, report: RulesReport) -> str:
    at = f", {about(one.foreseen.acts_at)}" if one.foreseen.acts_at else ""
    return f"• {_called(one.foreseen.kind)}: {_named(one.user, report.links)}{at}"


def _people(users: Iterable[User], links: Mapping[str, str]) -> str:
    """How many, each person once, and the first few by name: 4 (Dana Rossi, Bo Li, Cy Ng and 1 more)."""
    people = {user.id: user for user in users}
    return f"{len(people):,} ({listed([_named(user, links) for user in people.values()], most=NAMED)})"


def _named(user: User, links: Mapping[str, str]) -> str:
    return names.linked(user, links.get(user.id, ""))


def _called(kind: Kind) -> str:
    return kinds.presenter_of(kind).noun
