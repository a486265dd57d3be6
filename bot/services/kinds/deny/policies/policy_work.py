"""What there is to do in service control policies: what is asked for, what was read, and what of it is possible."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from bot.core.actions import Action
from bot.core.deny.policy_document import Denied, denied_users
from bot.core.errors import AwsError, AwsNotFound, AwsUnavailable, DenyError
from bot.core.models import Account, User
from bot.core.plans.operations import OperationKind, OperationState, Outcome
from bot.core.reasons import Code, Reason
from bot.ports import DenyPolicy
from bot.services.actions import operations
from bot.services.actions.requester import why_no_further
from bot.services.context import Context
from bot.services.kinds.deny.coverage import attachment
from bot.services.kinds.deny.policies.changes import named_in, removals
from bot.services.kinds.deny.policies.roles import roles_of
from bot.services.scan.person import ACCOUNT_AGE


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One operation with the action it belongs to."""

    action: Action
    op: Outcome

    @property
    def user(self) -> User:
        return self.action.user

    @property
    def who(self) -> Denied:
        """The user as the operation names it."""
        return named_in(self.op)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: users in, users out, names in and out."""

    adds: tuple[Step, ...]
    removes: tuple[Step, ...]
    names: tuple[Step, ...]

    @classmethod
    def of(cls, actions: Sequence[Action]) -> Self:
        steps = [Step(action, op) for action in actions for op in action.operations if not op.state.final]
        names = (*_of(steps, OperationKind.RELEASE_NAME), *_of(steps, OperationKind.DENY_NAME))
        named = tuple(step for step in names if step.op.operation.args["policy_id"])
        return cls(_of(steps, OperationKind.ADD_TO_DENY), _of(steps, OperationKind.REMOVE_FROM_DENY), named)

    @property
    def steps(self) -> tuple[Step, ...]:
        return (*self.adds, *self.removes, *self.names)


@dataclass(frozen=True, slots=True)
class Read:
    """The policies as AWS has them, by id; `broken`: those that cannot be used, and why."""

    texts: Mapping[str, str]
    targets: Mapping[str, tuple[str, ...]]
    broken: Mapping[str, Exception]


@dataclass(frozen=True, slots=True)
class Work:
    """What of the wish can be done. `allowed`: the policies each user may be denied in; `leaving`: those who go out."""

    wish: Wish
    allowed: Mapping[str, Sequence[str]]
    leaving: Sequence[Denied]


def read(context: Context, wish: Wish) -> Read:
    """Attachments first, then the texts: the shorter ago a text was read, the less can have happened to it."""
    known = [context.store.deny(step.user.id) for step in wish.removes]
    # A lift looks everywhere: in the policy it was placed in, even when the settings name another one by now.
    named = [step.op.operation.args["policy_id"] for step in wish.names]
    policy_ids = dict.fromkeys((*context.rules.deny.policy_ids, *(deny.policy_id for deny in known if deny), *named))
    policies: dict[str, DenyPolicy] = {}
    broken: dict[str, Exception] = {}
    for policy_id in filter(None, policy_ids):
        try:
            policy = context.deny.read(policy_id)
            denied_users(policy.text)
        except AwsUnavailable:
            raise
        except (AwsError, DenyError) as error:
            broken[policy_id] = error
        else:
            policies[policy_id] = policy
    if wish.adds and broken and not any(name in policies for name in _configured(context)):
        raise next(iter(broken.values()))
    texts = {name: policy.text for name, policy in policies.items()}
    return Read(texts, {name: policy.targets for name, policy in policies.items()}, broken)


def possible(context: Context, wish: Wish, found: Read) -> Work:
    """What can be done in these policies; the rest has failed."""
    unreadable = [str(error) for error in found.broken.values() if not isinstance(error, AwsNotFound)]
    # Nobody knows what an unreadable policy holds, so never report that a user is out of it.
    why_not = {step: unreadable[0] for step in wish.removes if unreadable}
    for step in wish.names:
        if error := found.broken.get(step.op.operation.args["policy_id"]):
            why_not[step] = str(error)
    allowed = {step.user.id: _allowed(context, step.user, found) for step in wish.adds}
    ids = context.rules.deny.policy_ids
    # Nothing is written where it denies nobody: attached later, it would deny unnoticed.
    code = Code.NONE_ATTACHED if len(ids) > 1 else Code.NOT_ATTACHED
    unattached = context.words(Reason(code, why=", ".join(ids)))
    why_not |= {step: unattached for step in wish.adds if not allowed[step.user.id]}
    # Asked only now: planning and reading for many takes its time, in which people may have stopped a rule.
    no_further = ((step, why_no_further(context, step.action)) for step in wish.adds)
    why_not |= {step: context.words(reason) for step, reason in no_further if reason}
    for step, why in why_not.items():
        fail(context, step, why)
    adds, removes, names = (
        tuple(step for step in steps if step not in why_not) for steps in (wish.adds, wish.removes, wish.names)
    )
    leaving = [denied for step in removes for denied in removals(context, step.user, step.who.user_name)]
    return Work(Wish(adds, removes, names), allowed, leaving)


def _allowed(context: Context, user: User, found: Read) -> list[str]:
    """The policies a deny of this user may go into: those whose attachments reach the most of the user's accounts."""
    attached = [name for name in _configured(context) if found.targets.get(name)]
    if len({found.targets[name] for name in attached}) <= 1:
        return attached
    try:
        accounts = context.access.accounts(max_age=ACCOUNT_AGE)
    except AwsError as error:
        if error.passes:
            raise
        return attached
    ids = {role.account_id for role in roles_of(context, user.id, fresh=True)}
    policies = [DenyPolicy(name, "", found.targets[name]) for name in attached]
    reached = [accounts.get(one, Account(one)) for one in ids]
    reach = {
        policy.id: sum(attachment(context, policy, account).covered is True for account in reached)
        for policy in policies
    }
    return [name for name in attached if reach[name] == max(reach.values())]


def _configured(context: Context) -> tuple[str, ...]:
    return context.rules.deny.policy_ids if context.rules.deny.scp else ()


def _of(steps: Iterable[Step], kind: OperationKind) -> tuple[Step, ...]:
    return tuple(step for step in steps if step.op.operation.kind is kind)


def done(context: Context, step: Step) -> None:
    operations.set_state(context, step.action, step.op, OperationState.DONE)


def fail(context: Context, step: Step, why: str, state: OperationState = OperationState.NOT_BEGUN) -> None:
    if state is OperationState.NOT_BEGUN and state_now(context, step) is OperationState.ASKED:
        # It was asked for, just now or earlier, and what came of it is not known.
        state = OperationState.UNKNOWN
    operations.set_state(context, step.action, step.op, state, detail=why)


def state_now(context: Context, step: Step) -> OperationState:
    stored = context.store.action(step.action.id)
    return next(op.state for op in stored.operations if op.seq == step.op.seq)
