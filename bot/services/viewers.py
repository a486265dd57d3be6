"""Who may look: see lists and people, and start scans.

Slack says who is in a channel and who is a guest; the store remembers it for five minutes. A press waits for Slack a
second at most, and only when nothing is remembered: what Slack says later counts for the next press.
"""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog

from bot.core.actions import Asker
from bot.core.authorization import Refused, may_view
from bot.core.belonging import Standing
from bot.core.errors import LeaverbotError
from bot.core.reasons import Code
from bot.core.terminal.askers import terminal_asker
from bot.services.actions import groups
from bot.services.context import Context
from bot.services.refusals import note_refusal

log = structlog.get_logger(__name__)

# For how long what Slack said counts; after half of it, it is asked again in the background, so that nobody waits.
REMEMBERED = timedelta(minutes=5)
# How long somebody who presses waits for Slack, in seconds, of the three that Slack gives.
WAIT_SECONDS = 1.0


def refuse_view(context: Context, asker: Asker, what: str = "look", subject: str = "") -> Refused | None:
    """Why the asker may not look, recorded in the audit log; None when they may. In a terminal everybody may who can
    run it: AWS decides there. Raises StoreError.
    """
    refused = why_not_view(context, asker.user)
    return note_refusal(context, what, subject, asker, refused) if refused else None


def why_not_view(context: Context, user: str) -> Refused | None:
    """The same without a record. Raises StoreError."""
    if terminal_asker(user):
        return None
    refused = _decide(context, user)
    # Of those named by their own id, only strangers may not look: if Slack does not say, they may.
    named = refused is None and user in context.rules.viewers and _remembered(context, user) is None
    if named or (refused and refused.reason.code is Code.VIEWERS_UNREAD):
        _ask(context, user)
        refused = _decide(context, user)
    return refused


def may_view_from_elsewhere(context: Context, user: str) -> bool:
    """Whether somebody in another workspace, of whom only their request says that it is one of our organization, may
    look: Slack has to say so, too. Raises StoreError.
    """
    return why_not_view(context, user) is None and _standing(context, user) in {Standing.MEMBER, Standing.GUEST}


def _standing(context: Context, user: str) -> Standing | None:
    """What somebody is to the organization, as Slack says or said lately; None when it did not."""
    if _remembered(context, user) is None:
        _ask(context, user)
    return _remembered(context, user)


def _remembered(context: Context, user: str) -> Standing | None:
    said = _said(context, _standing_of(user), REMEMBERED)
    return Standing(said) if said else None


def refresh(context: Context) -> None:
    """Ask again who the viewers are, for channels and user groups of which Slack last said it a while ago."""
    for place in context.rules.viewing:
        if _members(context, place, within=REMEMBERED / 2) is None:
            _read_members(context, place)


def _decide(context: Context, user: str) -> Refused | None:
    roles, inside = groups.roles(context, user), _inside(context, user)
    decision = may_view(context.rules, roles, user, inside=inside, standing=_remembered(context, user))
    return decision if isinstance(decision, Refused) else None


def _inside(context: Context, user: str) -> bool | None:
    """Whether the person is in one of the channels and user groups of the viewers; None when that is not known."""
    known = [_members(context, place) for place in context.rules.viewing]
    if any(user in members for members in known if members is not None):
        return True
    return None if None in known else False


def _ask(context: Context, user: str) -> None:
    """Ask Slack for all that is not remembered, side by side, and wait a moment for the answers."""
    looks: list[Callable[[], None]] = [
        partial(_read_members, context, place) for place in context.rules.viewing if _members(context, place) is None
    ]
    if _remembered(context, user) is None:
        looks.append(partial(_read_standing, context, user))
    threads = [threading.Thread(target=_quietly, args=(look,), name="viewers", daemon=True) for look in looks]
    for thread in threads:
        thread.start()
    until = time.monotonic() + WAIT_SECONDS
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


def _quietly(look: Callable[[], None]) -> None:
    try:
        look()
    except LeaverbotError as error:
        # The store may be gone by the time that Slack answers.
        log.warning("what Slack said of viewers cannot be kept", why=str(error))


def _read_members(context: Context, place: str) -> None:
    if place.startswith("S"):
        groups.members(context, place)
        return
    try:
        found = context.chat.channel_members(place)
    except LeaverbotError as error:
        log.warning("the viewers in a channel cannot be read", channel=place, why=str(error))
        return
    context.store.remember(_members_of(place), " ".join(sorted(found)), context.clock.now())


def _read_standing(context: Context, user: str) -> None:
    try:
        standing = context.chat.standing(user)
    except LeaverbotError as error:
        log.warning("whether somebody is a guest cannot be read", user=user, why=str(error))
        return
    context.store.remember(_standing_of(user), str(standing), context.clock.now())


def _members(context: Context, place: str, within: timedelta = REMEMBERED) -> frozenset[str] | None:
    """Who is in a channel or user group, as Slack said lately; None when it did not."""
    if place.startswith("S"):
        return groups.said(context, place, within)
    known = _said(context, _members_of(place), within)
    return None if known is None else frozenset(known.split())


def _said(context: Context, name: str, within: timedelta) -> str | None:
    known = context.store.recall(name)
    # After the clock was set back, what was said later than now was not said lately.
    return known[0] if known and abs(context.clock.now() - known[1]) <= within else None


def _members_of(channel: str) -> str:
    return f"members of {channel}"


def _standing_of(user: str) -> str:
    return f"standing of {user}"
