"""Sentences about what Entra ID, the directory that people are provisioned from, says about them."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.directory.source import ActiveThere, CouldNotLook, Off, OffThere, SourceLook, Unseen
from bot.core.directory.source_counts import ACTIVE, COULD_NOT_LOOK, CountedLooks
from bot.core.text import plural
from bot.slack.wording.text import clean, day, listed, name, say, when

_WHY = {
    Unseen.NOT_FOUND: "it has no account that is theirs. One deleted more than 30 days ago is gone there for good.",
    Unseen.SEVERAL: "more than one account there may be theirs.",
    Unseen.UNCERTAIN: "the account found there matches in only one attribute, so it may be somebody else's.",
    Unseen.REFUSED: "Microsoft refused it.",
    Unseen.THROTTLED: "Microsoft asked leaverbot to wait for longer than it had time.",
    Unseen.UNAVAILABLE: "Microsoft could not be reached, or did not answer.",
    Unseen.UNREADABLE: "its answer could not be understood, or left out whether the account is on.",
    Unseen.TOO_SLOW: "there was not enough time.",
}


def disagree(look: SourceLook | None) -> str:
    """For an alert: that the two directories disagree; "" while they do not, or nobody knows."""
    if look is None or not isinstance(look.looked, ActiveThere):
        return ""
    return (
        f"*Entra ID disagrees: the account is active there*{_as(look.looked.name)} (checked {when(look.at)}). Find out "
        "which of the two is right before you take access away."
    )


def source_line(look: SourceLook | None) -> str:
    """For Details: what Entra ID said, or why it is not known; "" where leaverbot does not look."""
    if look is None:
        return ""
    match look.looked:
        case ActiveThere():
            return disagree(look)
        case OffThere(how, until, there):
            return f"Entra ID: {_off(how)}{_as(there)} (checked {when(look.at)}).{_until(how, until)}"
        case CouldNotLook(why, said):
            return f"Entra ID does not say what became of this account (checked {when(look.at)}): {_why(why, said)}"


def source_counts(counted: CountedLooks) -> str:
    """For the status: how many leavers Entra ID says what about, and why it says nothing."""
    answers = counted.answers
    told = {
        "disabled there": answers[Off.DISABLED],
        "deleted there": answers[Off.DELETED],
        "*active there*": answers[ACTIVE],
        "not known": answers[COULD_NOT_LOOK],
    }
    shown = listed([f"{number:,} {what}" for what, number in told.items() if number])
    text = f"{plural(counted.people, 'disabled user')}, newest look {when(counted.newest)}: {shown}."
    whys = [f"• {number:,} not known: {_why(unseen.why, unseen.said)}" for unseen, number in counted.unseen[:3]]
    return "\n".join([text, *whys])


def disagreements(people: Sequence[str], others: int) -> str:
    """For the summary: who (ready-made text) is disabled in AWS and active in Entra ID; "" for nobody. `others` have
    no access.
    """
    if not people and not others:
        return ""
    shown = listed(list(people), most=8)
    without = f"{plural(others, 'person', 'people')} without access" if others else ""
    who = "; ".join(part for part in (shown, without) if part)
    return f"Disabled in AWS, but active in Entra ID: {who}. Find out which of the two is right."


def _off(how: Off) -> str:
    return "this account is deleted there, too" if how is Off.DELETED else "this account is disabled there, too"


def _until(how: Off, until: datetime | None) -> str:
    if how is not Off.DELETED:
        return ""
    return f" It can be restored until {day(until)}." if until else " Until when it can be restored is not known."


def _as(there: str) -> str:
    return f", as {name(there, 80)}" if clean(there) else ""


def _why(why: Unseen, said: str) -> str:
    return f"{_WHY[why]} Microsoft says: {say(said, 300)}" if clean(said) else _WHY[why]
