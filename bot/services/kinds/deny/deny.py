"""Deny: end a user's open sessions, and let nobody begin one as that user, wherever the user has access."""

from dataclasses import replace

from bot.core.access.sessions import long_sessions
from bot.core.actions import Action, Result
from bot.core.deny.plans import plan_deny
from bot.core.kinds import DENY
from bot.core.models import User
from bot.core.plans.plan import Plan
from bot.core.reasons import Code, Reason
from bot.core.views import DialogState, DialogView
from bot.services.actions.planning import refused, show_person, user_now
from bot.services.context import CaseFacts, Context
from bot.services.denies import holds
from bot.services.kinds.deny import rounds, user_names
from bot.services.kinds.deny.policies.roles import deny_roles, inline_roles, names_of
from bot.services.kinds.deny.preview import preview as foresee
from bot.services.kinds.deny.preview import previewed

step = rounds.step


def offered(facts: CaseFacts) -> bool:
    """Also after everything was taken away: open sessions live on for hours."""
    newest = facts.newest.get(DENY)
    failed_in_part = newest is not None and any(one.missed for one in newest.outcomes)
    return facts.rules.deny_ready and not facts.enabled and (failed_in_part or not holds(facts.deny))


def preview(context: Context, view: DialogView, user: User) -> DialogView:
    _, read = show_person(context, user)
    found = foresee(context, user, read)
    if not context.rules.deny.scp and not found.possible:
        return replace(view, message=context.words(Reason(Code.NOWHERE_TO_DENY, user)))
    kept = context.rules.deny.kept(long_sessions(read.grants, context.store.long_sessions(user.id)))
    return previewed(context, replace(view, state=DialogState.READY, deny_kept=kept), user, found)


def plan(context: Context, action: Action) -> Plan | Result:
    """The plan, or why there is none. Raises AwsError, DenyError."""
    user = user_now(context, action)
    if user is None:
        # A deleted user holds nothing, but open sessions live on; whoever has the name now is not denied with them.
        user = replace(action.user, user_name=user_names.free_name(context, action.user))
    return user if isinstance(user, Result) else _plan(context, user)


def _plan(context: Context, user: User) -> Plan | Result:
    scp = context.rules.deny.scp
    known = context.store.deny(user.id)
    if known and known.policy_id and known.policy_id not in context.rules.deny.policy_ids:
        return refused(context, Reason(Code.DENIED_IN_FORMER_POLICY, user, known.policy_id))
    roles = inline_roles(context, deny_roles(context, user))
    if not scp and not roles:
        # Nothing is known only when all could be read.
        deny_roles(context, user, patient=True)
        return refused(context, Reason(Code.NOWHERE_TO_DENY, user))
    return plan_deny(user_names.as_denied(context, user), scp=scp, roles=roles, names=names_of(context, roles))


def can_deny(context: Context, user: User) -> bool:
    """Whether there is anywhere to place a deny; somebody with applications only has no such place without a policy.

    Raises AwsError.
    """
    rules = context.rules.deny
    return rules.scp or (rules.ready and bool(inline_roles(context, deny_roles(context, user))))
