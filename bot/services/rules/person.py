"""What decides whether a rule acts on somebody, gathered; for a pass over everybody, and for one action of a rule."""

from bot.core.actions import Action
from bot.core.directory.source import ActiveThere, OffThere, SourceLook
from bot.core.errors import AwsError
from bot.core.events.reads import UNSEEN
from bot.core.rules.announcements import Announcement
from bot.core.rules.askers import rule_asker
from bot.core.rules.decide import decide
from bot.core.rules.decisions import Act, Announce, Why
from bot.core.rules.facts import Circumstances, Facts, Person, Source
from bot.core.rules.rules import Rule
from bot.services.context import Context
from bot.services.rules.holds import has_looked


def circumstances(context: Context, *, as_stored: bool = False) -> Circumstances:
    """What is the same for everybody now. `as_stored`: AWS is not asked who leaverbot runs as. Raises StoreError."""
    return Circumstances(
        now=context.clock.now(),
        own_name="" if as_stored else _own_name(context),
        brake=context.store.brake() is not None,
        looked=has_looked(context),
        deny_ready=context.rules.deny_ready,
        dry_run=context.rules.dry_run,
    )


def facts_of(
    context: Context, person: Person, rule: Rule, around: Circumstances, source: Source = Source.FINE
) -> Facts:
    """What decides about this rule and this person in a pass over everybody."""
    return Facts(
        person=person,
        around=around,
        announcement=person.waiting.get(rule.kind),
        last=person.last.get(rule.kind),
        protected=context.rules.is_protected(person.user),
        source=source,
    )


def source_of(context: Context, look: SourceLook | None) -> Source:
    """What the last look into Entra ID says, where leaverbot looks there."""
    return Source.FINE if context.source is None else source_seen(context, look)


def source_seen(context: Context, look: SourceLook | None) -> Source:
    """What the last look says; a look that is as old as no read of a person may be is none."""
    if look is None or context.clock.now() - look.at > UNSEEN:
        return Source.UNREAD
    if isinstance(look.looked, OffThere):
        return Source.FINE
    return Source.ACTIVE if isinstance(look.looked, ActiveThere) else Source.UNREAD


def why_not(context: Context, action: Action) -> Why | None:
    """Why an action that a rule asked for may not begin, or go on, now; None when it may.

    Rows in the database prove little: the rule of the settings must have announced exactly this, and it must be time
    for it. The action's own plan reads the person anew. Raises StoreError.
    """
    asker, rule = rule_asker(action.by), context.auto_rules.rule(action.kind)
    if asker is None or rule is None or str(rule) != asker.rule or context.rules.watch_only:
        return Why.RULE_OFF
    announcement = _announcement(context, action)
    if announcement is None or action.not_disabled or action.parent:
        return Why.UNANNOUNCED
    people = context.store.disabled_people(action.user.id)
    if not people:
        return Why.NOT_DISABLED
    decision = decide(rule, _facts(context, people[0], action, announcement))
    if isinstance(decision, Act):
        return None
    return Why.UNANNOUNCED if isinstance(decision, Announce) else decision.why


def _announcement(context: Context, action: Action) -> Announcement | None:
    """The one that asked for exactly this action."""
    one = context.store.announcement_of(action.id)
    same = one is not None and (one.user.id, one.kind) == (action.user.id, action.kind)
    return one if one and same and action.key == key_of(one) else None


def key_of(announcement: Announcement) -> str:
    """The key of the action that it asks for, so that it asks once."""
    return f"rule:{announcement.id}"


def _facts(context: Context, person: Person, action: Action, announcement: Announcement) -> Facts:
    last = person.last.get(action.kind)
    protected = context.rules.is_protected(person.user) or context.rules.is_protected(action.user)
    return Facts(
        person=person,
        around=circumstances(context),
        announcement=announcement,
        last=last if last and last.id != action.id else None,
        protected=protected,
        source=source_of(context, context.store.source_look(action.user.id)),
        asked=True,
    )


def _own_name(context: Context) -> str | None:
    try:
        return context.access.caller_user_name()
    except AwsError:
        return None
