"""Delete: delete a user who has no way in left."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.core.actions import Action, ActionState, Result
from bot.core.cases import CloseReason
from bot.core.errors import AwsError, AwsNotFound
from bot.core.models import User
from bot.core.person_read import PersonRead
from bot.core.plans import Plan, plan_delete
from bot.core.views import DialogState, DialogView
from bot.services.actions import operations
from bot.services.actions.carry_out import one_by_one
from bot.services.actions.planning import (
    failed,
    incomplete,
    not_complete,
    person_now,
    problems,
    refused,
    show_person,
)
from bot.services.context import CaseFacts, Context
from bot.services.denies import deny_view

_CHANGED = (
    "{user} was changed by somebody else after the dialog was shown, so the user was not deleted. "
    "Press Delete user again to see the user as it is now."
)


def offered(facts: CaseFacts) -> bool:
    return bool(facts.rules.admins) and not facts.gone and not facts.enabled


def preview(context: Context, view: DialogView, user: User) -> DialogView:
    _, read = show_person(context, user)
    if read.missing:
        return replace(view, message=incomplete(read.user, read.missing))
    if read.usable:
        count = f"{len(read.usable)} grant{'s' if len(read.usable) != 1 else ''}"
        return replace(view, message=f"{user.label} still has {count}. Revoke access first, then delete the user.")
    newest = context.store.newest_case(user.id)
    return replace(
        view,
        state=DialogState.READY,
        plan=plan_delete(user),
        read=read,
        deny=deny_view(context, context.store.deny(user.id)),
        sessions_until=newest.case.sessions_until if newest else None,
        long_sessions=newest.case.long_sessions if newest else (),
    )


def plan(context: Context, action: Action) -> Plan | Result:
    """The plan, or why there is none. Raises AwsError; AwsUnavailable when a later try may work."""
    person = person_now(context, action)
    if isinstance(person, Result):
        return person
    _, read = person
    if read.missing:
        why = problems(read.missing)
        return refused(f"{read.user.label} could not be read completely, so the user was not deleted: {why}")
    if read.usable:
        return refused(
            f"{read.user.label} still has {len(read.usable)} grant{'s' if len(read.usable) > 1 else ''}, so the user "
            "was not deleted. Revoke access first: an assignment left behind cannot be cleaned up properly."
        )
    if action.revision != read.user.revision:
        return refused(_CHANGED.format(user=read.user.label))
    return plan_delete(read.user)


def step(context: Context, actions: Sequence[Action], late: Collection[str]) -> None:
    one_by_one(context, actions, late, finish)


def finish(context: Context, action: Action, late: bool) -> Result:
    """Whether the user is gone. Raises AwsError for what passes, unless it is late."""
    user = action.user
    try:
        context.directory.user(user.id)
    except AwsNotFound:
        operations.confirm(context, action)
        return Result(ActionState.DONE, "", PersonRead(user), context.clock.now(), close=CloseReason.DELETED)
    except AwsError as error:
        if error.passes and not late:
            raise
        return not_complete(
            f"Whether {user.label} was deleted could not be read back: {error} The next scan will tell."
        )
    if any(op.detail == operations.CONFLICT for op in action.operations):
        return failed(_CHANGED.format(user=user.label))
    return failed(f"{user.label} was not deleted: {' '.join(op.detail for op in action.operations if op.detail)}")
