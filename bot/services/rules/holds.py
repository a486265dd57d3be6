"""Holds: when rules may act on many people for the first time, an admin says so first."""

from bot.core.actions import Asker
from bot.core.authorization import Refused, Rules
from bot.core.events.reads import UserRead
from bot.core.kinds import ACCEPT, Role
from bot.core.models import User
from bot.core.reasons import Code, Reason
from bot.core.rules.askers import RuleAsker
from bot.core.rules.decisions import Why
from bot.core.rules.holds import Hold, HoldView, WhyHeld
from bot.core.rules.reach import Reach, stored_reach
from bot.core.rules.rules import AutoRules
from bot.core.scan.coverage import Coverage
from bot.services.context import Context
from bot.services.messages.links import links_to
from bot.services.refusals import note_refusal
from bot.services.rules.admins import may_decide
from bot.services.rules.names import NAMES, severities, worst_named


def has_looked(context: Context) -> bool:
    """Whether a scan with a complete list of users has looked at how many people the rules would act on, and they reach
    no further since.
    """
    before = _looked_at(context)
    return before is not None and not reach_now(context).wider_than(before)


def reach_now(context: Context) -> Reach:
    """How far the rules reach, as the settings are."""
    rules, auto = context.rules, context.auto_rules
    deny = auto.deny if rules.deny_ready else None
    on = AutoRules() if rules.watch_only else AutoRules(deny, auto.revoke, auto.delete)
    return Reach.of(on, rules.protected, asks_entra=context.source is not None, dry_run=rules.dry_run)


def look_at_rules(context: Context, coverage: Coverage) -> None:
    """After a scan: hold everybody who is disabled, if rules reach further than when last looked at, and would act on
    more people than the brake allows. A scan without a complete list of users leaves that to the next.
    """
    if not context.carries_rules:
        return
    if coverage.user_list_complete:
        _look(context)
    _show_holds(context)


def _look(context: Context) -> None:
    before, reach, now = _looked_at(context), reach_now(context), context.clock.now()
    if reach == before:
        return
    hold = None
    if before is None or reach.wider_than(before):
        people = frozenset(read.user_id for read in context.store.leavers() if not _protected(reach, read))
        if reach.acts and len(people) > context.auto_rules.brake.count:
            hold = Hold(context.new_id(), _why(context, before), now, people)
    if before and before.dry_run and not reach.dry_run:
        # Before the reach is stored: after a crash in between, this is done again.
        _announce_anew(context)
    context.store.look_at_rules(str(reach), hold, now)
    context.work.wake()


def _announce_anew(context: Context) -> None:
    """What was announced as a dry run has to stand in Slack anew before it changes anything."""
    for one in context.store.waiting_announcements():
        by = RuleAsker(one.rule).stored
        context.store.end_announcement(one.id, str(Why.UNANNOUNCED), context.clock.now(), by)


def _why(context: Context, before: Reach | None) -> WhyHeld:
    """Without an earlier look it is the first scan, unless an older version has scanned before."""
    earlier = sum(scan.user_list_complete for scan in context.store.newest_scans(2)) > 1
    return WhyHeld.RULES_CHANGED if before or earlier else WhyHeld.FIRST_SCAN


def _show_holds(context: Context) -> None:
    """Ask about every hold, while rules are on."""
    if not reach_now(context).acts:
        return
    for hold in context.store.holds():
        context.store.show_hold(hold.id, context.clock.now())


def accept(
    context: Context, hold_id: str, count: int, version: int, asker: Asker, roles: frozenset[Role]
) -> Hold | Refused:
    """Let rules act on the people of the hold that was shown with so many, as this version. Raises NotFound."""
    refused = may_decide(context.rules, roles, asker, Code.HOLD_FOR_ADMINS)
    if refused:
        return note_refusal(context, ACCEPT, hold_id, asker, refused)
    hold = context.store.told_hold(hold_id)
    if hold.accepted_at:
        return note_refusal(context, ACCEPT, hold_id, asker, Refused(Reason(Code.HOLD_OVER)))
    people = _people(context, hold)
    same = (count, version) == (len(people), hold.version)
    if not (same and context.store.accept_hold(hold_id, version, asker.user, context.clock.now())):
        context.store.redraw_hold(hold_id)
        context.work.wake()
        return note_refusal(context, ACCEPT, hold_id, asker, Refused(Reason(Code.HOLD_CHANGED, count=len(people))))
    context.work.wake()
    return context.store.told_hold(hold_id)


def hold_view(context: Context, hold_id: str) -> HoldView:
    """The hold with everything its message shows. Raises NotFound."""
    hold = context.store.told_hold(hold_id)
    people, cases = _people(context, hold), context.store.open_cases()
    with_access = [cases[read.user_id] for read in people if read.user_id in cases]
    others = tuple(read.user for read in people if read.user)
    named = (worst_named(with_access) or others)[:NAMES]
    return HoldView(
        hold=hold,
        count=len(people),
        by_severity=severities(with_access),
        worst=named,
        links=links_to(context, named),
        rules=_reach(context).rules.rules,
        buttons=context.rules.buttons and bool(context.rules.admins),
    )


def hold_views(context: Context) -> tuple[HoldView, ...]:
    """Every hold that nobody has accepted, as it is now; none while no rule is on."""
    return tuple(hold_view(context, hold.id) for hold in context.store.holds()) if _reach(context).acts else ()


def _people(context: Context, hold: Hold) -> list[UserRead]:
    """Those of the hold who are disabled, and whom rules may act on at all."""
    leavers = (read for read in context.store.leavers() if read.user_id in hold.user_ids)
    reach = _reach(context)
    return [read for read in leavers if not _protected(reach, read)]


def _reach(context: Context) -> Reach:
    """How far the rules reach of the process that carries them: another one may have other settings."""
    return reach_now(context) if context.carries_rules else _looked_at(context) or reach_now(context)


def _protected(reach: Reach, read: UserRead) -> bool:
    return Rules(protected=tuple(reach.protected)).is_protected(read.user or User(read.user_id))


def _looked_at(context: Context) -> Reach | None:
    text = context.store.looked_at_rules()
    return None if text is None else stored_reach(text)
