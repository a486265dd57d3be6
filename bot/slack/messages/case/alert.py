"""The message of a case: the fact first, then what it means, then what to press."""

from collections.abc import Sequence

from bot.core.cases import Case, CaseState, CloseReason
from bot.core.kinds import REVIEWED
from bot.core.models import Grant, worst_first
from bot.core.views import CaseView
from bot.slack.blocks import Block, Message, context, first_that_fit, message, section, with_ids, with_rest
from bot.slack.buttons import case_buttons
from bot.slack.kinds.deny import press as press_deny
from bot.slack.messages.case.history import history, progress, result
from bot.slack.terminal_words import command_blocks, user_argument
from bot.slack.wording import denies, names, operations, sessions, ways_in
from bot.slack.wording.directory.source import disagree
from bot.slack.wording.rules.rules import alert_lines
from bot.slack.wording.text import cut, listed, mention, plural, size, when
from bot.slack.wording.titles import case_title, disabled, still_open

# As many ways in as a phone shows without scrolling far; Details has them all.
MOST_SHOWN, SHOWN_SIZE = 8, 2000


def case_message(view: CaseView) -> Message:
    """The case as it is now. Its block ids change with the case's version."""
    title = case_title(view)
    blocks = case_blocks(view, title)
    stem = f"{view.case.version}.{view.case.id}"
    return message(_essential(view, title), with_ids(blocks, stem))


def case_blocks(view: CaseView, title: str) -> list[Block]:
    case = view.case
    texts = [f"*{title}*\n{_facts(view)}"]
    ended = cut(result(view), 2200)
    if case.state is CaseState.OPEN:
        texts += [_ways_in(view), _dead(case), _open_sessions(view), sessions.end_of_case(view), ended]
    else:
        texts += [ended, sessions.end_of_case(view), _dead(case)]
    texts.append(cut(denies.deny_line(view.deny, press_deny(view)), 1600) if view.deny else "")
    texts.append(alert_lines(view.rules) if case.state is CaseState.OPEN else "")
    blocks = [section(text) for text in texts if text]
    blocks += case_buttons(view) if view.buttons else command_blocks(view.controls, user_argument(case.user))
    blocks += [context(text) for text in (history(view), *_marks(view)) if text]
    return blocks


def _facts(view: CaseView) -> str:
    """What the title means: how the access was used, how bad it is, who it is."""
    case, user = view.case, view.case.user
    facts = []
    if case.used:
        facts.append(ways_in.use_line(case.used, case.grants, case.management_account_id))
        facts.append(_review(view))
    facts.append(disagree(view.source))
    if still_open(view):
        facts.append(f"{still_open(view)}.")
    lines = [] if case.closed_reason is CloseReason.ENABLED else [disabled(case)]
    if case.state is CaseState.OPEN:
        lines.append(_severity(case))
    facts += [" · ".join(lines), names.identity(user)]
    if user.scim and case.state is CaseState.OPEN:
        facts.append(names.SCIM)
    return "\n".join(fact for fact in facts if fact)


def _review(view: CaseView) -> str:
    """Who looked into it, else what to press when somebody has."""
    case = view.case
    if case.reviewed_at and case.reviewed_by:
        return f"Reviewed by {mention(case.reviewed_by)}, {when(case.reviewed_at)}."
    press = REVIEWED in view.controls
    return "Nobody has looked into this yet. Press *Reviewed* when you have." if press else ""


def _severity(case: Case) -> str:
    return ways_in.severity_line(case.severity, case.usable, case.management_account_id, case.used)


def _ways_in(view: CaseView) -> str:
    case = view.case
    if not case.usable:
        return ""
    held = ways_in.Held.of(view.deny)
    # Ways in that are open come before those that a deny blocks.
    ordered = sorted(worst_first(case.usable, case.management_account_id), key=lambda one: held.blocks(one) is True)
    lines = [f"{ways_in.grant_line(grant, case.management_account_id)}{held.mark(grant)}" for grant in ordered]
    kept = first_that_fit(lines, MOST_SHOWN, SHOWN_SIZE)
    more = _more(ordered[len(kept) :], held)
    said = view.latest is not None and operations.only_needs_management_account(view.latest)
    left = (
        [ways_in.needs_management_account(case.needs_management_account)]
        if case.needs_management_account and not said
        else []
    )
    return "\n".join([f"{ways_in.how_many(case.usable)}:", *kept, *more, *left])


def _more(rest: Sequence[Grant], held: ways_in.Held) -> list[str]:
    """The ways in that have no line of their own, by whether a deny blocks them."""
    groups: dict[str, list[Grant]] = {}
    for grant in rest:
        groups.setdefault(held.mark(grant).removeprefix(" · "), []).append(grant)
    return [
        f"• {len(grants):,} more{f', {mark}' if mark else ''}: {listed(ways_in.targets(grants), most=4)}"
        for mark, grants in groups.items()
    ]


def _dead(case: Case) -> str:
    dead = [grant for grant in worst_first(case.grants, case.management_account_id) if not grant.usable]
    if not dead:
        return ""
    lines = [ways_in.grant_line(grant, case.management_account_id, 40) for grant in dead]
    head = f"{plural(len(dead), 'grant')} in suspended or closed accounts. {ways_in.DEAD}"
    return "\n".join([head, *with_rest(lines, 4, 700, ", see Details")])


def _open_sessions(view: CaseView) -> str:
    usable = view.case.usable
    if not usable:
        return ""
    live = f"{sessions.live_on(usable)} Revoke access does not end them."
    stops = sessions.deny_stops(usable, None if view.deny_in_management else view.case.management_account_id)
    if not ways_in.account_ids(usable):
        return f"{live} {stops}"
    if view.deny and view.deny.missing:
        return f"{live} The emergency deny may not stop them: somebody changed it."
    if view.deny:
        applications = ", not in applications" if ways_in.application_ids(usable) else ""
        return f"{live} The emergency deny stops them where it holds{applications}."
    return f"{live} {stops}" if view.deny_ready else f"{live} Emergency deny would stop them, but it is not set up."


def _marks(view: CaseView) -> list[str]:
    case = view.case
    marks = []
    if not case.read_complete:
        marks.append(
            f"Not everything could be read in the last scan ({when(case.read_at)}). There may be more ways in, "
            "and some of these may be gone."
        )
    if view.superseded:
        marks.append("There is a newer alert for this user. Use that one.")
    if view.protected:
        marks.append(f"{names.PROTECTED}{' You can still lift the deny.' if view.deny else ''}")
    if view.watch_only and view.buttons:
        marks.append(
            "Watch only: nobody is named in LEAVERBOT_RESPONDERS or LEAVERBOT_ADMINS, so there are no buttons."
        )
    if view.dry_run:
        marks.append("Dry run (LEAVERBOT_DRY_RUN): everything is planned and shown, but nothing is changed in AWS.")
    return marks


def _essential(view: CaseView, title: str) -> str:
    """What a notification and a screen reader get."""
    case = view.case
    active = "Entra ID disagrees: the account is active there" if disagree(view.source) else ""
    parts = [title, active, still_open(view)]
    if case.state is CaseState.OPEN:
        parts.append(_severity(case))
        if case.usable:
            parts.append(ways_in.how_many(case.usable))
    if view.latest and not view.latest.state.final:
        parts.append(progress(view.latest, case.management_account_id))
    return ". ".join(part for part in parts if part and size(part) < 900) + "."
