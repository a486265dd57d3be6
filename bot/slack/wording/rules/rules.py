"""What rules do to one person, in words."""

from bot.core.kinds import KINDS, LET_RUN, STOP, Kind
from bot.core.models import User
from bot.core.rules.decisions import Why
from bot.core.rules.facts import Stop
from bot.core.rules.views import Foreseen, OnPerson
from bot.slack import kinds
from bot.slack.wording import names
from bot.slack.wording.rules.reasons import THIS_USER, clause, sentence
from bot.slack.wording.text import about, code, mention, name, say, when

LEFT_ALONE = "Rules leave this user alone until somebody presses *Let it run*."


def does(kind: Kind, who: str = THIS_USER) -> str:
    """What a rule of this kind "will" do."""
    return kinds.presenter_of(kind).by_rule.format(who=who)


def will_do(kind: str) -> str:
    """The same for what is stored, which a newer version may have done."""
    known = KINDS.get(kind)
    return does(known) if known else name(kind, 40)


def why_over(reason: str) -> str:
    """Why an announcement is over, as it stands in the audit log: a code, or text."""
    return sentence(Why(reason)) if reason in set(Why) else say(reason, 500)


def stopped_by(stop: Stop) -> str:
    return f"Stopped by {mention(stop.by)}, {when(stop.at)}."


def alert_lines(rules: OnPerson) -> str:
    """What rules will do to the user of a case, and how to stop it; "" when that is nothing."""
    if rules.stop:
        return f"Rules leave this user alone. {stopped_by(rules.stop)}"
    lines = [
        f"A rule will {does(one.kind)}, {about(one.acts_at)} ({code(one.rule)})." for one in rules.coming if one.acts_at
    ]
    return "\n".join([*lines, "To prevent this, press *Stop* in the thread."]) if lines else ""


def person_lines(rules: OnPerson) -> str:
    """What each rule that is on will do to one person, or why it does nothing; "" when none is on."""
    if not rules.foreseen:
        return f"Rules are stopped for this user. {stopped_by(rules.stop)}" if rules.stop else ""
    head = f"*Rules*: stopped for this user. {stopped_by(rules.stop)}" if rules.stop else "*Rules*"
    return "\n".join([head, *(f"• {_foreseen(one)}" for one in rules.foreseen)])


def noted(note: str, user: User) -> str:
    """What is true once a note of this name is made."""
    who = names.user_label(user)
    return {
        STOP.name: f"Rules are stopped for *{who}*, until somebody lets them run: `/leavers let-run`",
        LET_RUN.name: f"Rules may act on *{who}* again. Anything overdue happens soon; see `/leavers show`",
    }.get(note, "Noted.")


def _foreseen(one: Foreseen) -> str:
    what, rule = does(one.kind), code(one.rule)
    if one.comes and one.acts_at:
        announced = "" if one.announced else ", and announces it first"
        return f"{rule} will {what}, {about(one.acts_at)}{announced}."
    why = f": {clause(one.why)}." if one.why else "."
    return f"{rule} does not {what}{why}" if one.never else f"{rule} would {what}, but waits{why}"
