"""The metrics: counters and gauges that follow the conventions of Prometheus."""

from collections import Counter
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from bot.core.access.severity import Severity
from bot.core.directory.provisioning import ScimWatch, Silent
from bot.core.directory.source_counts import CountedLooks
from bot.core.directory.source_counts import count as count_looks
from bot.core.events.counts import Counted, EventCounts
from bot.core.rules.announcements import AnnouncementState
from bot.core.rules.limits import HourUse
from bot.health_checks import Work
from bot.ports import RuleTotals, Store
from bot.services.context import Context
from bot.services.directory.provisioning import provisioning
from bot.services.rules.limits import use_of_hour


class Metrics(Collector):
    """Read from the store at each request, so that they survive a restart; nothing is known before it is open."""

    def __init__(self, work: Callable[[], Work | None]) -> None:
        self._work = work
        self.registry = CollectorRegistry()
        self.registry.register(self)

    def describe(self) -> Iterable[Metric]:
        """Nothing is read when the collector is registered."""
        return []

    def collect(self) -> Iterable[Metric]:
        work = self._work()
        store = work.context.store if work else None
        ended, acted, newest = store.totals() if store else ({}, {}, None)
        scans = CounterMetricFamily("leaverbot_scans", "Scans ended, by status.", labels=["status"])
        for status, count in ended.items():
            scans.add_metric([status], count)
        actions = CounterMetricFamily(
            "leaverbot_actions", "Actions ended, by kind and state.", labels=["kind", "state"]
        )
        for (kind, state), count in acted.items():
            actions.add_metric([kind, state], count)
        cases = GaugeMetricFamily("leaverbot_open_cases", "Open cases, by severity.", labels=["severity"])
        levels = Counter(case.severity for case in store.open_cases().values()) if store else {}
        for level in Severity if store else ():
            cases.add_metric([level], levels[level])
        yield from (scans, actions, cases)
        in_force = sum(deny.confirmed for deny in store.denies()) if store else 0
        yield GaugeMetricFamily("leaverbot_denies_in_force", "Emergency denies in force.", in_force)
        yield from _stands_still(store)
        yield from _hour(use_of_hour(work.context) if work else ())
        last = "When the newest complete scan ended, in seconds since 1970; 0 if none has."
        at = newest.timestamp() if newest else 0.0
        yield GaugeMetricFamily("leaverbot_last_complete_scan_timestamp_seconds", last, at)
        behind = work is None or work.projector.behind
        yield GaugeMetricFamily("leaverbot_slack_behind", "1 while Slack does not show the newest state.", behind)
        yield from _rules(store.rule_totals() if store else None)
        yield from _events(store.event_counts() if store else EventCounts())
        yield from _directory(work.context if work else None)
        yield _source_looks(count_looks(store.source_looks()) if store else None)


def _stands_still(store: Store | None) -> Iterable[Metric]:
    engaged = store is not None and store.brake() is not None
    told = "1 while the brake is engaged: too many people were disabled within a day."
    yield GaugeMetricFamily("leaverbot_brake_engaged", told, engaged)
    held = len(store.held()) if store else 0
    yield GaugeMetricFamily("leaverbot_people_held", "People on whom no rule acts until an admin says so.", held)


def _source_looks(counted: CountedLooks | None) -> Metric:
    looks = GaugeMetricFamily(
        "leaverbot_source_looks", "Disabled users by what Entra ID last said of them.", labels=["answer"]
    )
    for answer, number in counted.answers.items() if counted else ():
        looks.add_metric([answer], number)
    return looks


def _directory(context: Context | None) -> Iterable[Metric]:
    watch = context.store.scim_watch() if context else ScimWatch()
    users = GaugeMetricFamily(
        "leaverbot_users", "Users in the newest list, by whether a company directory manages them.", labels=["from"]
    )
    if watch.origins:
        users.add_metric(["directory"], watch.origins.external)
        users.add_metric(["elsewhere"], watch.origins.users - watch.origins.external)
    yield users
    last = "When the company directory last sent AWS something, in seconds since 1970; 0 if that is not known."
    at = watch.event_at.timestamp() if watch.event_at else 0.0
    yield GaugeMetricFamily("leaverbot_last_scim_event_timestamp_seconds", last, at)
    silent = context is not None and isinstance(provisioning(context), Silent)
    yield GaugeMetricFamily("leaverbot_directory_silent", "1 while the company directory is silent.", silent)


