"""What the plans of several kinds need: the user read again and checked, and the commands that go with a plan."""

from bot.core.access.person_read import PersonRead
from bot.core.actions import Action, ActionState, Result
from bot.core.authorization import Decision, Refused, may_act_on
from bot.core.errors import AwsError, AwsNotFound, AwsUnavailable
from bot.core.models import User
from bot.core.plans.aws_commands import InstanceArgs, removal_command, undo_command
from bot.core.plans.plan import Plan, removal
from bot.core.reasons import Code, Reason
from bot.services.context import Context
from bot.services.scan.person import ACCOUNT_AGE, PersonReader


def user_now(context: Context, action: Action) -> User | Result | None:
    """The user as AWS has it now; a refusal when it may not be acted on like that; None when it is deleted.

    Raises AwsError.
    """
    try:
        user = context.directory.user(action.user.id)
    except AwsNotFound:
        return None
    decision = may_go_on(context, action, user)
    return refused(context, decision.reason) if isinstance(decision, Refused) else user


def may_go_on(context: Context, action: Action, user: User) -> Decision:
    """Whether the action may be done to the user as just read. Raises AwsError."""
    own_name = context.access.caller_user_name()
    return may_act_on(context.rules, action.kind, user, not_disabled=action.not_disabled, own_name=own_name)


def person_now(context: Context, action: Action) -> tuple[PersonReader, PersonRead] | Result:
    """The user with every way in, read now; a refusal when it is deleted, or may not be acted on like that.

    Raises AwsError; AwsUnavailable also when part of it could not be read and a later try may.
    """
    user = user_now(context, action)
    if user is None:
        return refused(context, Reason(Code.GONE, action.user))
    if isinstance(user, Result):
        return user
    people, read = read_person(context, user)
    if any(problem.passing for problem in read.missing):
        raise AwsUnavailable(context.words(Reason(Code.UNREAD_PERSON, user, missing=read.missing)))
    return people, read


def read_person(context: Context, user: User) -> tuple[PersonReader, PersonRead]:
    """The user's grants, read now; the accounts' states too, because a grant in a dead account does not count."""
    people = PersonReader(context.directory, context.access)
    return people, people.read_one(user)


def show_person(context: Context, user: User, *, name_every_group: bool = False) -> tuple[PersonReader, PersonRead]:
    """The same to be shown, with a list of accounts that may be some minutes old."""
    people = PersonReader(context.directory, context.access, max_account_age=ACCOUNT_AGE)
    return people, people.read_one(user, name_every_group=name_every_group)


def management_commands(context: Context, user: User, plan: Plan) -> tuple[str, ...]:
    """The commands that take away, in the management account, what the plan has to leave. Raises AwsError."""
    if not plan.needs_management_account:
        return ()
    found = _instance_args(context)
    commands = (removal_command(removal(user, grant), found) for grant in plan.needs_management_account)
    return tuple(command for command in commands if command)


def undo_commands(context: Context, plan: Plan) -> tuple[str, ...]:
    """For each operation the command that takes it back, "" where there is none. Raises AwsError."""
    if not plan.operations:
        return ()
    found = _instance_args(context)
    return tuple(undo_command(operation, found) or "" for operation in plan.operations)


def _instance_args(context: Context) -> InstanceArgs:
    """What commands name: the instance and what belongs to it. Raises AwsError."""
    instance = context.access.instance()
    try:
        account_access = context.access.account_access_arn()
    except AwsError:
        account_access = ""
    return InstanceArgs(instance.arn, instance.identity_store_id, instance.region, account_access)


def refused(context: Context, reason: Reason) -> Result:
    return _told(context, ActionState.REFUSED, reason)


def failed(context: Context, reason: Reason) -> Result:
    return _told(context, ActionState.FAILED, reason)


def not_complete(context: Context, reason: Reason) -> Result:
    return _told(context, ActionState.INCOMPLETE, reason)


def _told(context: Context, state: ActionState, reason: Reason) -> Result:
    text = context.words(reason)
    return Result(state, text, tell=text)
