"""What the company directory does next with one user."""

from bot.core.directory.next_step import NextStep, next_step
from bot.core.models import User
from bot.services.context import Context


def next_step_of(context: Context, user: User) -> NextStep | None:
    """What to expect of the directory; None for users who are not disabled or come from none. Raises StoreError."""
    known = context.store.user_read(user.id)
    return next_step(context.directory_kind, user, known.first_disabled_at if known else None, context.clock.now())
