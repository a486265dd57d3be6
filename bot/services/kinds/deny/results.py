"""How a deny or a lift came out: read again from AWS, evaluated, and remembered."""

from dataclasses import replace

from bot.core.access.sessions import long_sessions
from bot.core.actions import Action, ActionState, Result
from bot.core.deny.placed import AccountCover, PlacedDeny
from bot.core.deny.policy_document import denied_names, denied_users
from bot.core.errors import DenyError
from bot.core.models import RoleAt
from bot.core.plans.operations import OperationKind, OperationState
from bot.core.reasons import Code, Reason
from bot.services.actions.planning import failed, not_complete
from bot.services.context import Context
from bot.services.kinds.deny.coverage import Documents, Evidence, prove
from bot.services.kinds.deny.policies.roles import Reach


def finish_deny(context: Context, action: Action, documents: Documents, reach: Reach) -> Result:
    """What is true after the operations, account by account: the documents as they are now, for all that is reached."""
    user, known = action.user, context.store.deny(action.user.id)
    why = action.why_missed
    if known and not known.confirmed and _denies_nowhere(context, known, documents):
        context.store.lift_deny(user.id, action.by, context.clock.now())
        known = None
    if known is None:
        return failed(context, Reason(Code.DENY_FAILED if why else Code.DENY_NOWHERE, user, why))
    if not known.confirmed:
        return not_complete(context, Reason(Code.DENY_UNREAD, user, why))
    try:
        covered = proof(context, known, documents, reach.roles)
    except DenyError as error:
        return not_complete(context, Reason(Code.DENY_COVER_UNREAD, why=f"{error} {why}"))
    long = long_sessions((), (*known.long_sessions, *reach.long_sessions))
    context.store.set_deny(replace(_with_names_in(known, documents), cover=covered, missing="", long_sessions=long))
    return _result(context, covered, why)


def _with_names_in(known: PlacedDeny, documents: Documents) -> PlacedDeny:
    """Former names that are not in the policy any more go back in with the next scan, if nobody else has them."""
    policy = documents.policy(known.policy_id) if known.policy_id else None
    if policy is None:
        return known
    out = [name for name in known.names if name not in denied_names(policy.text)]
    names = tuple(name for name in known.names if name not in out)
    return replace(known, names=names, lent=tuple(dict.fromkeys((*known.lent, *out))))


def _result(context: Context, covered: tuple[AccountCover, ...], why: str) -> Result:
    gaps = [item.account.name or item.account.id for item in covered if item.covered is False]
    unknown = [item.account.name or item.account.id for item in covered if item.covered is None]
    reasons = [Reason(Code.DENY_HOLDS_NOT, names=gaps)] if gaps else []
    reasons += [Reason(Code.DENY_MAY_NOT_HOLD, names=unknown)] if unknown else []
    text = " ".join([*map(context.words, reasons), why]).strip()
    state = ActionState.INCOMPLETE if text else ActionState.DONE
    return Result(state, text, cover=covered, verified_at=context.clock.now(), tell=text)


def finish_lift(context: Context, action: Action) -> Result:
    """A lift is done when everything is: each operation read back that the user is out of its document."""
    why = action.why_missed
    missed = [one for one in action.outcomes if one.missed]
    if missed and all(one.state is OperationState.UNKNOWN for one in missed):
        return not_complete(context, Reason(Code.LIFT_UNREAD, action.user, why))
    if missed:
        return failed(context, Reason(Code.LIFT_FAILED, action.user, why))
    context.store.lift_deny(action.user.id, action.by, context.clock.now())
    return Result(ActionState.DONE, verified_at=context.clock.now())


def finish_rename(context: Context, action: Action) -> Result:
    """Each operation was read back; the deny remembers the names it has now."""
    known = context.store.deny(action.user.id)
    left = {op.operation.args.get("user_name") for op in action.operations if op.state is not OperationState.DONE}
    done = {
        kind: [
            op.operation.args["user_name"]
            for op in action.operations
            if op.operation.kind is kind and op.operation.args["user_name"] not in left
        ]
        for kind in (OperationKind.RELEASE_NAME, OperationKind.DENY_NAME)
    }
    out, into = done[OperationKind.RELEASE_NAME], done[OperationKind.DENY_NAME]
    if known:
        names = [name for name in (*known.names, *into) if name not in out]
        lent = [name for name in (*known.lent, *out) if name not in into]
        context.store.set_deny(replace(known, names=tuple(dict.fromkeys(names)), lent=tuple(dict.fromkeys(lent))))
    why = action.why_missed
    return Result(ActionState.INCOMPLETE if why else ActionState.DONE, why, verified_at=context.clock.now())


def proof(
    context: Context, known: PlacedDeny, documents: Documents, roles: frozenset[RoleAt]
) -> tuple[AccountCover, ...]:
    """Where a deny in force holds by these documents, for these roles. Raises DenyError."""
    policy = documents.policy(known.policy_id) if known.policy_id else None
    inline = {arn: documents.inline(arn) for arn in arns_of(known)}
    evidence = Evidence(
        [policy] if policy else [], inline, provisioned(known), unread=bool(known.policy_id) and not policy
    )
    return prove(context, known.user, evidence, roles, names=(*known.names, *known.lent))


def arns_of(known: PlacedDeny) -> tuple[str, ...]:
    """The permission sets that hold this deny."""
    return tuple(place.permission_set_arn for place in known.inline)


def provisioned(known: PlacedDeny) -> frozenset[RoleAt]:
    """The roles that AWS said it had provisioned with this deny."""
    return frozenset(
        RoleAt(account, place.permission_set_arn) for place in known.inline for account in place.provisioned
    )


def _denies_nowhere(context: Context, known: PlacedDeny, documents: Documents) -> bool:
    """After a failure the documents decide: a deny that is certainly in none is not kept as one in force."""
    policies = [documents.policy(policy_id) for policy_id in context.rules.deny.policy_ids]
    texts = [policy.text if policy else None for policy in policies]
    texts += [documents.inline(arn) for arn in arns_of(known)]
    try:
        return all(text is not None and known.user.id not in denied_users(text) for text in texts)
    except DenyError:
        return False
