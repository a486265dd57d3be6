"""Revoke: take every way in from a user, one by one, and read back what is left."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.core.access.person_read import PersonRead, Problem
from bot.core.actions import Action, ActionState, Result
from bot.core.cases import CaseState, CloseReason
from bot.core.errors import AwsError, AwsNotFound, AwsUnavailable
from bot.core.models import GrantKind, Path, User
from bot.core.plans.operations import OperationState, Outcome
from bot.core.plans.plan import Plan, plan_revoke, read_back
from bot.core.reasons import Code, Reason
from bot.core.rules.askers import rule_asker
from bot.core.views import DialogState, DialogView
from bot.services.actions import operations
from bot.services.actions.carry_out import one_by_one
from bot.services.actions.planning import management_commands, person_now, read_person, refused, show_person
from bot.services.context import CaseFacts, Context
from bot.services.permission_sets import emptied_by
from bot.services.scan.person import PersonReader

# AWS may show an assignment for a moment after its deletion succeeded; read back this often, a second apart.
READ_BACK_ATTEMPTS = 4


def offered(facts: CaseFacts) -> bool:
    return facts.case.state is CaseState.OPEN


def preview(context: Context, view: DialogView, user: User) -> DialogView:
    people, read = show_person(context, user, name_every_group=True)
    if any(problem.passing for problem in read.missing):
        return replace(view, message=context.words(Reason(Code.UNREAD_TO_PLAN, read.user, missing=read.missing)))
    plan = plan_of(people, read, _last_of(people, read))
    if not plan.operations and not plan.needs_management_account:
        return replace(view, message=context.words(_nothing_to_revoke(user, plan, read.missing)))
    return replace(
        view,
        state=DialogState.READY,
        # What stays unreadable is no reason to leave what is known.
        message=known_only(context, read.missing),
        plan=plan,
        read=read,
        management_account_id=people.management_account_id,
        deny_in_management=context.rules.deny.inline and people.caller_account_id == people.management_account_id,
        management_commands=management_commands(context, user, plan),
    )


def plan(context: Context, action: Action) -> Plan | Result:
    """The plan, or why there is none. Raises AwsError; AwsUnavailable when a later try may work."""
    person = person_now(context, action)
    if isinstance(person, Result):
        return person
    people, read = person
    if read.missing and rule_asker(action.by):
        return refused(context, Reason(Code.UNREAD_PERSON, read.user, missing=read.missing))
    found = plan_of(people, read)
    if not found.operations:
        return refused(context, _nothing_to_revoke(read.user, found, read.missing))
    if action.digest and found.digest != action.digest:
        return refused(context, Reason(Code.PLAN_CHANGED, read.user))
    return found


def step(context: Context, actions: Sequence[Action], late: Collection[str]) -> None:
    one_by_one(context, actions, late, finish)


def finish(context: Context, action: Action, late: bool) -> Result:
    """What is left, by a fresh read. Raises AwsUnavailable while that cannot be read, unless it is late."""
    read = _read_back(context, action, late)
    now = context.clock.now()
    action = context.store.action(action.id)
    if isinstance(read, str):
        text, told = (
            context.words(Reason(Code.RESULT_UNREAD, why=read, outcomes=counted)) for counted in ((), action.outcomes)
        )
        return Result(ActionState.INCOMPLETE, text, tell=told)
    if any(problem.passing for problem in read.missing) and not late:
        raise AwsUnavailable(context.words(Reason(Code.UNREAD, missing=read.missing)))
    if read.missing:
        text = context.words(Reason(Code.RESULT_UNREAD_IN_PART, missing=read.missing))
        return Result(ActionState.INCOMPLETE, text, read, now, tell=text)
    emptied = emptied_by(context, action)
    if not read.usable:
        return Result(ActionState.DONE, "", read, now, close=CloseReason.REVOKED, emptied=emptied)
    text, told = _left(context, action, read)
    return Result(ActionState.INCOMPLETE, text, read, now, tell=told, emptied=emptied)


def _left(context: Context, action: Action, read: PersonRead) -> tuple[str, str]:
    """Why something is left, for the case and for whoever asked."""
    kept = len(action.management_commands)
    if kept and kept == len(read.usable):
        text = context.words(Reason(Code.LEFT_TO_MANAGEMENT, count=kept))
        return text, text
    text = action.why_missed or context.words(Reason(Code.STILL_SHOWN))
    return text, context.words(Reason(Code.STILL_HAS_WAYS, read.user, text, len(read.usable)))


def _read_back(context: Context, action: Action, late: bool) -> PersonRead | str:
    """The user read again, and what that says of each operation noted; a sentence when not even the user could be
    read. Raises AwsUnavailable for what passes, unless it is late.
    """
    for attempt in range(1, READ_BACK_ATTEMPTS + 1):
        try:
            user = context.directory.user(action.user.id)
        except AwsNotFound:
            return PersonRead(action.user)
        except AwsError as error:
            if error.passes and not late:
                raise
            return str(error)
        _, read = read_person(context, user)
        found = [read_back(outcome, read) for outcome in action.outcomes]
        # Something that AWS said is gone still shows: its lists lag behind for a moment.
        answered = [one.state is OperationState.ANSWERED for one in action.operations]
        lagging = any(was and now.missed for was, now in zip(answered, found, strict=True))
        if not lagging or attempt == READ_BACK_ATTEMPTS:
            _note(context, action, found)
            return read
        context.clock.sleep(1.0)
    raise AssertionError("the last attempt returns")


def _note(context: Context, action: Action, found: list[Outcome]) -> None:
    for op, now in zip(action.operations, found, strict=True):
        if (now.state, now.detail) != (op.state, op.detail):
            operations.set_state(context, action, op, now.state, detail=now.detail)


def plan_of(people: PersonReader, read: PersonRead, last_of: frozenset[tuple[str, str]] = frozenset()) -> Plan:
    """The revoke that can be carried out from the account the bot runs in."""
    return plan_revoke(
        read,
        last_of,
        management_account_id=people.management_account_id,
        caller_account_id=people.caller_account_id,
    )


def _last_of(people: PersonReader, read: PersonRead) -> frozenset[tuple[str, str]]:
    """The (account, permission set) pairs in which nobody but this user is assigned."""
    pairs = [
        (grant.account_id or "", grant.permission_set_arn or "")
        for grant in read.grants
        if grant.kind is GrantKind.ACCOUNT and grant.path is Path.DIRECT and grant.usable
    ]
    return frozenset(pair for pair in pairs if people.only_assignment(*pair))


def _nothing_to_revoke(user: User, plan: Plan, missing: Sequence[Problem]) -> Reason:
    """Why a plan has no operation."""
    if plan.needs_management_account:
        code = Code.IN_MANAGEMENT_AS_READ if missing else Code.IN_MANAGEMENT
    else:
        code = Code.NOTHING_TO_REVOKE_AS_READ if missing else Code.NOTHING_TO_REVOKE
    return Reason(code, user, missing=missing)


def known_only(context: Context, missing: Sequence[Problem]) -> str:
    return context.words(Reason(Code.UNREAD_BUT_REST_KNOWN, missing=missing)) if missing else ""
