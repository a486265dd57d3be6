"""Bulks that people ask for in a terminal: begun or stopped at a proven wish."""

from bot.core.actions import Asker
from bot.core.authorization import Refused
from bot.core.bulk.bulk import BULK_KINDS, Bulk, audited
from bot.core.bulk.confirmed import STOP_BULK
from bot.core.errors import NotFound
from bot.core.reasons import Code, Reason
from bot.core.terminal.wishes import Wish
from bot.services.bulk.stop import stop
from bot.services.bulk.submit import submit
from bot.services.context import Context
from bot.services.refusals import note_refusal

# What may be asked for about bulks, as `Wish.what`.
OF_BULKS = frozenset({STOP_BULK, *map(audited, BULK_KINDS)})


def is_left_to_others(context: Context, wish: Wish, own_bulk: str) -> bool:
    """Whether this is a command that carries on no bulk but its own, if it has one, and the wish begins another."""
    return not context.carries_rules and wish.what in OF_BULKS - {STOP_BULK} and wish.case_id != own_bulk


def begin_or_stop(context: Context, wish: Wish, asker: Asker) -> Refused | None:
    """Begin exactly the bulk that was shown and confirmed, or stop one; why not. Raises AwsError and StoreError."""
    try:
        if wish.what == STOP_BULK:
            done: object = stop(context, wish.case_id, asker)
        else:
            bulk = context.store.bulk(wish.case_id)
            done = submit(context, bulk.id, asker, str(bulk.size), confirmed_as=wish.digest)
    except NotFound:
        done = note_refusal(context, wish.what, wish.case_id, asker, Refused(Reason(Code.BULK_PLAN_GONE)))
    if isinstance(done, Bulk):
        return None
    return done if isinstance(done, Refused) else Refused(Reason(Code.BULK_PLAN_GONE))