def _hour(use: Iterable[HourUse]) -> Iterable[Metric]:
    changed = GaugeMetricFamily(
        "leaverbot_people_changed_within_hour", "People whose change began within the hour.", labels=["by"]
    )
    limit = GaugeMetricFamily(
        "leaverbot_people_changed_limit", "How many people may be changed in an hour.", labels=["by"]
    )
    parked = GaugeMetricFamily("leaverbot_actions_parked", "Actions that wait for that limit.", labels=["by"])
    for one in use:
        for family, value in ((changed, one.used), (limit, one.limit), (parked, one.parked)):
            family.add_metric([one.pool], value)
    yield from (changed, limit, parked)


def _rules(totals: RuleTotals | None) -> Iterable[Metric]:
    announced = GaugeMetricFamily(
        "leaverbot_rule_announcements", "Announcements of rules, by state: waiting, asked, over.", labels=["state"]
    )
    for state in AnnouncementState if totals else ():
        announced.add_metric([state], totals.announcements.get(state, 0) if totals else 0)
    actions = CounterMetricFamily(
        "leaverbot_rule_actions", "Ended actions of rules, by kind and state.", labels=["kind", "state"]
    )
    for (kind, ended), count in totals.actions.items() if totals else ():
        actions.add_metric([kind, ended], count)
    yield from (announced, actions)
    stops = totals.stops if totals else 0
    yield GaugeMetricFamily("leaverbot_rule_stops", "People for whom rules are stopped.", stops)
    since = "When the oldest announcement that is not in Slack was made, in seconds since 1970; 0 if there is none."
    at = totals.oldest_unposted.timestamp() if totals and totals.oldest_unposted else 0.0
    yield GaugeMetricFamily("leaverbot_rule_oldest_unposted_timestamp_seconds", since, at)


def _events(counts: EventCounts) -> Iterable[Metric]:
    events = CounterMetricFamily(
        "leaverbot_events",
        "Events from AWS by outcome: received, and of those duplicate, old, dropped …",
        labels=["outcome"],
    )
    for outcome in (Counted.RECEIVED, Counted.DUPLICATE, Counted.POISON, Counted.OLD, Counted.UNSHOWN, Counted.LATE):
        events.add_metric([outcome], counts.of(outcome))
    for reason, number in counts.dropped.items():
        events.add_metric([f"dropped_{reason}"], number)
    first = CounterMetricFamily(
        "leaverbot_leavers_found",
        "People seen as disabled while events were on, by what found them first.",
        labels=["by"],
    )
    first.add_metric(["event"], counts.of(Counted.LEAVERS_BY_EVENT))
    first.add_metric(["scan"], counts.of(Counted.LEAVERS_BY_SCAN))
    delay = SummaryMetricFamily(
        "leaverbot_event_delay_seconds",
        "Time from when events happened until leaverbot received them.",
        counts.of(Counted.TIMED),
        counts.of(Counted.DELAY_SECONDS),
    )
    late = SummaryMetricFamily(
        "leaverbot_event_after_scan_seconds",
        "How much later the event arrived for leavers that a scan found first.",
        counts.of(Counted.LATE),
        counts.of(Counted.LATE_SECONDS),
    )
    sources = CounterMetricFamily(
        "leaverbot_event_sources",
        "Events with a watched name, each counted once, by AWS's event source.",
        labels=["source"],
    )
    for source, number in counts.sources.items():
        sources.add_metric([source], number)
    yield from (events, first, delay, late, sources)
    last = "When the newest event happened, in seconds since 1970; 0 if none has arrived."
    at = counts.newest_at.timestamp() if counts.newest_at else 0.0
    yield GaugeMetricFamily("leaverbot_last_event_timestamp_seconds", last, at)
    yield GaugeMetricFamily("leaverbot_reads_waiting", "Users waiting to be read because of events.", counts.waiting)
