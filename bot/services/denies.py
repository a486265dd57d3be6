"""What is known of the denies in force, from the store alone."""

from datetime import datetime

from bot.core.deny.placed import PlacedDeny
from bot.core.deny.statements import by_name
from bot.core.views import DenyView
from bot.services.context import Context


def deny_view(context: Context, deny: PlacedDeny | None) -> DenyView | None:
    """What is known to be in force; a deny that was not read back yet is not shown as one."""
    if deny is None or not deny.confirmed:
        return None
    return DenyView.of(
        deny,
        ends_at=ends_at(context, deny),
        kept=context.rules.deny.kept(deny.long_sessions),
        unmatched=context.rules.deny.names and not by_name(deny.user.user_name),
    )


def ends_at(context: Context, deny: PlacedDeny) -> datetime | None:
    """When a deny lifts itself; None while a way in is, or may be, left."""
    return deny.clear_since + context.rules.deny.kept(deny.long_sessions) if deny.clear_since else None


def holds(deny: PlacedDeny | None) -> bool:
    """Whether a deny is in force somewhere, as far as is known; one that holds nowhere can be placed again."""
    if deny is None or not deny.confirmed or deny.missing:
        return False
    return not deny.cover or any(item.covered is not False for item in deny.cover)


def holds_everywhere(deny: PlacedDeny) -> bool:
    """Whether a deny was read back as it was placed, and holds in every account; not when no account was looked at."""
    return deny.confirmed and not deny.missing and bool(deny.cover) and all(item.covered for item in deny.cover)


def is_over(context: Context, deny: PlacedDeny, now: datetime) -> bool:
    """Whether it has been in force for as long as a deny is meant to be."""
    return now >= deny.since + context.rules.deny.kept(deny.long_sessions)
