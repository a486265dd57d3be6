"""Permission sets that nobody is assigned: which there are, and since when that is known."""

from dataclasses import replace

import structlog

from bot.core.actions import Action, Asker
from bot.core.errors import AwsError, AwsNotFound
from bot.core.models import PermissionSet
from bot.core.plans.operations import OperationKind, OperationState
from bot.core.reasons import Code, Reason
from bot.core.views import UnusedList, UnusedSet
from bot.services.context import Context

log = structlog.get_logger(__name__)


def read_unused(context: Context, *, note: bool = True) -> UnusedList:
    """Every permission set that is provisioned in no account, read from AWS now, and noted unless the store is only
    read. Raises AwsError.
    """
    arns = context.access.permission_set_arns()
    now = context.clock.now()
    unused = [arn for arn in arns if not _in_use(context, arn)]
    if note:
        since = context.store.note_unused(unused, now)
    else:
        since = {arn: context.store.unused_since(arn) or now for arn in unused}
    sets = [UnusedSet(named(context, arn), at) for arn, at in since.items()]
    ordered = sorted(sets, key=lambda one: (one.since, one.permission_set.name.casefold()))
    return UnusedList(tuple(ordered), len(arns), now, buttons=context.rules.buttons)


def note_walk(context: Context, assigned: frozenset[str]) -> None:
    """A scan went through every account: what it met nowhere is unused. What cannot be listed is not noted."""
    try:
        arns = context.access.permission_set_arns()
    except AwsError as error:
        log.warning("the permission sets could not be listed", why=str(error))
        return
    context.store.note_unused([arn for arn in arns if arn not in assigned], context.clock.now())


def named(context: Context, arn: str) -> PermissionSet:
    """The permission set with its name, as far as that can be read."""
    try:
        return context.access.permission_set(arn)
    except AwsError:
        return PermissionSet(arn)


def _in_use(context: Context, arn: str) -> bool:
    try:
        return bool(context.access.provisioned_in(arn))
    except AwsNotFound:
        # Deleted since it was listed: not one of the unused ones either.
        return True


def find_set(context: Context, query: str) -> PermissionSet | None:
    """The permission set with this name or ARN, if there is one. Raises AwsError."""
    arns = context.access.permission_set_arns()
    if query in arns:
        return named(context, query)
    found = (named(context, arn) for arn in arns)
    return next((one for one in found if one.name.casefold() == query.casefold()), None)


def answer_unused(context: Context, asker: Asker, *, may_delete: bool) -> None:
    """Tell somebody which permission sets are unused. Raises ChatError."""
    try:
        found = read_unused(context)
    except AwsError as error:
        context.chat.tell(asker, context.words(Reason(Code.SETS_UNREAD, why=str(error))))
        return
    context.chat.answer_unused(asker, replace(found, may_delete=may_delete))


def emptied_by(context: Context, action: Action) -> tuple[PermissionSet, ...]:
    """Permission sets whose last assignment this revoke took away; what cannot be read is not offered."""
    arns = dict.fromkeys(
        op.operation.args["permission_set_arn"]
        for op in action.operations
        if op.operation.kind is OperationKind.DELETE_ASSIGNMENT and op.state is OperationState.DONE
    )
    try:
        return tuple(named(context, arn) for arn in arns if not _in_use(context, arn))
    except AwsError:
        return ()
