"""Stop, and let it run: people say whether rules may act on somebody. Notes, no actions: nothing changes in AWS."""

from bot.core.actions import Asker
from bot.core.authorization import Refused, may_stop_rules
from bot.core.kinds import LET_RUN, STOP, Note, Role
from bot.core.models import User
from bot.core.terminal.askers import terminal_asker
from bot.services.context import Context
from bot.services.refusals import note_refusal


def stop(context: Context, user: User, asker: Asker, roles: frozenset[Role]) -> bool | Refused:
    """From now on no rule acts on this person; an action that a rule asked for stops after the operation under way.

    False: that was so already. A refusal is recorded. Raises StoreError.
    """
    refused = _refused(context, STOP, user, asker, roles)
    return refused or _noted(context, changed=context.store.stop_rules(user, asker.user, context.clock.now()))


def let_run(context: Context, user: User, asker: Asker, roles: frozenset[Role]) -> bool | Refused:
    """From now on rules may act on this person again. False: that was so already. As `stop` otherwise."""
    refused = _refused(context, LET_RUN, user, asker, roles)
    return refused or _noted(context, changed=context.store.let_rules_run(user, asker.user, context.clock.now()))


def _noted(context: Context, *, changed: bool) -> bool:
    context.work.wake()
    return changed


def _refused(context: Context, note: Note, user: User, asker: Asker, roles: frozenset[Role]) -> Refused | None:
    decision = may_stop_rules(context.rules, roles, terminal=terminal_asker(asker.user) is not None)
    return note_refusal(context, note, user.id, asker, decision) if isinstance(decision, Refused) else None
