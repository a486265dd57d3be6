"""What rules will do to one person or to everybody, as things are, and what is in the way. Changes nothing."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime

from bot.core.directory.source import SourceLook
from bot.core.kinds import Kind
from bot.core.models import User
from bot.core.rules.announcements import Announcement, stands
from bot.core.rules.decide import decide
from bot.core.rules.decisions import Decision, Later, Never, Why
from bot.core.rules.facts import Circumstances, Facts, Person, Source
from bot.core.rules.report import Awaited, RulesReport, sorted_out
from bot.core.rules.rules import Rule
from bot.core.rules.times import acts_at, after, announced, due
from bot.core.rules.views import PATIENT, Foreseen, OnPerson
from bot.services.context import Context
from bot.services.messages.links import links_to
from bot.services.rules.person import circumstances, facts_of, source_seen
from bot.services.rules.unposted import LATE


def on_person(context: Context, user_id: str, *, disabled: bool = False) -> OnPerson:
    """What each rule that is on will do to this person; nothing where nobody is named who could stop it. `disabled`:
    AWS shows them so now, though no read that counts for rules may have.
    """
    stop, rules = context.store.rule_stop(user_id), _rules(context)
    if not rules and context.carries_rules:
        return OnPerson(stop=stop)
    person = next(iter(context.store.disabled_people(user_id)), None)
    if person is None:
        why = Why.INCOMPLETE if disabled else Why.NOT_DISABLED
        return OnPerson(tuple(Foreseen(rule.kind, str(rule), why=why, never=not disabled) for rule in rules), stop)
    look = context.store.source_look(user_id) if _knows_source(context) else None
    return OnPerson(tuple(_each(context, person, circumstances(context, as_stored=True), look)), stop)


def report(context: Context, since: datetime) -> RulesReport:
    """What rules did since then, what they will do within a day, and what waits for whom."""
    store, now, rules = context.store, context.clock.now(), context.auto_rules.rules
    around, people = circumstances(context, as_stored=True), store.disabled_people()
    looks = store.source_looks() if _knows_source(context) else {}
    awaited = (
        Awaited(one.user, foreseen)
        for one in people
        for foreseen in _each(context, one, around, looks.get(one.read.user_id))
    )
    coming, waits = sorted_out(awaited, now)
    users, stops = {one.user.id: one.user for one in people}, store.rule_stops()
    found = RulesReport(
        rules=tuple(str(rule) for rule in rules),
        watch_only=_only_watches(context),
        did=store.rules_did(since),
        asked=tuple(store.unfinished_by_rules()),
        coming=coming,
        waits=waits,
        stopped=tuple((users.get(user_id, User(user_id)), stop) for user_id, stop in stops.items()),
    )
    return replace(found, links=links_to(context, found.people))


def report_now(context: Context) -> RulesReport:
    """The same without what they did."""
    return report(context, context.clock.now())


def _each(context: Context, person: Person, around: Circumstances, look: SourceLook | None) -> Iterator[Foreseen]:
    rules = _rules(context)
    for rule in rules:
        yield foresee(rule, facts_of(context, person, rule, around, _source(context, look)))
    if not context.carries_rules:
        yield from _of_the_bot(person, {rule.kind for rule in rules})


def _knows_source(context: Context) -> bool:
    """A command does not look itself; what the running leaverbot saw there is in the database while it is to look."""
    return context.source is not None or not context.carries_rules


def _source(context: Context, look: SourceLook | None) -> Source:
    return source_seen(context, look) if context.source or look else Source.FINE


def _rules(context: Context) -> tuple[Rule, ...]:
    """Those that start. A command does not know who is named in Slack's settings."""
    return () if _only_watches(context) else context.auto_rules.rules


def _only_watches(context: Context) -> bool:
    return context.carries_rules and context.rules.watch_only


def _of_the_bot(person: Person, known: Collection[Kind]) -> Iterator[Foreseen]:
    """What the running leaverbot announced, for a command whose own settings do not have the rule."""
    why = Why.STOPPED if person.stop else None
    for kind, one in person.waiting.items():
        if kind not in known:
            yield Foreseen(kind, one.rule, None if why else one.acts_at, why=why, announced=True)


def foresee(rule: Rule, facts: Facts) -> Foreseen:
    """What the rule will do to this person, if nothing changes."""
    decision, announcement = decide(rule, facts), announced(rule, facts)
    why = _why(decision, announcement)
    return Foreseen(
        rule.kind,
        str(rule),
        acts_at=_acts_at(rule, facts) if why is None or why in PATIENT else None,
        why=why,
        never=isinstance(decision, Never),
        announced=announcement is not None,
    )


def _why(decision: Decision, announcement: Announcement | None) -> Why | None:
    """Whether there is a place in the hour is known only to who looked for one."""
    if isinstance(decision, Later | Never):
        return decision.why
    return Why.LIMIT if announcement and announcement.waits_for == Why.LIMIT else None


def _acts_at(rule: Rule, facts: Facts) -> datetime | None:
    """When it acts, if nothing changes; None while Slack does not get what it announces."""
    announcement = announced(rule, facts)
    if announcement is None:
        return acts_at(rule, facts, max(facts.now, due(rule, facts) - stands(after(rule, facts))))
    if announcement.posted_at is None and announcement.made_at < facts.now - LATE:
        return None
    return acts_at(rule, facts, announcement.posted_at or facts.now)
