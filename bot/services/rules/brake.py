"""The brake: what it stops, who ends it, and how it is shown."""

from bot.core.actions import Asker
from bot.core.authorization import Refused
from bot.core.kinds import RELEASE, Role
from bot.core.reasons import Code, Reason
from bot.core.rules.brake import Brake, BrakeView
from bot.core.rules.holds import WhyHeld
from bot.services.context import Context
from bot.services.messages.links import links_to
from bot.services.refusals import note_refusal
from bot.services.rules.admins import may_decide
from bot.services.rules.holds import reach_now
from bot.services.rules.names import severities, worst_named


def ask_again(context: Context) -> None:
    """Ask about the brake once more, if it is time for that."""
    brake = context.store.brake()
    now = context.clock.now()
    if brake and brake.asks_again(now):
        context.store.ask_about_brake(now)
        context.work.wake()


def release(
    context: Context, brake_id: str, count: int, version: int, asker: Asker, roles: frozenset[Role]
) -> Brake | Refused:
    """End the brake that was shown with so many people, as this version. Raises NotFound."""
    refused = may_decide(context.rules, roles, asker, Code.BRAKE_FOR_ADMINS)
    if refused:
        return note_refusal(context, RELEASE, brake_id, asker, refused)
    brake = context.store.told_brake(brake_id)
    if not brake.engaged:
        return note_refusal(context, RELEASE, brake_id, asker, Refused(Reason(Code.BRAKE_OVER)))
    _, left = context.store.braked(brake_id)
    now = context.clock.now()
    same = (count, version) == (len(left), brake.version)
    if not (same and context.store.release_brake(brake_id, version, asker.user, now)):
        context.store.redraw_brake(brake_id)
        context.work.wake()
        return note_refusal(context, RELEASE, brake_id, asker, Refused(Reason(Code.BRAKE_CHANGED, count=len(left))))
    context.work.wake()
    return context.store.told_brake(brake_id)


def brake_view(context: Context, brake_id: str) -> BrakeView:
    """The brake with everything its message shows. Raises NotFound."""
    brake = context.store.told_brake(brake_id)
    total, left = context.store.braked(brake_id)
    cases = context.store.open_cases()
    with_access = [cases[read.user_id] for read in left if read.user_id in cases]
    named = worst_named(with_access)
    return BrakeView(
        brake=brake,
        total=total,
        left=len(left),
        by_severity=severities(with_access),
        worst=named,
        links=links_to(context, named),
        held=_held(context, brake),
        rules_on=reach_now(context).acts,
        buttons=context.rules.buttons and bool(context.rules.admins),
    )


def engaged_brake(context: Context) -> BrakeView | None:
    """The brake that is engaged, as it is now."""
    brake = context.store.brake()
    return brake_view(context, brake.id) if brake else None


def _held(context: Context, brake: Brake) -> int:
    """How many people wait for an admin because it ended by itself."""
    if brake.engaged or brake.ended_by:
        return 0
    mine = (hold for hold in context.store.holds() if (hold.why, hold.made_at) == (WhyHeld.BRAKE_ENDED, brake.ended_at))
    return sum(len(hold.user_ids) for hold in mine)
