"""Everything that keeps a rule from acting on somebody now: each guard alone is enough."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core.actions import CARRIED_OUT
from bot.core.events.reads import UNSEEN, ReadAs
from bot.core.kinds import DELETE, DENY, OCCUPIES
from bot.core.rules.announcements import stands
from bot.core.rules.decisions import Announce, Later, Never, Why
from bot.core.rules.facts import Facts, Source
from bot.core.rules.rules import Rule
from bot.core.rules.times import FIRST_MINUTE, acts_at, after, announced, due
from bot.core.typed_names import fold

# For so long after an action that did not end well, its rule does not announce the same again.
TRY_AGAIN = timedelta(hours=24)

Guard = Callable[[Rule, Facts], Announce | Later | Never | None]

# First those whom the rule is not about.


def disabled(_rule: Rule, facts: Facts) -> Never | None:
    """Nobody enabled or gone."""
    return None if facts.person.read.status is ReadAs.DISABLED else Never(Why.NOT_DISABLED)


def unprotected(_rule: Rule, facts: Facts) -> Never | None:
    return Never(Why.PROTECTED) if facts.protected else None


def somebody_else(_rule: Rule, facts: Facts) -> Never | Later | None:
    """Not the identity that leaverbot runs as."""
    own = facts.around.own_name
    if own is None:
        return Later(Why.OWN_IDENTITY_UNREAD)
    return Never(Why.OWN_IDENTITY) if own and fold(own) == fold(facts.person.user.user_name) else None


def inactive_in_source(_rule: Rule, facts: Facts) -> Never | None:
    return Never(Why.ACTIVE_IN_SOURCE) if facts.source is Source.ACTIVE else None


def meant(rule: Rule, facts: Facts) -> Never | None:
    """Only people for whom the setting names a time. The severity of a case that has closed no longer counts."""
    if facts.asked and facts.person.case is None:
        return None
    return Never(Why.NOT_MEANT) if rule.after(facts.severity, incident=facts.incident) is None else None


def fits_access(rule: Rule, facts: Facts) -> Never | None:
    """Only somebody with access is denied or revoked, only somebody without is deleted."""
    if rule.kind is DELETE:
        return Never(Why.HAS_ACCESS) if facts.person.case else None
    return None if facts.person.case or facts.asked else Never(Why.NO_ACCESS)


def deniable(rule: Rule, facts: Facts) -> Never | None:
    """Nobody is denied twice, or where no deny is set up."""
    if rule.kind is not DENY:
        return None
    if not facts.around.deny_ready:
        return Never(Why.DENY_NOT_SET_UP)
    return Never(Why.ALREADY_DENIED) if facts.person.denied and not facts.asked else None


def not_done(rule: Rule, facts: Facts) -> Never | None:
    """What it has done it does not do again until the time counts anew or a case opens; nobody is denied again before
    a case opens, since a person may have lifted the deny. A dry run has done nothing once changes are made.
    """
    last, read, case = facts.last, facts.person.read, facts.person.case
    if last is None or last.state not in CARRIED_OUT or (last.dry_run and not facts.around.dry_run):
        return None
    another_case = case is not None and case.id != last.case_id
    counts_anew = rule.kind is not DENY and last.counts_from != read.counts_from
    return None if another_case or counts_anew else Never(Why.DONE)


# Then what it waits for.


def read_completely(_rule: Rule, facts: Facts) -> Later | None:
    """Only after a complete read that is not too old. An action under way makes reads incomplete, and reads anew."""
    read = facts.person.read
    known = read.user is not None and read.counts_from is not None and read.first_disabled_at is not None
    if facts.asked and known:
        return None
    recent = facts.now - read.read_started_at <= UNSEEN
    return None if known and read.complete and recent else Later(Why.INCOMPLETE)


def looked(_rule: Rule, facts: Facts) -> Later | None:
    return None if facts.around.looked else Later(Why.NOT_LOOKED)


def source_read(_rule: Rule, facts: Facts) -> Later | None:
    return Later(Why.SOURCE_UNREAD) if facts.source is Source.UNREAD else None


def not_stopped(_rule: Rule, facts: Facts) -> Later | None:
    return Later(Why.STOPPED) if facts.person.stop else None


def not_held(_rule: Rule, facts: Facts) -> Later | None:
    return Later(Why.HELD) if facts.person.held else None


def brake_free(_rule: Rule, facts: Facts) -> Later | None:
    return Later(Why.BRAKE) if facts.around.brake else None


def not_denied(rule: Rule, facts: Facts) -> Later | None:
    """Nobody is deleted while a deny is in force for them."""
    return Later(Why.DENIED) if rule.kind is DELETE and facts.person.denied else None


def free(rule: Rule, facts: Facts) -> Later | None:
    """No other action on this person is under way."""
    mine = OCCUPIES[rule.kind.lane]
    return Later(Why.UNDER_WAY) if not facts.asked and facts.person.busy & mine else None


def not_tried(_rule: Rule, facts: Facts) -> Later | None:
    """After an action that did not end well, a day passes."""
    last = facts.last
    if last is None or last.state in CARRIED_OUT:
        return None
    if last.finished_at is None:
        return Later(Why.UNDER_WAY)
    again = last.finished_at + TRY_AGAIN
    return Later(Why.TRIED, again) if facts.now < again else None


# Then its time.


def announces_in_time(rule: Rule, facts: Facts) -> Later | None:
    """It is announced once only the time is left for which the announcement has to stand."""
    at = due(rule, facts) - stands(after(rule, facts))
    return Later(Why.NOT_DUE, at) if facts.now < at else None


def is_announced(rule: Rule, facts: Facts) -> Announce | Later | None:
    """Only what is in Slack."""
    announcement = announced(rule, facts)
    if announcement is None:
        return Announce(acts_at(rule, facts, facts.now))
    return Later(Why.UNPOSTED) if announcement.posted_at is None else None


def has_stood(rule: Rule, facts: Facts) -> Later | None:
    """Only after the announcement has stood in Slack for as long as the rule's own time, within limits."""
    posted = facts.announcement.posted_at if facts.announcement else None
    at = posted + stands(after(rule, facts)) if posted else None
    return Later(Why.STANDS, _whole(rule, facts)) if at and facts.now < at else None


def is_due(rule: Rule, facts: Facts) -> Later | None:
    """Never before its time."""
    return Later(Why.NOT_DUE, _whole(rule, facts)) if facts.now < due(rule, facts) else None


def first_minute_over(rule: Rule, facts: Facts) -> Later | None:
    first = facts.person.read.first_disabled_at
    over = first is not None and facts.now >= first + FIRST_MINUTE
    return None if over else Later(Why.FIRST_MINUTE, _whole(rule, facts))


def _whole(rule: Rule, facts: Facts) -> datetime:
    """When all of its times are over."""
    posted = facts.announcement.posted_at if facts.announcement else None
    return acts_at(rule, facts, posted or facts.now)


# All of them, in the order in which they are asked: what ends an announcement before what makes it wait.
GUARDS: tuple[Guard, ...] = (
    disabled,
    unprotected,
    somebody_else,
    inactive_in_source,
    meant,
    fits_access,
    deniable,
    not_done,
    read_completely,
    looked,
    source_read,
    not_stopped,
    not_held,
    brake_free,
    not_denied,
    free,
    not_tried,
    announces_in_time,
    is_announced,
    has_stood,
    is_due,
    first_minute_over,
)
