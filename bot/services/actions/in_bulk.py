"""Whether an action that claims to come from a bulk does: looked at before it first begins.

A database row alone proves nothing. When a bulk begins, each of its people gets a seal that covers everything that was
asked for: with a key that only processes with SLACK_BOT_TOKEN know, or, in a command without it, that only this process
knows. What somebody wrote or changed in the database has no seal that fits.
"""

import hmac

from bot.core.actions import Action, ActionState
from bot.core.authorization import Allowed, Refused
from bot.core.bulk.bulk import Bulk, BulkState, bulk_of
from bot.core.errors import NotFound
from bot.core.reasons import Code, Reason
from bot.core.terminal.askers import terminal_asker
from bot.core.terminal.identities import may_ask_here
from bot.services.context import Context

# How a seal begins that only one process knows, so that others can tell it from one that a token makes.
_OWN = "own "
# What the database has room for; what is left of the seal still has 240 bits.
_LONGEST_SEAL = 64


def look_at_bulk(context: Context, action: Action) -> Allowed | Refused:
    """Whether a bulk under way asks for exactly this action of this person. What a person in Slack may is left to the
    caller. Raises AwsError.
    """
    try:
        bulk = context.store.bulk_with(bulk_of(action.key), action.user.id)
    except NotFound:
        return Refused(Reason(Code.BULK_NOT_THE_SAME))
    if bulk.state is BulkState.STOPPING:
        return Refused(Reason(Code.BULK_STOPPED))
    if bulk.state is not BulkState.RUNNING or not bulk.means(action):
        return Refused(Reason(Code.BULK_NOT_THE_SAME))
    if not _is_sealed(context, bulk):
        return Refused(Reason(Code.BULK_UNSEALED))
    who = terminal_asker(bulk.by)
    if who and not may_ask_here(who.arn, context.identity.own(), context.rules.terminal_identities):
        return Refused(Reason(Code.FOREIGN_IDENTITY, why=who.arn))
    return Allowed()


def raises_limit(context: Context, action: Action) -> bool:
    """Whether the action goes above the hourly limit: an admin typed the number of people of its bulk."""
    bulk_id = bulk_of(action.key)
    if not bulk_id:
        return False
    bulk = context.store.bulk_with(bulk_id, action.user.id)
    return bulk.raises_limit and bulk.means(action) and _is_sealed(context, bulk)


def left_to_the_token(context: Context, action: Action) -> bool:
    """Whether it comes from a bulk that only processes with SLACK_BOT_TOKEN can judge, and this one has none: one of
    those begins it. What a command without it sealed, nobody but that command can judge, so it is refused elsewhere.
    """
    if not bulk_of(action.key) or action.state is not ActionState.QUEUED or context.seal("any text"):
        return False
    try:
        people = context.store.bulk_with(bulk_of(action.key), action.user.id).planned
    except NotFound:
        return False
    return any(person.seal and not person.seal.startswith(_OWN) for person in people)


def seal_for(context: Context, text: str) -> str:
    """The seal of a text that this process, or one with the same token, believes later."""
    return context.seal(text) or _own_seal(context, text)


def _own_seal(context: Context, text: str) -> str:
    return f"{_OWN}{context.own_seal(text)}"[:_LONGEST_SEAL]


def _is_sealed(context: Context, bulk: Bulk) -> bool:
    """Whether the one person of the bulk has a seal that fits."""
    (person,) = bulk.planned
    text = bulk.sealed(person)
    return any(
        seal and hmac.compare_digest(seal, person.seal) for seal in (context.seal(text), _own_seal(context, text))
    )
