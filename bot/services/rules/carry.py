"""One pass of the rules over everybody who is disabled: announce, call off, ask for actions."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.core.access.severity import Severity
from bot.core.actions import Action, Asker
from bot.core.directory.source import SourceLook
from bot.core.errors import AlreadyUnderWay, StoreError, StoreUnavailable, new_reference
from bot.core.kinds import Kind
from bot.core.rules.announcements import Announcement
from bot.core.rules.askers import RuleAsker
from bot.core.rules.decide import decide
from bot.core.rules.decisions import Act, Announce, Later, Never, Why
from bot.core.rules.facts import Circumstances, Facts, Person
from bot.core.rules.rules import Rule
from bot.core.rules.times import acts_at, announced
from bot.core.rules.views import PATIENT
from bot.services.actions.ask import begin_announced
from bot.services.context import Context
from bot.services.rules.limits import rules_may_begin
from bot.services.rules.person import circumstances, facts_of, key_of, source_of

log = structlog.get_logger(__name__)

# An announcement whose time moves by less than this is not drawn again: people read minutes.
SHOWN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Passed:
    """What a pass did. `moved`: how much was announced, called off or asked for; `again_at`: when time alone makes
    another pass do more; None: only when something changes.
    """

    moved: int = 0
    again_at: datetime | None = None


def carry_rules(context: Context) -> int:
    """One pass; how much it moved. Raises StoreError."""
    return one_pass(context).moved


def one_pass(context: Context) -> Passed:
    """Do what the rules say now. Only a process that carries rules does anything, and where nobody is named who may
    act, rules are off. May run several times at once.

    What goes wrong with one person holds up nobody else. Raises StoreError.
    """
    if not context.carries_rules:
        return Passed()
    rules = () if context.rules.watch_only else context.auto_rules.rules
    waiting = context.store.waiting_announcements()
    if not rules and not waiting:
        return Passed()
    people = context.store.disabled_people() if rules else []
    looks = context.store.source_looks() if context.source and people else {}
    now = _Pass(context, circumstances(context), looks)
    now.call_off(waiting, people, {str(rule) for rule in rules})
    for person in sorted(people, key=worst_first):
        for rule in rules:
            now.look_at(rule, person)
    if now.moved:
        context.work.wake()
    return Passed(now.moved, now.again_at)


def try_rules(context: Context) -> Passed:
    """The same for those who have more to do: what goes wrong is logged, and the next pass tries again."""
    try:
        return one_pass(context)
    except StoreUnavailable:
        # The upkeep of the work says so.
        return Passed()
    except Exception:  # scans, and whoever else calls it, go on without rules
        log.exception("the rules could not be carried", reference=new_reference())
        return Passed()


def worst_first(person: Person) -> tuple[bool, int, float, str]:
    """Incidents, then by severity, then who has been disabled for longest; people without access last."""
    case, since = person.case, person.read.counts_from
    rank = case.severity.rank if case else len(Severity)
    return not (case and case.incident), rank, since.timestamp() if since else 0.0, person.read.user_id


@dataclass(slots=True)
class _Pass:
    """`looks`: what Entra ID said last, by user id. `moved`, `again_at`: as in `Passed`."""

    context: Context
    around: Circumstances
    looks: Mapping[str, SourceLook]
    moved: int = 0
    again_at: datetime | None = None
    # The kinds of which no more may begin in this hour.
    _full: set[Kind] = field(default_factory=set)

    def call_off(self, waiting: Iterable[Announcement], people: Iterable[Person], rules: Collection[str]) -> None:
        """Announcements of rules that are off or changed are over, and those about people who are not disabled."""
        disabled = {person.read.user_id for person in people}
        for one in waiting:
            if one.rule not in rules:
                self._over(one, Why.RULE_OFF)
            elif one.user.id not in disabled:
                self._over(one, Why.NOT_DISABLED)

    def look_at(self, rule: Rule, person: Person) -> None:
        """Do what this rule says about this person now."""
        try:
            self._do(rule, person)
        except StoreError:
            raise
        except Exception:  # one person must not hold up all the others
            log.exception("a rule failed", rule=str(rule), user=person.read.user_id, reference=new_reference())

    def _do(self, rule: Rule, person: Person) -> None:
        source = source_of(self.context, self.looks.get(person.read.user_id))
        facts = facts_of(self.context, person, rule, self.around, source)
        decision = decide(rule, facts)
        if isinstance(decision, Announce):
            self._announce(rule, facts, decision)
        elif isinstance(decision, Act):
            self._act(rule, facts)
        elif facts.announcement and facts.announcement.rule == str(rule):
            self._keep(rule, facts, facts.announcement, decision)
        if isinstance(decision, Later):
            self._note_time(decision.at)

    def _note_time(self, at: datetime | None) -> None:
        """When to look again, as far as that is known."""
        if at:
            self.again_at = min(at, self.again_at or at)

    def _keep(self, rule: Rule, facts: Facts, one: Announcement, decision: Later | Never) -> None:
        """Call an announcement off that no longer holds; have the others say when they act, and what they wait for."""
        if isinstance(decision, Never) or announced(rule, facts) is None:
            self._over(one, decision.why if isinstance(decision, Never) else Why.UNANNOUNCED)
            return
        if one.posted_at:
            at = acts_at(rule, facts, one.posted_at)
            if at - one.acts_at >= SHOWN:
                self.context.store.set_acts_at(one.id, at)
                self.moved += 1
        self._wait(one, decision.why)

    def _wait(self, one: Announcement, why: Why) -> None:
        """Have its message say what is in the way besides its time."""
        waits_for = "" if why in PATIENT else str(why)
        if one.waits_for != waits_for:
            self.context.store.set_waits_for(one.id, waits_for)
            self.context.work.wake()

    def _announce(self, rule: Rule, facts: Facts, decision: Announce) -> None:
        user, counts_from = facts.person.user, facts.person.read.counts_from
        assert counts_from
        case_id, now = self._case_id(facts.person), self.around.now
        one = Announcement(
            self.context.new_id(), user, rule.kind, str(rule), counts_from, now, decision.acts_at, case_id
        )
        before = facts.announcement.id if facts.announcement else ""
        if not self.context.store.announce(one, RuleAsker(str(rule)).stored, replaces=before):
            return
        log.info("a rule announced what it will do", rule=str(rule), user=user.id, acts_at=decision.acts_at.isoformat())
        self.moved += 1

    def _case_id(self, person: Person) -> str:
        """The case in whose thread it is announced: the newest, "" where there never was one."""
        if person.case:
            return person.case.id
        newest = self.context.store.newest_case(person.read.user_id)
        return newest.case.id if newest else ""

    def _act(self, rule: Rule, facts: Facts) -> None:
        one = facts.announcement
        if one is None:
            return
        if not self._may_begin(rule.kind, one.user.id):
            self._wait(one, Why.LIMIT)
            return
        user = facts.person.user
        action = Action(
            id=self.context.new_id(),
            key=key_of(one),
            kind=rule.kind,
            user=user,
            case_id=self._case_id(facts.person) or None,
            asker=Asker(RuleAsker(str(rule)).stored, ""),
            asked_at=self.around.now,
            # Somebody who changed since the newest read is not deleted.
            revision=user.revision,
            dry_run=self.context.rules.dry_run,
        )
        try:
            begun = begin_announced(self.context, one.id, action)
        except AlreadyUnderWay:
            # Somebody was first; it waits for them.
            return
        if begun:
            log.info("a rule acts", rule=str(rule), user=user.id, action=begun.id)
            self.moved += 1

    def _may_begin(self, kind: Kind, user_id: str) -> bool:
        """Whether there is a place in the hour; without one, the announcement waits, and people can still act."""
        until = rules_may_begin(self.context, kind, user_id) if kind not in self._full else None
        if until:
            self._full.add(kind)
            self._note_time(until)
        return kind not in self._full

    def _over(self, one: Announcement, why: Why) -> None:
        self.context.store.end_announcement(one.id, str(why), self.around.now, RuleAsker(one.rule).stored)
        log.info("what a rule announced is over", rule=one.rule, user=one.user.id, why=str(why))
        self.moved += 1
