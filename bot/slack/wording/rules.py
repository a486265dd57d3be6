"""What rules do to one person, in words."""

from collections.abc import Mapping

from bot.core.kinds import KINDS, LET_RUN, STOP
from bot.core.models import User
from bot.core.rules.decisions import Why
from bot.core.rules.facts import Stop
from bot.core.rules.views import Foreseen, OnPerson
from bot.slack import kinds
from bot.slack.wording import names
from bot.slack.wording.text import about, code, mention, name, say, when

THIS_USER = "this user"
LEFT_ALONE = "Rules leave this user alone until somebody presses *Let it run*."
# Why a rule does not act. Each stands for itself: behind "It waits:" as well as behind "will not".
WHY: Mapping[Why, str] = {
    Why.RULE_OFF: "No such rule is on.",
    Why.NOT_DISABLED: "AWS does not show this user as disabled.",
    Why.PROTECTED: "This user is protected (LEAVERBOT_PROTECTED_USERS).",
    Why.OWN_IDENTITY: "leaverbot itself runs as this user.",
    Why.ACTIVE_IN_SOURCE: "Your directory shows this user as active, so AWS or the directory is wrong.",
    Why.NOT_MEANT: "The setting leaves out cases of this severity.",
    Why.NO_ACCESS: "There is no open case, so there is nothing to take away.",
    Why.HAS_ACCESS: "There still is a way in. Users are deleted only when none is left.",
    Why.ALREADY_DENIED: "An emergency deny is already in force.",
    Why.DENY_NOT_SET_UP: "The emergency deny is not set up.",
    Why.DONE: "The rule has already done this, and nothing has changed since.",
    Why.INCOMPLETE: "The last read of this user is incomplete or too old. Rules need a complete one.",
    Why.OWN_IDENTITY_UNREAD: "AWS did not say who leaverbot runs as, so it might be this user.",
    Why.NOT_LOOKED: "No scan has read the whole list of users since the rules last changed.",
    Why.SOURCE_UNREAD: "Your directory could not be asked about this user.",
    Why.STOPPED: "Rules are stopped for this user.",
    Why.HELD: "Rules are held for a group of people, this user among them, until an admin lets them act.",
    Why.BRAKE: "The brake is on, because too many people were disabled at once. An admin has to release it.",
    Why.DENIED: "An emergency deny is in force, and nobody is deleted while one is.",
    Why.UNDER_WAY: "Another action on this user is not finished.",
    Why.TRIED: "The rule tried this within the last 24 hours, and not all of it worked.",
    Why.NOT_DUE: "It is not time yet.",
    Why.FIRST_MINUTE: "leaverbot first saw this user disabled less than a minute ago.",
    Why.UNANNOUNCED: "It has not been announced yet.",
    Why.UNPOSTED: "Its announcement is not in Slack yet.",
    Why.STANDS: "Its announcement has not been in Slack for long enough yet.",
}


# The same in a few words, as the head of a line that names people.
WAITS_FOR: Mapping[Why, str] = {
    Why.INCOMPLETE: "Not completely read",
    Why.OWN_IDENTITY_UNREAD: "AWS has not said who leaverbot runs as",
    Why.NOT_LOOKED: "Until a scan has read the whole list of users",
    Why.SOURCE_UNREAD: "Your directory could not be asked",
    Why.STOPPED: "Stopped by people",
    Why.HELD: "Held until an admin lets rules act",
    Why.BRAKE: "Until an admin releases the brake",
    Why.DENIED: "Not deleted while an emergency deny is in force",
    Why.UNDER_WAY: "Another action is under way",
    Why.TRIED: "Tried within the last 24 hours, not all of it worked",
    Why.UNPOSTED: "Not in Slack yet",
}


def will_do(kind: str, who: str = THIS_USER) -> str:
    """What a rule of the kind of this name "will" do."""
    known = KINDS.get(kind)
    return kinds.presenter_of(known).by_rule.format(who=who) if known else name(kind, 40)


def why_over(reason: str) -> str:
    """Why an announcement is over, as it stands in the audit log: a code, or text."""
    return WHY[Why(reason)] if reason in set(Why) else say(reason, 500)


def stopped_by(stop: Stop) -> str:
    return f"Stopped by {mention(stop.by)}, {when(stop.at)}."


def alert_lines(rules: OnPerson) -> str:
    """What rules will do to the user of a case, and how to stop it; "" when that is nothing."""
    if rules.stop:
        return f"Rules leave this user alone. {stopped_by(rules.stop)}"
    lines = [
        f"A rule will {kinds.presenter_of(one.kind).by_rule.format(who=THIS_USER)}, {about(one.acts_at)} "
        f"({code(one.rule)})."
        for one in rules.coming
        if one.acts_at
    ]
    return "\n".join([*lines, "To prevent it, press *Stop* in the thread."]) if lines else ""


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
        LET_RUN.name: f"Rules may act on *{who}* again; what is overdue happens soon. What that is: `/leavers show`",
    }.get(note, "Noted.")


def _foreseen(one: Foreseen) -> str:
    does, rule = kinds.presenter_of(one.kind).by_rule.format(who=THIS_USER), code(one.rule)
    if one.comes and one.acts_at:
        announced = "" if one.announced else ". It will be announced first"
        return f"{rule} will {does}, {about(one.acts_at)}{announced}."
    why = f": {_within(WHY[one.why])}" if one.why else "."
    return f"{rule} does not {does}{why}" if one.never else f"{rule} would {does}, but waits{why}"


def _within(sentence: str) -> str:
    """The sentence as it goes on behind a colon."""
    return sentence if sentence.startswith(("AWS", "An ", "leaverbot")) else sentence[:1].lower() + sentence[1:]
