"""What a rule does about one person now, and why not."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Why(StrEnum):
    """Why a rule does not act now."""

    RULE_OFF = "rule_off"  # no such rule is on
    # It does not apply to this person.
    NOT_DISABLED = "not_disabled"
    PROTECTED = "protected"
    OWN_IDENTITY = "own_identity"
    ACTIVE_IN_SOURCE = "active_in_source"
    NOT_MEANT = "not_meant"  # the rule names no time for somebody like this
    NO_ACCESS = "no_access"
    HAS_ACCESS = "has_access"
    ALREADY_DENIED = "already_denied"
    DENY_NOT_SET_UP = "deny_not_set_up"
    DONE = "done"  # it acted, and nothing has changed since
    # It applies, and waits.
    INCOMPLETE = "incomplete"  # the newest read is not complete, or too old
    OWN_IDENTITY_UNREAD = "own_identity_unread"
    NOT_LOOKED = "not_looked"  # no scan has listed all users since the rules became what they are
    SOURCE_UNREAD = "source_unread"
    STOPPED = "stopped"
    HELD = "held"
    BRAKE = "brake"
    DENIED = "denied"  # nobody is deleted while a deny is in force for them
    UNDER_WAY = "under_way"  # an action on this person is not finished
    TRIED = "tried"  # it acted in the last day, and that did not end well
    NOT_DUE = "not_due"
    FIRST_MINUTE = "first_minute"
    UNANNOUNCED = "unannounced"
    UNPOSTED = "unposted"
    LIMIT = "limit"  # as many people as may be were changed within the hour
    STANDS = "stands"  # its announcement has not stood in Slack for long enough


@dataclass(frozen=True, slots=True)
class Act:
    """Now."""


@dataclass(frozen=True, slots=True)
class Announce:
    """Say now that it will act at this time."""

    acts_at: datetime


@dataclass(frozen=True, slots=True)
class Later:
    """Not now. `at`: when to look again; None: when something changes."""

    why: Why
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Never:
    """As things are, never: an announcement is over."""

    why: Why


Decision = Act | Announce | Later | Never
