"""The message of a case: the fact first, then what it means, then what to press. Read on a phone, at night.

Nine lines or so; whatever is not needed to decide stands in the plan, in the result and in Details.
"""

from bot.core.cases import CaseState, CloseReason
from bot.core.kinds import REVIEWED
from bot.core.views import CaseView
from bot.slack.blocks import Block, Message, context, message, section, with_ids
from bot.slack.buttons import case_buttons
from bot.slack.kinds.deny import press as press_deny
from bot.slack.messages.case.history import history, progress, result
from bot.slack.terminal_words import command_blocks, user_argument
from bot.slack.wording import denies, names, sessions, ways_in
from bot.slack.wording.directory.source import disagree
from bot.slack.wording.grouped_ways import grouped_lines
from bot.slack.wording.phone import phone_lines
from bot.slack.wording.rules.rules import alert_lines
from bot.slack.wording.text import cut, mention, size, when
from bot.slack.wording.titles import disabled, marked, severity_word, under_way

# Lines on a phone down to the buttons. Ways in take what the rest leaves, and a few lines at any rate.
LINES, LEAST = 11, 3


def case_message(view: CaseView) -> Message:
    """The case as it is now. Its block ids change with the case's version."""
    stem = f"{view.case.version}.{view.case.id}"
    return message(_essential(view), with_ids(case_blocks(view), stem))


def case_blocks(view: CaseView) -> list[Block]:
    texts = [_head(view), _access(view) if view.case.is_open else "", _what_was_done(view)]
    blocks = [section(text) for text in texts if text]
    blocks += case_buttons(view) if view.buttons else command_blocks(view.controls, user_argument(view.case.user))
    return [*blocks, context("\n".join([history(view), *_marks(view)]))]


def _head(view: CaseView) -> str:
    """The title, how far the work on it is, since when, who, and how the access was used."""
    case, latest = view.case, view.latest
    working = f"{progress(latest, case.management_account_id)}." if latest and under_way(view) else ""
    facts = [severity_word(case)] if working and case.is_open else []
    facts += [] if case.closed_reason is CloseReason.ENABLED else [disabled(case)]
    facts.append(names.short_identity(case.user))
    lines = [marked(view), working, " · ".join(fact for fact in facts if fact), _use(view)]
    return "\n".join(line for line in [*lines, disagree(view.source)] if line)


def _use(view: CaseView) -> str:
    """How the access was used after the disabling, and who looked into it; a button says what is to be done else."""
    case = view.case
    if case.used is None:
        return ""
    used = ways_in.use_line(case.used)
    if case.reviewed_at and case.reviewed_by:
        return f"{used} Reviewed by {mention(case.reviewed_by)}, {when(case.reviewed_at)}."
    if view.deny and case.closed_reason is CloseReason.ENABLED:
        return f"{used} Review that before you lift the deny."
    unsaid = REVIEWED in view.controls and not view.buttons
    return f"{used} Press *Reviewed* once you have looked into it." if unsaid else used


def _access(view: CaseView) -> str:
    """The ways in, and how long open sessions last."""
    case, last = view.case, sessions.open_line(view)
    room = max(LEAST, LINES - phone_lines(f"{_head(view)}\n{last}"))
    lines = grouped_lines(case.usable, case.management_account_id, ways_in.Held.of(view.deny), room)
    return "\n".join(line for line in [*lines, last] if line)


def _what_was_done(view: CaseView) -> str:
    """How the newest action ended, what is left of open sessions, the deny in force, and what rules will do."""
    dead = "What is left is in suspended or closed accounts, where nobody can use it."
    lines = [
        cut(result(view), 1200),
        sessions.end_of_case(view),
        dead if not view.case.is_open and view.case.grants and not view.case.usable else "",
        cut(denies.alert_line(view.deny, press_deny(view)), 900) if view.deny else "",
        alert_lines(view.rules) if view.case.is_open else "",
    ]
    return "\n".join(line for line in lines if line)


def _marks(view: CaseView) -> list[str]:
    marks = []
    if not view.case.read_complete:
        marks.append("The last scan could not read everything: there may be more ways in.")
    if view.superseded:
        marks.append("There is a newer alert for this user. Use that one.")
    if view.protected:
        marks.append(f"{names.PROTECTED}{' You can still lift the deny.' if view.deny else ''}")
    if view.watch_only and view.buttons:
        marks.append("Watch only: no responders are set up, so there are no buttons.")
    if view.dry_run:
        marks.append("Dry run: everything is planned and shown, but nothing is changed in AWS.")
    return marks


def _essential(view: CaseView) -> str:
    """What a notification and a screen reader get."""
    case, latest = view.case, view.latest
    parts = [
        marked(view, bold=False),
        "Entra ID disagrees: the account is active there" if disagree(view.source) else "",
    ]
    if case.state is CaseState.OPEN and case.usable:
        parts.append(ways_in.how_many(case.usable))
    if latest and under_way(view):
        parts.append(progress(latest, case.management_account_id))
    return ". ".join(part for part in parts if part and size(part) < 900) + "."
