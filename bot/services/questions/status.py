"""leaverbot's health: checks, who holds the database lock, the last scans, events, denies, and waiting work."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot import __version__
from bot.core.access.severity import Severity
from bot.core.actions import Action
from bot.core.directory.provisioning import Provisioning
from bot.core.directory.source_counts import CountedLooks, count
from bot.core.events.counts import EventCounts
from bot.core.installation import Installation
from bot.core.leaves.views import LeaveView
from bot.core.rules.brake import BrakeView
from bot.core.rules.holds import HoldView
from bot.core.rules.limits import HourUse
from bot.core.rules.report import RulesReport
from bot.core.scan.coverage import Coverage, ScanRun
from bot.ports import Holder
from bot.services import installation
from bot.services.context import Context
from bot.services.directory.provisioning import provisioning
from bot.services.leaves.views import list_leaves
from bot.services.messages.links import links_to
from bot.services.rules.brake import engaged_brake
from bot.services.rules.foresee import report
from bot.services.rules.holds import hold_views
from bot.services.rules.limits import use_of_hour

# How many of the last scans to show.
SCANS = 4
# Since when events are counted.
EVENTS_OF = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Status:
    """`checks`: by name, what is wrong, or "" for what is well. `holder`: the process at work with the database, None
    for nobody. `database`: what kind it is; `schema`: the version of its tables.

    `scans`: the newest first, `scan_ids` their ids; `running`: the one under way. `events` are those of the last 30
    days. `denies`: in force as they were placed; `denies_changed`: somebody changed them; `denies_unconfirmed`: not
    known to be in force; `deny_policies`: the ids of the policies that hold them. `actions`: the unfinished ones;
    `messages`: how many Slack does not show as they are stored; `wishes`: from terminals, not answered yet. `leaves`:
    what is scheduled, the next one first. `source`: what the directory that people come from says of leavers; None:
    nobody looked. `hour`: how much of the hourly limits is used. `rules`: what they will do, and what they wait for.
    `brake`: the one that is engaged; `holds`: for whom rules wait until an admin says so. `installation`: what the
    running bot found in Slack. `links` lead to the messages of the actions' people, by user id.
    """

    at: datetime
    version: str
    checks: Mapping[str, str]
    holder: Holder | None
    database: str
    schema: int
    scans: tuple[Coverage, ...]
    last_complete: datetime | None
    running: ScanRun | None
    open_by_severity: Mapping[Severity, int]
    events: EventCounts
    denies: int
    denies_changed: int
    denies_unconfirmed: int
    actions: tuple[Action, ...]
    messages: int
    wishes: int
    directory: Provisioning
    scan_ids: tuple[str, ...] = ()
    deny_policies: tuple[str, ...] = ()
    leaves: tuple[LeaveView, ...] = ()
    source: CountedLooks | None = None
    hour: tuple[HourUse, ...] = ()
    rules: RulesReport = field(default_factory=RulesReport)
    installation: Installation | None = None
    brake: BrakeView | None = None
    holds: tuple[HoldView, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def wrong(self) -> dict[str, str]:
        """The checks that failed."""
        return {name: why for name, why in self.checks.items() if why}


def status(context: Context, checks: Mapping[str, str], holder: Holder | None) -> Status:
    """How things stand now, from the store. Raises StoreError."""
    store, now = context.store, context.clock.now()
    denies = store.denies()
    kind, schema = store.database()
    runs = [run for run in store.newest_runs(SCANS) if run.coverage]
    counted = Counter(case.severity for case in store.open_cases().values())
    actions = tuple(action for action in store.unfinished_actions() if not action.parent)
    return Status(
        at=now,
        version=__version__,
        checks=checks,
        holder=holder,
        database=kind,
        schema=schema,
        scans=tuple(run.coverage for run in runs if run.coverage),
        scan_ids=tuple(run.id for run in runs),
        deny_policies=tuple(sorted({deny.policy_id for deny in denies if deny.policy_id})),
        last_complete=store.last_complete_scan(),
        running=next(iter(store.running_scans()), None),
        open_by_severity={level: counted[level] for level in Severity},
        events=store.event_counts(now - EVENTS_OF),
        denies=sum(deny.confirmed and not deny.missing for deny in denies),
        denies_changed=sum(bool(deny.missing) for deny in denies),
        denies_unconfirmed=sum(not deny.confirmed and not deny.missing for deny in denies),
        actions=actions,
        messages=len(store.unshown(now)),
        wishes=len(store.open_wishes()),
        directory=provisioning(context),
        leaves=list_leaves(context).leaves,
        source=count(store.source_looks()),
        hour=use_of_hour(context),
        rules=report(context, now),
        installation=installation.known(context),
        brake=engaged_brake(context),
        holds=hold_views(context),
        links=links_to(context, (action.user for action in actions)),
    )
