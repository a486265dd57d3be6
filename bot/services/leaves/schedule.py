"""Schedule a leave, or cancel one: who may, and whether the person may be denied at all. Refusals are recorded."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC

from bot.core.actions import Asker
from bot.core.authorization import Refused, may_act_on
from bot.core.errors import AlreadyUnderWay, NotFound
from bot.core.kinds import DENY, Role
from bot.core.leaves.leave import SCHEDULE, UNSCHEDULE, Leave, LeaveState, Terms, may_cancel, may_schedule
from bot.core.leaves.times import said
from bot.core.leaves.views import LeaveView, Scheduled
from bot.core.models import User
from bot.core.reasons import Code, Reason
from bot.core.terminal.askers import terminal_asker
from bot.services.context import Context
from bot.services.leaves.views import leave_view
from bot.services.refusals import note_refusal


def schedule(
    context: Context,
    user: User,
    terms: Terms,
    asker: Asker,
    roles: frozenset[Role],
    *,
    leave_id: str,
    dry_run: bool = False,
) -> Scheduled | Refused:
    """Store it in place of an earlier one of the same person. The same id once more is the same leave.

    Raises AwsError while it cannot be told which session leaverbot itself runs with.
    """
    with suppress(NotFound):
        return _answer(context, leave_view(context, context.store.leave(leave_id)), None)
    refused = refuse_schedule(context, asker, roles, user.id) or _refused(context, user, terms, asker)
    if refused:
        return refused
    leave = Leave(
        id=leave_id,
        user=user,
        at=terms.at.astimezone(UTC),
        by=asker.user,
        channel=asker.channel,
        scheduled_at=context.clock.now(),
        revoke=terms.revoke,
        dry_run=context.rules.dry_run or dry_run,
    )
    try:
        replaced = context.store.add_leave(_sealed(context, leave))
    except AlreadyUnderWay:
        return note_refusal(context, SCHEDULE, user.id, asker, Refused(Reason(Code.LEAVE_RUNS, user)))
    context.work.wake()
    return _answer(context, leave_view(context, leave), replaced)


def refuse_schedule(context: Context, asker: Asker, roles: frozenset[Role], subject: str) -> Refused | None:
    """Why this person may not schedule a leave of `subject`, recorded; None when they may."""
    decision = may_schedule(context.rules, roles, terminal=_in_terminal(asker))
    return note_refusal(context, SCHEDULE, subject, asker, decision) if isinstance(decision, Refused) else None


def cancel(context: Context, leave_id: str, asker: Asker, roles: frozenset[Role]) -> Leave | Refused:
    """Cancel one that waits for its time, or of which only the revoke is left. Raises NotFound."""
    leave = context.store.leave(leave_id)
    decision = may_cancel(context.rules, roles, terminal=_in_terminal(asker))
    if isinstance(decision, Refused):
        return note_refusal(context, UNSCHEDULE, leave.user.id, asker, decision)
    now = context.clock.now()
    if leave.state.cancellable:
        context.store.move_leave(leave.id, leave.state, LeaveState.CANCELLED, now, by=asker.user)
    after = context.store.leave(leave.id)
    context.work.wake()
    if (after.state, after.ended_by) == (LeaveState.CANCELLED, asker.user):
        return after
    code = Code.LEAVE_RUNS if after.state.open else Code.LEAVE_OVER
    return note_refusal(context, UNSCHEDULE, leave.user.id, asker, Refused(Reason(code, leave.user)))


def refuse_now(context: Context, user: User, terms: Terms) -> Refused | None:
    """Why nobody may schedule this, as things are now. Raises AwsError."""
    if terms.at <= context.clock.now():
        return Refused(Reason(Code.TIME_OVER_ALREADY, why=said(terms.at, context.zone)))
    # Whether the user is disabled does not matter: most who are scheduled still work here.
    own_name = context.access.caller_user_name()
    decision = may_act_on(context.rules, DENY, user, not_disabled=True, own_name=own_name)
    return decision if isinstance(decision, Refused) else None


def _refused(context: Context, user: User, terms: Terms, asker: Asker) -> Refused | None:
    refused = refuse_now(context, user, terms)
    if refused is None and _in_terminal(asker) and not context.seal("any text"):
        refused = Refused(Reason(Code.LEAVE_CANNOT_SEAL))
    return note_refusal(context, SCHEDULE, user.id, asker, refused) if refused else None


def _sealed(context: Context, leave: Leave) -> Leave:
    """With the seal that stands for the proof of who asked, which lasts minutes. Presses in Slack have no proof."""
    return replace(leave, seal=context.seal(leave.sealed)) if terminal_asker(leave.by) else leave


def _answer(context: Context, view: LeaveView, replaced: Leave | None) -> Scheduled:
    until = view.leave.at - context.clock.now()
    return Scheduled(view, until, said(replaced.at, context.zone) if replaced else "")


def _in_terminal(asker: Asker) -> bool:
    return terminal_asker(asker.user) is not None
