"""Prune: delete a permission set that nobody is assigned."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.core.actions import Action, ActionState, Result
from bot.core.errors import AwsError, AwsNotFound
from bot.core.models import PermissionSet, User
from bot.core.plans import Plan, plan_prune, subject_of
from bot.core.views import DialogState, DialogView, UnusedSet
from bot.services.actions import operations
from bot.services.actions.carry_out import one_by_one
from bot.services.actions.planning import failed, not_complete, refused
from bot.services.context import CaseFacts, Parts
from bot.services.permission_sets import named


def offered(_facts: CaseFacts) -> bool:
    """It is about no case."""
    return False


def preview(parts: Parts, view: DialogView, subject: User) -> DialogView:
    found, permission_set = _plan(parts, subject.id), named(parts, subject.id)
    view = replace(view, user=subject_of(permission_set))
    if isinstance(found, Result):
        return replace(view, message=found.message)
    since = parts.store.unused_since(subject.id) or parts.clock.now()
    return replace(view, state=DialogState.READY, plan=found, permission_set=UnusedSet(permission_set, since))


def plan(parts: Parts, action: Action) -> Plan | Result:
    """The plan, checked now, or why there is none. Raises AwsError."""
    return _plan(parts, action.user.id)


def _plan(parts: Parts, arn: str) -> Plan | Result:
    try:
        accounts = parts.access.provisioned_in(arn)
    except AwsNotFound:
        return refused("This permission set does not exist any more, so there was nothing to delete.")
    permission_set = named(parts, arn)
    return refused(_in_use(permission_set, accounts)) if accounts else plan_prune(permission_set)


def _in_use(permission_set: PermissionSet, accounts: tuple[str, ...]) -> str:
    count = "1 account" if len(accounts) == 1 else f"{len(accounts)} accounts"
    return f"{permission_set.name or permission_set.arn} is assigned in {count} now, so it was not deleted."


def step(parts: Parts, actions: Sequence[Action], late: Collection[str]) -> None:
    one_by_one(parts, actions, late, finish)


def finish(parts: Parts, action: Action, late: bool) -> Result:
    """Whether the permission set is gone, by a fresh list. Raises AwsError for what passes, unless it is late."""
    arn, label = action.user.id, action.user.label
    why = " ".join(op.detail for op in action.operations if op.detail)
    try:
        left = arn in parts.access.permission_set_arns()
    except AwsError as error:
        if error.passes and not late:
            raise
        return not_complete(f"Whether {label} was deleted could not be read back: {error} /leavers unused will tell.")
    if left:
        return failed(f"{label} was not deleted. {why}".strip())
    operations.confirm(parts, action)
    return Result(ActionState.DONE, verified_at=parts.clock.now(), tell=f"{label} was deleted.")
