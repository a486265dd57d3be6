"""What rules will do to one person or to everybody, as things are, and what is in the way. Changes nothing."""

from collections.abc import Iterator
from datetime import datetime

from bot.core.directory.source import SourceLook
from bot.core.models import User
from bot.core.rules.announcements import stands
from bot.core.rules.decide import decide
from bot.core.rules.decisions import Decision, Later, Never, Why
from bot.core.rules.facts import Circumstances, Facts, Person
from bot.core.rules.report import Awaited, RulesReport, sorted_out
from bot.core.rules.rules import Rule
from bot.core.rules.times import acts_at, after, announced, due
from bot.core.rules.views import PATIENT, Foreseen, OnPerson
from bot.services.context import Context
from bot.services.rules.person import circumstances, facts_of, source_of
from bot.services.rules.unposted import LATE


def on_person(context: Context, user_id: str) -> OnPerson:
    """What each rule that is on will do to this person."""
    stop = context.store.rule_stop(user_id)
    rules = context.auto_rules.rules
    person = next(iter(context.store.disabled_people(user_id)), None) if rules else None
    if person is None:
        return OnPerson(tuple(Foreseen(rule.kind, str(rule), why=Why.NOT_DISABLED, never=True) for rule in rules), stop)
    look = context.store.source_look(user_id) if context.source else None
    return OnPerson(tuple(_each(context, person, circumstances(context, as_stored=True), look)), stop)


def report(context: Context, since: datetime) -> RulesReport:
    """What rules did since then, what they will do within a day, and what waits for whom."""
    store, now, rules = context.store, context.clock.now(), context.auto_rules.rules
    around, people = circumstances(context, as_stored=True), store.disabled_people()
    looks = store.source_looks() if context.source else {}
    awaited = (
        Awaited(one.user, foreseen)
        for one in people
        for foreseen in _each(context, one, around, looks.get(one.read.user_id))
    )
    coming, waits = sorted_out(awaited, now)
    users, stops = {one.user.id: one.user for one in people}, store.rule_stops()
    return RulesReport(
        rules=tuple(str(rule) for rule in rules),
        watch_only=context.rules.watch_only,
        did=store.rules_did(since),
        asked=tuple(store.unfinished_by_rules()),
        coming=coming,
        waits=waits,
        stopped=tuple((users.get(user_id, User(user_id)), stop) for user_id, stop in stops.items()),
    )


def report_now(context: Context) -> RulesReport:
    """The same without what they did."""
    return report(context, context.clock.now())


def _each(context: Context, person: Person, around: Circumstances, look: SourceLook | None) -> Iterator[Foreseen]:
    for rule in context.auto_rules.rules:
        yield foresee(rule, facts_of(context, person, rule, around, source_of(context, look)))


def foresee(rule: Rule, facts: Facts) -> Foreseen:
    """What the rule will do to this person, if nothing changes."""
    decision, announcement = decide(rule, facts), announced(rule, facts)
    why = _why(decision)
    return Foreseen(
        rule.kind,
        str(rule),
        acts_at=_acts_at(rule, facts) if why is None or why in PATIENT else None,
        why=why,
        never=isinstance(decision, Never),
        announced=announcement is not None,
    )


def _why(decision: Decision) -> Why | None:
    return decision.why if isinstance(decision, Later | Never) else None


def _acts_at(rule: Rule, facts: Facts) -> datetime | None:
    """When it acts, if nothing changes; None while Slack does not get what it announces."""
    announcement = announced(rule, facts)
    if announcement is None:
        return acts_at(rule, facts, max(facts.now, due(rule, facts) - stands(after(rule, facts))))
    if announcement.posted_at is None and announcement.made_at < facts.now - LATE:
        return None
    return acts_at(rule, facts, announcement.posted_at or facts.now)
