"""Permission sets that nobody is assigned: which there are, since when that is known, and deleting one."""

import structlog

from bot.core.actions import ActionState
from bot.core.errors import AwsError, AwsNotFound
from bot.core.models import PermissionSet
from bot.core.plans import OperationKind, OperationState, Plan, plan_prune
from bot.core.views import UnusedList, UnusedSet
from bot.ports import Asker, Result, StoredAction
from bot.services.actions import operations
from bot.services.context import Parts

log = structlog.get_logger(__name__)


def read_unused(parts: Parts) -> UnusedList:
    """Every permission set that is provisioned in no account, read from AWS now. Raises AwsError."""
    arns = parts.access.permission_set_arns()
    found = [arn for arn in arns if not _in_use(parts, arn)]
    return note(parts, found, len(arns))


def note_walk(parts: Parts, assigned: frozenset[str]) -> None:
    """A scan went through every account: what it met nowhere is unused. What cannot be listed is not noted."""
    try:
        arns = parts.access.permission_set_arns()
    except AwsError as error:
        log.warning("the permission sets could not be listed", why=str(error))
        return
    parts.store.note_unused([arn for arn in arns if arn not in assigned], parts.clock.now())


def note(parts: Parts, arns: list[str], total: int) -> UnusedList:
    """Remember that these and no others are unused, and since when."""
    now = parts.clock.now()
    since = parts.store.note_unused(arns, now)
    sets = [UnusedSet(named(parts, arn), since[arn]) for arn in arns]
    ordered = sorted(sets, key=lambda one: (one.since, one.permission_set.name.casefold()))
    return UnusedList(tuple(ordered), total, now)


def named(parts: Parts, arn: str) -> PermissionSet:
    """The permission set with its name, as far as that can be read."""
    try:
        return parts.access.permission_set(arn)
    except AwsError:
        return PermissionSet(arn)


def _in_use(parts: Parts, arn: str) -> bool:
    try:
        return bool(parts.access.provisioned_in(arn))
    except AwsNotFound:
        # Deleted since it was listed: not one of the unused ones either.
        return True


def answer_unused(parts: Parts, asker: Asker, *, may_delete: bool) -> None:
    """Tell somebody which permission sets are unused. Raises ChatError."""
    try:
        found = read_unused(parts)
    except AwsError as error:
        parts.chat.tell(asker, f"The permission sets could not be read, so nothing can be said about them: {error}")
        return
    shown = UnusedList(found.sets, found.total, found.read_at, may_delete=may_delete)
    parts.chat.answer_unused(asker, shown)


def emptied_by(parts: Parts, action: StoredAction) -> tuple[PermissionSet, ...]:
    """Permission sets whose last assignment this revoke took away; what cannot be read is not offered."""
    arns = dict.fromkeys(
        op.operation.args["permission_set_arn"]
        for op in action.operations
        if op.operation.kind is OperationKind.DELETE_ASSIGNMENT and op.state is OperationState.DONE
    )
    try:
        return tuple(named(parts, arn) for arn in arns if not _in_use(parts, arn))
    except AwsError:
        return ()


def plan_of(parts: Parts, arn: str) -> Plan | Result:
    """The plan of deleting a permission set, checked now. Raises AwsError."""
    try:
        accounts = parts.access.provisioned_in(arn)
    except AwsNotFound:
        text = "This permission set does not exist any more, so there was nothing to delete."
        return Result(ActionState.REFUSED, text, tell=text)
    permission_set = named(parts, arn)
    if accounts:
        text = in_use(permission_set, accounts)
        return Result(ActionState.REFUSED, text, tell=text)
    return plan_prune(permission_set)


def in_use(permission_set: PermissionSet, accounts: tuple[str, ...]) -> str:
    """Why a permission set cannot be deleted."""
    count = "1 account" if len(accounts) == 1 else f"{len(accounts)} accounts"
    return f"{permission_set.name or permission_set.arn} is assigned in {count} now, so it was not deleted."


def finish_prune(parts: Parts, action: StoredAction, late: bool) -> Result:
    """Whether the permission set is gone, by a fresh list. Raises AwsError for what passes, unless it is late."""
    arn, label = action.view.user.id, action.view.user.label
    why = " ".join(op.detail for op in action.operations if op.detail)
    try:
        left = arn in parts.access.permission_set_arns()
    except AwsError as error:
        if error.passes and not late:
            raise
        text = f"Whether {label} was deleted could not be read back: {error} /leavers unused will tell."
        return Result(ActionState.INCOMPLETE, text, tell=text)
    if left:
        text = f"{label} was not deleted. {why}".strip()
        return Result(ActionState.FAILED, text, tell=text)
    operations.confirm(parts, action)
    return Result(ActionState.DONE, verified_at=parts.clock.now(), tell=f"{label} was deleted.")
