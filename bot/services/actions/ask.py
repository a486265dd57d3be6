"""Ask for an action: check who asks, store it, note it, hand it to the engine. Refusals are stored too."""

from bot.core.actions import Action, Asker
from bot.core.authorization import Ask, Refused, may_ask, protected
from bot.core.errors import AlreadyUnderWay
from bot.core.kinds import Kind, Role
from bot.core.models import User
from bot.core.reasons import Code, Reason
from bot.core.terminal.askers import terminal_asker
from bot.services.actions.requester import left_to_others
from bot.services.context import Context
from bot.services.refusals import note_refusal


def ask(
    context: Context,
    kind: Kind,
    user: User,
    asker: Asker,
    roles: frozenset[Role],
    *,
    key: str,
    case_id: str | None,
    digest: str = "",
    revision: str = "",
    reason: str = "",
    not_disabled: bool = False,
    with_delete: bool = False,
    dry_run: bool = False,
    action_id: str = "",
) -> Action | Refused:
    """Store the wish and start it. Whether the user may be touched is decided on a fresh read, by the worker.

    `dry_run`: nothing is to be changed, whatever the settings say. `action_id`: the id that the action gets, "" for a
    new one.
    """
    terminal = terminal_asker(asker.user) is not None
    wish = Ask(kind, roles, with_delete=with_delete, not_disabled=not_disabled, terminal=terminal)
    refused = refuse(context, wish, user.id, asker)
    # A lift takes nothing from anybody: who was denied by mistake and protected then has to get out.
    if refused is None and not kind.frees and context.rules.is_protected(user):
        refused = note_refusal(context, kind, user.id, asker, protected(user))
    if refused:
        return refused
    action = Action(
        id=action_id or context.new_id(),
        key=key,
        kind=kind,
        user=user,
        case_id=case_id,
        asker=asker,
        asked_at=context.clock.now(),
        digest=digest,
        revision=revision,
        dry_run=context.rules.dry_run or dry_run,
        reason=reason,
        not_disabled=not_disabled,
        with_delete=with_delete,
    )
    try:
        return begin(context, action)
    except AlreadyUnderWay as error:
        return _under_way(context, action, error)


def _under_way(context: Context, action: Action, error: AlreadyUnderWay) -> Refused:
    left = left_to_others(context, context.store.action(error.action_id))
    reason = Reason(Code.LEFT_TO_RULES if left else Code.UNDER_WAY, action.user, why=str(error))
    return note_refusal(context, action.kind, action.user.id, action.asker, Refused(reason))


def begin(context: Context, action: Action) -> Action:
    """Store an action and start it. Raises AlreadyUnderWay."""
    stored = context.store.add_action(action)
    context.work.start_action(stored.id)
    context.work.wake()
    return stored


def begin_announced(context: Context, announcement_id: str, action: Action) -> Action | None:
    """Store what a rule announced and start it; None when it may not act any more. Raises AlreadyUnderWay."""
    stored = context.store.add_announced_action(announcement_id, action)
    if stored:
        context.work.start_action(stored.id)
        context.work.wake()
    return stored


def refuse(context: Context, wish: Ask, subject: str, asker: Asker) -> Refused | None:
    """Why this person may not ask for this, noted; None when they may."""
    decision = may_ask(context.rules, wish)
    return note_refusal(context, wish.kind, subject, asker, decision) if isinstance(decision, Refused) else None
