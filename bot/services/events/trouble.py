"""Why events have no effect now, kept in the store for those who ask in another process (`leaverbot status`)."""

from bot.services.context import Context

# The name under which the store keeps it.
TROUBLE = "events trouble"


def note_trouble(context: Context, why: str) -> None:
    """Events have no effect, because of this; "" when they have. The time of the first of equal notes is kept.

    Raises StoreError.
    """
    before = context.store.recall(TROUBLE)
    if (before[0] if before else "") != why:
        context.store.remember(TROUBLE, why, context.clock.now())


def known_trouble(context: Context) -> str:
    """Why events have no effect, as the process noted that listens to them; "" when they have, and where there is no
    queue of events. Raises StoreError.
    """
    noted = context.store.recall(TROUBLE)
    if noted is None or not noted[0] or context.store.event_counts().listening_since is None:
        return ""
    return f"{noted[0]} (since {noted[1]:%d %b %H:%M} UTC)"
