"""Delete: delete a user who has no way in left."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.core.access.person_read import PersonRead
from bot.core.actions import Action, ActionState, Result
from bot.core.cases import CloseReason
from bot.core.deny.policy_document import denied_users
from bot.core.errors import AwsError, AwsNotFound
from bot.core.models import User
from bot.core.plans.plan import Plan, plan_delete
from bot.core.reasons import Code, Reason
from bot.core.rules.askers import rule_asker
from bot.core.rules.decisions import Why
from bot.core.views import DialogState, DialogView
from bot.services.actions import operations
from bot.services.actions.carry_out import one_by_one
from bot.services.actions.planning import failed, not_complete, person_now, refused, show_person
from bot.services.context import CaseFacts, Context
from bot.services.denies import deny_view
from bot.services.directory.next_step import next_step_of
from bot.services.directory.source import look_or_last


def offered(facts: CaseFacts) -> bool:
    """Only once nothing is left: AWS would leave assignments behind that nobody can clean up properly."""
    return bool(facts.rules.admins) and not facts.gone and not facts.enabled and not facts.case.usable


def preview(context: Context, view: DialogView, user: User) -> DialogView:
    if context.store.brake():
        return replace(view, message=context.words(Reason(Code.BRAKE_STOPS_DELETES)))
    _, read = show_person(context, user)
    if read.missing:
        return replace(view, message=context.words(Reason(Code.UNREAD_TO_PLAN, read.user, missing=read.missing)))
    if read.usable:
        return replace(view, message=context.words(Reason(Code.HAS_GRANTS, user, count=len(read.usable))))
    newest = context.store.newest_case(user.id)
    return replace(
        view,
        state=DialogState.READY,
        plan=plan_delete(user),
        read=read,
        deny=deny_view(context, context.store.deny(user.id)),
        sessions_until=newest.case.sessions_until if newest else None,
        long_sessions=newest.case.long_sessions if newest else (),
        next_step=next_step_of(context, user),
        source=look_or_last(context, read.user),
    )


def plan(context: Context, action: Action) -> Plan | Result:
    """The plan, or why there is none. Raises AwsError; AwsUnavailable when a later try may work."""
    if context.store.brake():
        return refused(context, Reason(Code.BRAKE_STOPS_DELETES))
    person = person_now(context, action)
    if isinstance(person, Result):
        return person
    _, read = person
    if read.missing:
        return refused(context, Reason(Code.NOT_DELETED_UNREAD, read.user, missing=read.missing))
    if read.usable:
        return refused(context, Reason(Code.NOT_DELETED_HAS_GRANTS, read.user, count=len(read.usable)))
    if action.revision != read.user.revision:
        return refused(context, Reason(Code.NOT_DELETED_CHANGED, read.user))
    if rule_asker(action.by) and _denied(context, read.user):
        return refused(context, Reason(Code.RULE_NOT_NOW, read.user, rule_why=Why.DENIED))
    return plan_delete(read.user)


def _denied(context: Context, user: User) -> bool:
    """Whether a policy for denies names the user: after a lost database, only AWS knows. Raises AwsError, DenyError."""
    policies = context.rules.deny.policy_ids if context.rules.deny.scp else ()
    return any(user.id in denied_users(context.deny.text(policy_id)) for policy_id in policies)


def step(context: Context, actions: Sequence[Action], late: Collection[str]) -> None:
    one_by_one(context, actions, late, finish)


def finish(context: Context, action: Action, late: bool) -> Result:
    """Whether the user is gone. Raises AwsError for what passes, unless it is late."""
    user = action.user
    try:
        now = context.directory.user(user.id)
    except AwsNotFound:
        operations.confirm(context, action)
        return Result(ActionState.DONE, "", PersonRead(user), context.clock.now(), close=CloseReason.DELETED)
    except AwsError as error:
        if error.passes and not late:
            raise
        return not_complete(context, Reason(Code.DELETION_UNREAD, user, str(error)))
    if now.revision != action.revision:
        return failed(context, Reason(Code.NOT_DELETED_CHANGED, user))
    return failed(context, Reason(Code.NOT_DELETED, user, " ".join(op.detail for op in action.operations if op.detail)))
