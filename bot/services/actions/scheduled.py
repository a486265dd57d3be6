"""Whether an action that claims to come from a scheduled leave does: looked at before it first begins.

A database row alone proves nothing. Somebody in a terminal proves who they are when they schedule, and that proof lasts
minutes; the leave then carries a seal, which only a process that knows SLACK_BOT_TOKEN can make. It covers everything
that was asked for, so a leave that somebody wrote or changed in the database has none that fits. A leave from Slack has
no seal, as a press has no proof; whoever scheduled it must still be an admin.
"""

import hmac

from bot.core.actions import Action
from bot.core.authorization import Allowed, Refused
from bot.core.errors import NotFound
from bot.core.leaves.leave import Leave, leave_of
from bot.core.reasons import Code, Reason
from bot.core.terminal.askers import terminal_asker
from bot.core.terminal.identities import may_ask_here
from bot.services.context import Context


def look_at_leave(context: Context, action: Action) -> Allowed | Refused:
    """Whether the leave asks for exactly this action now, and nobody wrote it by hand. What a person in Slack may is
    left to the caller. Raises AwsError.
    """
    try:
        leave = context.store.leave(leave_of(action.key))
    except NotFound:
        return Refused(Reason(Code.LEAVE_NOT_THE_SAME))
    if not leave.means(action) or context.clock.now() < leave.at:
        return Refused(Reason(Code.LEAVE_NOT_THE_SAME))
    return unsealed(context, leave) or _foreign(context, leave) or Allowed()


def unsealed(context: Context, leave: Leave) -> Refused | None:
    """Why a leave from a terminal is not believed; None when it is, and for one from Slack."""
    if terminal_asker(leave.by) is None:
        return None
    seal = context.seal(leave.sealed)
    fits = bool(seal) and hmac.compare_digest(seal, leave.seal)
    return None if fits else Refused(Reason(Code.LEAVE_UNSEALED))


def _foreign(context: Context, leave: Leave) -> Refused | None:
    """Why the AWS identity that scheduled it may not act here any more."""
    who = terminal_asker(leave.by)
    if who is None or may_ask_here(who.arn, context.identity.own(), context.rules.terminal_identities):
        return None
    return Refused(Reason(Code.FOREIGN_IDENTITY, why=who.arn))
