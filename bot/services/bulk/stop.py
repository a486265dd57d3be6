"""Stop a bulk: what is under way comes to its end, and nothing more begins."""

from bot.core.actions import Asker
from bot.core.authorization import Refused
from bot.core.bulk.bulk import Bulk, audited
from bot.core.kinds import Role
from bot.core.reasons import Code, Reason
from bot.core.terminal.askers import terminal_asker
from bot.services.bulk.preview import roles_of
from bot.services.context import Context
from bot.services.refusals import note_refusal


def stop(context: Context, bulk_id: str, asker: Asker) -> Bulk | Refused:
    """Stop it; responders may, whoever began it. Stopping it again changes nothing. Raises NotFound and StoreError."""
    bulk = context.store.bulk(bulk_id)
    refused = _refused(context, bulk, asker)
    if refused:
        return note_refusal(context, audited(bulk.kind), bulk.id, asker, refused)
    context.store.stop_bulk(bulk.id, asker.user, context.clock.now())
    context.work.wake()
    return context.store.bulk(bulk.id)


def _refused(context: Context, bulk: Bulk, asker: Asker) -> Refused | None:
    rules = context.rules
    if rules.watch_only and terminal_asker(asker.user) is None:
        return Refused(Reason(Code.WATCH_ONLY))
    if Role.RESPONDER not in roles_of(context, asker):
        return Refused(Reason(Code.BULK_STOP_FOR_RESPONDERS), tuple(sorted(rules.responders | rules.admins)))
    return None if bulk.state.open else Refused(Reason(Code.BULK_OVER))
