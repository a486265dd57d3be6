"""The daily summary."""

from datetime import datetime, timedelta

from bot.core.report import DenyInForce, Summary, summarize
from bot.ports import StoredDeny
from bot.services.context import Parts
from bot.services.denies import ends_at, is_over

# The first summary has none before it, and looks back a day.
FIRST = timedelta(days=1)


def summary(parts: Parts, summary_id: str | None = None) -> Summary:
    """The summary of this id; without an id: how things stand now, since the last one."""
    at, before = parts.store.summary_times(summary_id)
    if summary_id is None:
        at, before = parts.clock.now(), at
    at = at or parts.clock.now()
    since = before or at - FIRST
    scans = parts.store.scans_since(since)
    last = parts.store.last_scan()
    if not scans and last:
        scans = [last]
    denies = parts.store.denies()
    incidents = parts.store.unreviewed()
    return summarize(
        parts.store.cases_since(since),
        scans,
        [_in_force(parts, deny, at) for deny in denies if deny.confirmed],
        since=since,
        at=at,
        scan_due=parts.scan_due(at),
        incidents=[stored.case for stored in incidents],
        links={stored.case.id: parts.chat.link(stored.posted) for stored in incidents if stored.posted},
        denies_unconfirmed=sum(not deny.confirmed for deny in denies),
        first=before is None,
    )


def _in_force(parts: Parts, deny: StoredDeny, at: datetime) -> DenyInForce:
    return DenyInForce(
        deny.user.id,
        deny.user.label,
        deny.since,
        deny.by,
        ends_at=ends_at(parts, deny),
        missing=bool(deny.missing),
        kept=parts.rules.deny.kept(deny.long_sessions),
        stays=deny.clear_since is None and is_over(parts, deny, at),
    )
