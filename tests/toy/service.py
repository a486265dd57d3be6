"""What the toy kind does: out of the group that stays indoors."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.core.actions import Action, ActionState, Result
from bot.core.models import User
from bot.core.plans.operations import Operation, OperationKind
from bot.core.plans.plan import Plan
from bot.core.views import DialogState, DialogView
from bot.services.actions import operations
from bot.services.actions.carry_out import one_by_one
from bot.services.context import CaseFacts, Context
from tests.toy.row import WALK


def offered(facts: CaseFacts) -> bool:
    return facts.case.is_open


def preview(context: Context, view: DialogView, user: User) -> DialogView:
    return replace(view, state=DialogState.READY, plan=_plan(context, user))


def plan(context: Context, action: Action) -> Plan:
    return _plan(context, action.user)


def _plan(context: Context, user: User) -> Plan:
    leaving = [
        Operation(
            OperationKind.LEAVE_GROUP,
            {"membership_id": one.id, "group_id": one.group.id, "user_id": user.id},
            {"group": one.group.label},
        )
        for one in context.directory.memberships(user.id)
    ]
    return Plan(WALK, user.id, tuple(leaving))


def step(context: Context, actions: Sequence[Action], late: Collection[str]) -> None:
    one_by_one(context, actions, late, finish)


def finish(context: Context, action: Action, _late: bool) -> Result:
    operations.confirm(context, action)
    return Result(ActionState.DONE, verified_at=context.clock.now())
