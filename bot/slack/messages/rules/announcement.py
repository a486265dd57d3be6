"""The message of an announcement: what a rule will do to one person, or did, and what to press against it."""

from collections.abc import Iterable

from bot.core.actions import Action, ActionState
from bot.core.kinds import LET_RUN, Note
from bot.core.models import User
from bot.core.rules.announcements import AnnouncementState
from bot.core.rules.facts import Stop
from bot.core.rules.rules import AUTO_DENY
from bot.core.rules.views import PATIENT, OnPerson, RuleView
from bot.slack import kinds
from bot.slack.blocks import Block, Message, context, message, section, with_ids
from bot.slack.buttons import actions, note_button
from bot.slack.terminal_words import command_blocks, user_argument
from bot.slack.wording import names, operations
from bot.slack.wording.rules.reasons import sentence
from bot.slack.wording.rules.rules import LEFT_ALONE, does, noted, person_lines, stopped_by
from bot.slack.wording.text import about, clean, code, mention, say, when

_DRY_RUN = "Dry run (LEAVERBOT_DRY_RUN): nothing is changed in AWS."
_HALFWAY = "It ends after the change under way."


def rule_message(view: RuleView) -> Message:
    """The announcement as it is now. Its block ids change with its version."""
    one = view.announcement
    title = _title(view)
    # One about a case stands in its thread.
    who = "" if one.case_id else names.identity_linked(one.user, view.link)
    lines = [f"*{title}*", who, *_lines(view)]
    blocks = [section("\n".join(line for line in lines if line)), *_controls(view)]
    if view.dry_run and not (view.action and view.action.state.final):
        blocks.append(context(_DRY_RUN))
    return message(title, with_ids(blocks, f"{one.version}.{one.id}"))


def on_person_message(user: User, rules: OnPerson) -> Message:
    """What rules will do to one person, or that no rule is on."""
    title = names.user_label(user)
    told = person_lines(rules) or "No rule is on, and none is stopped for this user."
    return message(title, [section(f"*{title}*\n{names.identity(user)}"), section(told)])


def noted_message(note: Note, user: User) -> Message:
    """What is true once rules are stopped for somebody, or let run."""
    return _said(noted(note.name, user))


def already_message(note: Note, user: User, stop: Stop | None) -> Message:
    """Nothing changed, because it was so before."""
    who = names.user_label(user)
    if note is LET_RUN:
        return _said(f"Rules are not stopped for *{who}*. What they will do: `/leavers show`")
    return _said(f"Rules are already stopped for *{who}*. {stopped_by(stop) if stop else ''}".rstrip())


def stopped_anew_message(user: User, stop: Stop) -> Message:
    """Why an older button to let rules run does nothing."""
    return _said(
        f"Rules for *{names.user_label(user)}* were stopped again after this button was drawn, so nothing was done. "
        f"{stopped_by(stop)} To let them run all the same: `/leavers let-run`"
    )


def _said(text: str) -> Message:
    return message(text, [section(text)])


def _title(view: RuleView) -> str:
    """The one sentence that has to be right."""
    one, who = view.announcement, names.user_label(view.announcement.user)
    what = does(one.kind, who)
    if one.state is AnnouncementState.OVER:
        ends = "as announced" if view.rule_now and not (view.why and _waits(view)) else "after all"
        return f"A rule will not {what} {ends}"
    if one.state is AnnouncementState.ASKED:
        return kinds.presenter_of(one.kind).title(view.action) if view.action else f"A rule has asked to {what}"
    if view.stop:
        return f"Stopped: no rule will {what}"
    if _waits(view):
        return f"A rule would {what}, but it waits"
    return f"A rule will {what}, {about(one.acts_at)}"


def _lines(view: RuleView) -> Iterable[str]:
    state = view.announcement.state
    if state is AnnouncementState.OVER:
        yield _why_over(view)
    elif state is AnnouncementState.ASKED:
        yield from _asked(view)
    elif view.stop:
        yield stopped_by(view.stop)
        yield f"It was announced for {about(view.announcement.acts_at)}, because of {code(view.announcement.rule)}."
        yield f"{LEFT_ALONE} People can still act."
    else:
        yield from _coming(view)


def _coming(view: RuleView) -> Iterable[str]:
    """Why it will, what that means, and what to press if it is wrong."""
    one = view.announcement
    if view.why and _waits(view):
        yield f"{sentence(view.why)} Once that changes, the rule goes on by itself."
    counted = "" if one.rule.startswith(AUTO_DENY) else f", counted from {when(one.counts_from)}"
    yield f"Because of {code(one.rule)}{counted}."
    yield kinds.presenter_of(one.kind).by_rule_means
    yield "If this is wrong, press *Stop*."


def _why_over(view: RuleView) -> str:
    one = view.announcement
    if view.rule_now != one.rule:
        now = f"The setting is now {code(view.rule_now)}." if view.rule_now else "That rule is off now."
        return f"It was announced because of {code(one.rule)}. {now}"
    again = "What it would do, or when, has changed. The rule announces it again before it acts."
    why = sentence(view.why) if view.why and _waits(view) else again
    return f"{why} It was announced because of {code(one.rule)}."


def _asked(view: RuleView) -> Iterable[str]:
    action = view.action
    if action is None or not action.state.final:
        yield _begun(action) if action else f"Because of {code(view.announcement.rule)}."
        begun = action is not None and action.state is ActionState.RUNNING
        if view.stop:
            yield f"{stopped_by(view.stop)} {_HALFWAY if begun else 'Nothing is changed in AWS.'}"
        else:
            yield f"If this is wrong, press *Stop*.{f' {_HALFWAY}' if begun else ''}"
        return
    why = f" {say(action.message, 600)}" if clean(action.message) else ""
    yield f"Asked for by {mention(action.by)}, ended {when(action.finished_at or action.asked_at)}.{why}"
    if view.stop:
        yield f"{stopped_by(view.stop)} {LEFT_ALONE}"
    elif action.state is not ActionState.DONE:
        yield "No rule tries it again for 24 hours. People can at any time."


def _begun(action: Action) -> str:
    """Who asked, when, and what it waits for; the alert shows how far it is."""
    waits = f" It is {operations.waits(action.waiting)}." if action.waiting else ""
    return f"Asked for by {mention(action.by)}, {when(action.asked_at)}.{waits}"


def _waits(view: RuleView) -> bool:
    """Whether something other than its time is in the way."""
    return view.why is not None and view.why not in PATIENT


def _controls(view: RuleView) -> list[Block]:
    control = view.control
    if control is None:
        return []
    if not view.buttons:
        return command_blocks([control], user_argument(view.announcement.user))
    one = view.announcement
    return [actions([note_button(control, one.id, view.stop.at if view.stop else None)])]
