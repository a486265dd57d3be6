"""What somebody tried and may not is recorded, too."""

from bot.core.actions import Asker
from bot.core.authorization import Refused
from bot.core.kinds import Kind, Note
from bot.ports import Verdict
from bot.services.context import Context


def note_refusal(context: Context, what: Kind | Note | str, subject: str, asker: Asker, refused: Refused) -> Refused:
    """Store in the audit log who tried, what, about whom or what, and why not. Raises StoreError."""
    why = context.words(refused.reason)
    context.store.record(context.clock.now(), asker.user, str(what), subject, Verdict.REFUSED, why)
    return refused
