"""Why events have no effect now, kept in the store for another process to show (`leaverbot status`)."""

from bot.services.context import Context

# The name under which the store keeps it.
TROUBLE = "events trouble"


def note_trouble(context: Context, why: str) -> None:
    """Note why events have no effect; "" if they have. Repeating the same note keeps the time of the first one.

    Raises StoreError.
    """
    before = context.store.recall(TROUBLE)
    if (before[0] if before else "") != why:
        context.store.remember(TROUBLE, why, context.clock.now())


def known_trouble(context: Context) -> str:
    """Why events have no effect, as noted by the process that listens to them; "" if they have, or if there is no
    events queue. Raises StoreError.
    """
    noted = context.store.recall(TROUBLE)
    if noted is None or not noted[0] or context.store.event_counts().listening_since is None:
        return ""
    return f"{noted[0]} (since {noted[1]:%d %b %H:%M} UTC)"
