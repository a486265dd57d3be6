"""The daily summary."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.deny.placed import PlacedDeny
from bot.core.directory.source_counts import count
from bot.core.scan.exposure import FOUR_WEEKS
from bot.core.scan.report import Summary, summarize
from bot.core.views import DenyView
from bot.ports import StoredCase
from bot.services.context import Context
from bot.services.denies import deny_view, is_over
from bot.services.directory.provisioning import directory_finding
from bot.services.leaves.views import list_leaves
from bot.services.messages.links import links_to
from bot.services.rules.brake import engaged_brake
from bot.services.rules.foresee import report
from bot.services.rules.holds import hold_views

# The first summary has none before it, and looks back a day.
FIRST = timedelta(days=1)


# For a database without summaries: since when it has looked for due ones.
_SINCE = "summaries since"


def add_summary_if_due(context: Context, due: datetime) -> None:
    """Post one summary if the newest is older than `due`, the last scheduled time. Earlier missed times get none. A new
    database waits for the next time.
    """
    now = context.clock.now()
    newest, _ = context.store.summary_times(None)
    if newest is None:
        known = context.store.recall(_SINCE)
        if known is None:
            context.store.remember(_SINCE, "", now)
        newest = known[1] if known else now
    if newest < due:
        context.store.add_summary(f"summary:{due.isoformat()}", now)
        context.work.wake()


def summary(context: Context, summary_id: str | None = None) -> Summary:
    """The summary of this id; without an id: how things stand now, since the last one."""
    at, before = context.store.summary_times(summary_id)
    if summary_id is None:
        at, before = context.clock.now(), at
    at = at or context.clock.now()
    since = before or at - FIRST
    scans = context.store.scans_since(since)
    last = context.store.last_scan()
    if not scans and last:
        scans = [last]
    denies = context.store.denies()
    incidents = context.store.unreviewed()
    shown = [view for deny in denies for view in _in_force(context, deny, at)]
    counted = summarize(
        context.store.cases_since(since),
        scans,
        shown,
        context.store.exposures_since(at - FOUR_WEEKS),
        since=since,
        at=at,
        scan_due=context.scan_due(at),
    )
    return replace(
        counted,
        incidents=tuple(stored.case for stored in incidents),
        severity_before=context.store.open_at_summary_before(summary_id),
        links=_links(context, counted, incidents),
        denies_unconfirmed=sum(not deny.confirmed for deny in denies),
        first=before is None,
        directory=directory_finding(context),
        leaves=list_leaves(context).leaves,
        brake=engaged_brake(context),
        holds=hold_views(context),
        **_disagreeing(context),
        rules=report(context, since),
    )


def _links(context: Context, counted: Summary, incidents: list[StoredCase]) -> dict[str, str]:
    """To the messages of the cases that the summary names, by case id, and of people with a deny, by user id."""
    places = {stored.case.id: stored.posted for stored in incidents if stored.posted}
    places |= context.store.places() if counted.longest else {}
    links = {case_id: context.chat.link(posted) for case_id, posted in places.items()}
    return links | links_to(context, (deny.user for deny in counted.denies))


def _disagreeing(context: Context) -> dict[str, Any]:
    counted = count(context.store.source_looks())
    if counted is None or not counted.active:
        return {}
    cases = context.store.open_cases()
    active = tuple(cases[user_id] for user_id in sorted(counted.active) if user_id in cases)
    return {"disagree": active, "disagree_closed": len(counted.active) - len(active)}


def _in_force(context: Context, deny: PlacedDeny, at: datetime) -> Iterator[DenyView]:
    """The deny as it is shown; nothing of one that was not read back yet."""
    view = deny_view(context, deny)
    if view:
        yield replace(view, stays=deny.clear_since is None and is_over(context, deny, at))
