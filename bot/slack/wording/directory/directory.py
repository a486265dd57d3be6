"""Sentences about the company directory that manages the users."""

from datetime import datetime

from bot.core.directory.next_step import DirectoryKind, NextStep
from bot.core.directory.provisioning import (
    Alive,
    CouldNotLook,
    NeverHeard,
    NoDirectory,
    NotCounted,
    Origins,
    Provisioning,
    Silent,
    TooEarly,
)
from bot.core.text import plural, utc
from bot.slack.wording.text import day, took

_AFTER_DELETE = "after Delete user it comes back with a new AWS id and no access."
_UNASSIGNED = "If the app was unassigned first, it never will."
_SENTENCES = {
    DirectoryKind.OKTA: "Okta never sends a deletion: the user stays disabled in AWS until somebody deletes it.",
    DirectoryKind.GOOGLE: "Google Workspace has one setting for suspended accounts and one for deleted ones: it acts "
    "within a day, or up to 30 days later. Whether it ever sends a deletion is not known.",
    DirectoryKind.AD: "Whether Active Directory ever has this user deleted in AWS is not known.",
    None: "Some directories send a deletion later, others never do. leaverbot does not know which one yours is: set "
    "LEAVERBOT_DIRECTORY.",
}


def next_step(step: NextStep) -> str:
    """What the directory does next with a disabled user, and what Delete user means for that."""
    if step.kind is not DirectoryKind.ENTRA:
        return f"{_SENTENCES[step.kind]} The directory may restore this account at any time; {_AFTER_DELETE}"
    if step.deletion_at is None:
        deletion = f"If the account was deleted in Entra, Entra sends the deletion 30 days after that. {_UNASSIGNED}"
    elif step.past:
        return (
            "If the account was deleted in Entra when it was disabled here, Entra should have sent the deletion about "
            f"{day(step.deletion_at)}, and AWS still has the user. Perhaps it was deleted later. {_UNASSIGNED} The "
            f"directory may still restore this account; {_AFTER_DELETE}"
        )
    else:
        deletion = (
            "If the account was deleted in Entra, Entra sends the deletion 30 days later, about "
            f"{day(step.deletion_at)}. {_UNASSIGNED}"
        )
    return f"{deletion} Until then the directory may restore this account; {_AFTER_DELETE}"


_CAUSES = (
    "An expired token (they live a year) or a provisioning job in quarantine looks like this; Entra gives up after "
    "four weeks. A directory in which nothing changed looks the same. Look at the provisioning job there: while it is "
    "broken, nobody who leaves is disabled here."
)
_BROKEN = "Look at the token and the provisioning job there."
_OLD_TOKENS = "Tokens made before September 2024 log nothing, so this may be normal."
_TO_LOOK = "leaverbot can see that in the events queue (LEAVERBOT_EVENTS_QUEUE_URL), or with LEAVERBOT_CHECK_USE."


def finding(found: Provisioning) -> str:
    """What is known of the directory, in plain sentences."""
    match found:
        case NotCounted():
            return "Whether users come from a directory is not known: no list of users has been read to its end yet."
        case NoDirectory():
            return "No user comes from a directory: nobody is disabled here by itself."
        case Alive():
            return f"{share(found.origins)}; its last event was {_ago(found.now, found.event_at)} ago."
        case Silent():
            return f"{share(found.origins)}; {_silence(found)} {_CAUSES}"
        case NeverHeard():
            if found.refused:
                done = f"AWS has carried out nothing that it sent since {utc(found.since)}."
                return f"{share(found.origins)}. {done}{_refused(found.refused)} {_BROKEN}"
            return f"{share(found.origins)}. AWS has logged no event from it since {utc(found.since)}. {_OLD_TOKENS}"
        case TooEarly():
            last = (
                f"its last known event was on {utc(found.event_at)}" if found.event_at else "no event from it is known"
            )
            return f"{share(found.origins)}; {last}. leaverbot has watched only since {utc(found.since)}."
        case CouldNotLook():
            why = f"CloudTrail could not be read. {found.why}" if found.why else _TO_LOOK
            last = f" Its last known event was on {utc(found.event_at)}." if found.event_at else ""
            return f"{share(found.origins)}. Whether it still sends anything is not known.{last} {why}"


def in_short(found: Provisioning) -> str:
    """The same for the summary, without what it may mean; `/leavers status` says that."""
    if isinstance(found, Silent):
        return f"{share(found.origins)}; {_silence(found)} What to look at: /leavers status"
    return finding(found)


def share(origins: Origins) -> str:
    """87 % of users come from your directory."""
    if origins.external == origins.users:
        return "All users come from your directory"
    if not origins.external:
        return "No user comes from a directory"
    percent = origins.external * 100 // origins.users
    return f"{f'{percent} %' if percent else 'Less than 1 %'} of users come from your directory"


def _silence(found: Silent) -> str:
    last = f"its last event was {_ago(found.now, found.event_at)} ago."
    if found.since > found.event_at:
        watched = plural((found.now - found.since).days, "day")
        last = f"there has been no event for at least {watched}, and the last known is from {utc(found.event_at)}."
    return f"{last}{_refused(found.refused)}"


def _refused(at: datetime | None) -> str:
    return f" AWS refused what it sent on {utc(at)}." if at else ""


def _ago(now: datetime, at: datetime) -> str:
    return took(max((now - at).total_seconds(), 0))
