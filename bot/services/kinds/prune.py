"""Prune: delete a permission set that nobody is assigned."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.core.actions import Action, ActionState, Result
from bot.core.errors import AwsError, AwsNotFound
from bot.core.models import User
from bot.core.plans.plan import Plan, plan_prune, subject_of
from bot.core.reasons import Code, Reason
from bot.core.views import DialogState, DialogView, UnusedSet
from bot.services.actions import operations
from bot.services.actions.carry_out import one_by_one
from bot.services.actions.planning import failed, not_complete, refused
from bot.services.context import CaseFacts, Context
from bot.services.permission_sets import named


def offered(_facts: CaseFacts) -> bool:
    """It is about no case."""
    return False


def preview(context: Context, view: DialogView, subject: User) -> DialogView:
    found, permission_set = _plan(context, subject.id), named(context, subject.id)
    view = replace(view, user=subject_of(permission_set))
    if isinstance(found, Result):
        return replace(view, message=found.message)
    since = context.store.unused_since(subject.id) or context.clock.now()
    return replace(view, state=DialogState.READY, plan=found, permission_set=UnusedSet(permission_set, since))


def plan(context: Context, action: Action) -> Plan | Result:
    """The plan, checked now, or why there is none. Raises AwsError."""
    return _plan(context, action.user.id)


def _plan(context: Context, arn: str) -> Plan | Result:
    try:
        accounts = context.access.provisioned_in(arn)
    except AwsNotFound:
        return refused(context, Reason(Code.SET_GONE))
    permission_set = named(context, arn)
    if accounts:
        return refused(context, Reason(Code.SET_IN_USE, subject_of(permission_set), count=len(accounts)))
    return plan_prune(permission_set)


def step(context: Context, actions: Sequence[Action], late: Collection[str]) -> None:
    one_by_one(context, actions, late, finish)


def finish(context: Context, action: Action, late: bool) -> Result:
    """Whether the permission set is gone, by a fresh list. Raises AwsError for what passes, unless it is late."""
    subject = action.user
    why = " ".join(op.detail for op in action.operations if op.detail)
    try:
        left = subject.id in context.access.permission_set_arns()
    except AwsError as error:
        if error.passes and not late:
            raise
        return not_complete(context, Reason(Code.SET_DELETION_UNREAD, subject, str(error)))
    if left:
        return failed(context, Reason(Code.SET_NOT_DELETED, subject, why))
    operations.confirm(context, action)
    told = context.words(Reason(Code.SET_DELETED, subject))
    return Result(ActionState.DONE, verified_at=context.clock.now(), tell=told)
