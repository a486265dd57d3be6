"""What the company directory does next with one user."""

from bot.core.directory.outlook import Outlook, outlook
from bot.core.models import User
from bot.services.context import Context


def outlook_of(context: Context, user: User) -> Outlook | None:
    """What to expect of the directory; None for whoever is not disabled or is managed by none. Raises StoreError."""
    known = context.store.user_read(user.id)
    return outlook(context.directory_kind, user, known.first_disabled_at if known else None, context.clock.now())
