"""When a rule acts on somebody, and what announces it."""

from datetime import datetime, timedelta

from bot.core.rules.announcements import Announcement, AnnouncementState, stands
from bot.core.rules.facts import Facts
from bot.core.rules.rules import Rule

# Nobody is acted on sooner after the first read that showed them disabled, so that a burst is seen first.
FIRST_MINUTE = timedelta(seconds=60)


def announced(rule: Rule, facts: Facts) -> Announcement | None:
    """The announcement, if it says what the rule does. One that waits does not if the rule would now act sooner than
    it says: people rely on its time.
    """
    one, counts_from = facts.announcement, facts.person.read.counts_from
    if one is None or counts_from is None or not one.fits(rule, counts_from):
        return None
    if facts.asked:
        return one if one.state is AnnouncementState.ASKED else None
    waits = one.state is AnnouncementState.WAITING
    return one if waits and acts_at(rule, facts, one.posted_at or one.made_at) >= one.acts_at else None


def acts_at(rule: Rule, facts: Facts, since: datetime) -> datetime:
    """When it acts if its announcement stands in Slack since then."""
    read = facts.person.read
    first = read.first_disabled_at or facts.now
    return max(due(rule, facts), since + stands(after(rule, facts)), first + FIRST_MINUTE)


def after(rule: Rule, facts: Facts) -> timedelta:
    return rule.after(facts.severity, incident=facts.incident) or timedelta(0)


def due(rule: Rule, facts: Facts) -> datetime:
    return (facts.person.read.counts_from or facts.now) + after(rule, facts)
