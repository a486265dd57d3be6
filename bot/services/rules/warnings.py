"""What a plan warns of: the brake is engaged, or the hourly limit is used up."""

from collections.abc import Iterator
from dataclasses import replace

from bot.core.kinds import Kind
from bot.core.models import User, UserStatus
from bot.core.reasons import Code, Reason
from bot.core.rules.brake import Brake
from bot.core.views import DialogView
from bot.core.waiting import Trouble, Wait
from bot.services.context import Context
from bot.services.rules.limits import full_until


def warned(context: Context, view: DialogView, kind: Kind, user: User) -> DialogView:
    """The dialog with its warnings; without the delete that waits until the brake is released."""
    until = full_until(context, kind, user.id)
    if until:
        wait = Wait(Trouble.LIMIT, context.clock.now(), until)
        view = replace(view, warnings=(context.words(Reason(Code.LIMIT_USED_UP, user, wait=wait)),))
    brake = context.store.brake()
    if brake is None or kind.frees or user.status is not UserStatus.DISABLED:
        return view
    warnings = (context.words(reason) for reason in _warnings(context, brake, view, kind, user))
    return replace(view, warnings=(*view.warnings, *warnings), may_delete=False)


def _warnings(context: Context, brake: Brake, view: DialogView, kind: Kind, user: User) -> Iterator[Reason]:
    total, left = context.store.braked(brake.id)
    mine = any(read.user_id == user.id for read in left)
    yield Reason(Code.BRAKED if mine else Code.BRAKE_ENGAGED, user, count=total)
    if kind.optional and view.may_delete:
        yield Reason(Code.BRAKE_STOPS_DELETES)
