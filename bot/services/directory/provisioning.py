"""Looks at the company directory after each scan: who comes from it, and whether AWS still hears from it."""

from dataclasses import replace
from datetime import datetime

import structlog

from bot.core.directory.provisioning import (
    LOOK_AGAIN,
    Finding,
    Looked,
    NotLooked,
    Origins,
    Provisioning,
    ScimWatch,
    finding_after,
    finding_of,
    judge,
)
from bot.core.errors import AwsError
from bot.core.reasons import Code, Reason
from bot.core.views import NoticeKind
from bot.services.context import Context
from bot.services.events.trouble import known_trouble

log = structlog.get_logger(__name__)

# The name under which the store keeps the finding that holds, and since when.
_FINDING = "directory finding"


def check_directory(context: Context, origins: Origins | None) -> None:
    """Bring up to date what is known, and tell the channel of a finding that is new. `origins`: of a list of users that
    was read to its end, else None, which says nothing. Raises StoreError.
    """
    now, before = context.clock.now(), context.store.scim_watch()
    trail = _look(context, before, now)
    seen = trail.newest if isinstance(trail, Looked) else None
    watch = replace(before, origins=origins or before.origins, trail=trail).heard(seen)
    watch = watch.listens(_listening_since(context), now)
    context.store.keep_scim_watch(watch, now)
    _tell(context, judge(watch, now, context.scim_silence))


def provisioning(context: Context) -> Provisioning:
    """What can be said about the directory now, by what is stored. Raises StoreError."""
    return judge(context.store.scim_watch(), context.clock.now(), context.scim_silence)


def directory_finding(context: Context) -> Provisioning | None:
    """What people have to know about the directory now; None for nothing. Raises StoreError."""
    found = provisioning(context)
    return found if finding_of(found, context.directory_kind) else None


def _look(context: Context, before: ScimWatch, now: datetime) -> Looked | NotLooked | None:
    """CloudTrail as it is now, or as it was read within the hour; None if it is not to be read."""
    if context.trail is None:
        return None
    if before.trail and before.trail.at <= now < before.trail.at + LOOK_AGAIN:
        return before.trail
    try:
        with context.background():
            return context.trail.provisioning()
    except AwsError as error:
        log.warning("CloudTrail could not be asked about the directory", why=str(error))
        return NotLooked(now, str(error))


def _listening_since(context: Context) -> datetime | None:
    """Since when the events queue is read; None while that has no effect."""
    return None if known_trouble(context) else context.store.event_counts().listening_since


def _known(context: Context) -> tuple[Finding, datetime | None]:
    kept = context.store.recall(_FINDING)
    return (Finding(kept[0]), kept[1]) if kept else (Finding.NONE, None)


def _tell(context: Context, found: Provisioning) -> None:
    (before, changed_at), now = _known(context), context.clock.now()
    finding = finding_after(before, found, context.directory_kind)
    if finding is before:
        return
    if finding:
        text = context.words(Reason(Code.DIRECTORY, provisioning=found))
        # The same key until the finding is stored, so that a crash in between posts nothing twice.
        key = f"directory:{finding}:{changed_at.isoformat() if changed_at else ''}"
        context.store.notice(key, NoticeKind.DIRECTORY, "", text, now)
    context.store.remember(_FINDING, finding, now)
    context.work.wake()
