"""A deny that a rule placed is lifted by itself once two reads, a minute apart, show its user enabled. Of one that a
person placed people are only told.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.deny.placed import PlacedDeny
from bot.core.errors import AwsError, AwsNotFound
from bot.core.models import User, UserStatus
from bot.core.rules.askers import rule_asker
from bot.services.context import Context

# From the first read that shows the user enabled to the one that settles it. A read that shows anything else in
# between, or fails, starts it anew.
APART = timedelta(seconds=60)


def by_rule(deny: PlacedDeny) -> bool:
    """Whether a rule placed it, and no person since."""
    return rule_asker(deny.by) is not None and not deny.not_disabled


def enabled_since(known: PlacedDeny, user: User | None, at: datetime) -> datetime | None:
    """Since when every read has shown the user enabled, after this one, which ended at `at`; None: it does not."""
    if user is None or user.status is not UserStatus.ENABLED or not by_rule(known):
        return None
    return known.enabled_since or at


def is_settled(deny: PlacedDeny, at: datetime) -> bool:
    """Whether a read that begins at `at` is late enough to be the second one."""
    return by_rule(deny) and deny.enabled_since is not None and at - deny.enabled_since >= APART


def to_look_at(context: Context) -> Collection[str]:
    """The users whose second read is due, by id."""
    now = context.clock.now()
    return {deny.user.id for deny in context.store.denies_seen_enabled() if is_settled(deny, now)}


def is_enabled_again(context: Context, user_id: str) -> bool:
    """Whether the deny of this user is to be lifted because of that, read anew. Raises AwsError."""
    deny = context.store.deny(user_id)
    if deny is None or not is_settled(deny, context.clock.now()):
        return False
    try:
        enabled = context.directory.user(user_id).status is UserStatus.ENABLED
    except AwsNotFound:
        enabled = False
    except AwsError:
        _start_anew(context, deny)
        raise
    if not enabled:
        _start_anew(context, deny)
    return enabled


def _start_anew(context: Context, deny: PlacedDeny) -> None:
    context.store.set_deny(replace(deny, enabled_since=None))
