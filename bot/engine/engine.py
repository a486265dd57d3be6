"""Durable execution on DBOS: what starts here gets finished, by the next process if this one dies.

DBOS keeps each workflow's steps in the same database as the rest of the state. Three rules follow from how it works:

* It replays with plain JSON (never pickle), so workflows take ids and steps return strings and booleans.
* It only continues workflows of its own application version, so the version is pinned for good. A workflow whose
  steps change shape gets a new name (`act_v2`); an older leaverbot that finds an unknown name restarts the action under
  the one it knows. That is safe because each step looks at the store and AWS first.
* The store, not DBOS, knows what is unfinished: every start, and a look now and then, restarts whatever no live
  workflow carries. leaverbot does not use DBOS's queues, which poll for work: work waits for its turn in the lanes of
  this process, and in the store.
"""

import logging
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from bot.core.actions import Action, Asker
from bot.core.errors import StoreError
from bot.core.kinds import IN_LINE
from bot.core.leaves.leave import Terms
from bot.engine import durable
from bot.engine.lanes import Lane
from bot.engine.library_fixes import mend
from bot.engine.wait_watcher import Watcher
from bot.engine.workflows import Workflows
from bot.services.context import Context
from bot.services.rules import limits
from bot.services.scan.run import request_scan

log = structlog.get_logger(__name__)

# Pinned for good: DBOS abandons the work of other versions.
VERSION = "leaverbot"
DENIES = "denies"
# How long to keep ended workflows.
KEEP_WORKFLOWS = timedelta(days=7)


class Engine:
    """Implements `ports.Work`. One a process: DBOS keeps its registry and its connection globally."""

    def __init__(self, database_url: str, wake: Callable[[], None], database: sa.Engine | None = None) -> None:
        """`database`: how to connect; None leaves that to DBOS."""
        mend()
        self._wake, self._database = wake, database
        # Every press is accepted here, whatever state the database is in, and then sorted by its kind.
        self._arrivals = Lane("arrivals", 1, self._sort)
        self._actions = Lane("actions", 8, self._begin_action)
        self._denials = Lane(DENIES, 1, self._begin_denies)
        # An action made of others only waits for those, which are in the other two lanes.
        self._plays = Lane("plays", 16, self._begin_action)
        self._context: Context | None = None
        self._watcher: Watcher | None = None
        self._stopping = threading.Event()
        self._names: set[str] = set()
        # When the schedule last asked for a scan.
        self.ticked_at: datetime | None = None
        self._flows = Workflows(lambda: self._known, self._stopping)
        config: DBOSConfig = {
            "name": "leaverbot",
            "system_database_url": database_url,
            "application_version": VERSION,
            "executor_id": "leaverbot",
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
            "console_log_level": "WARNING",
            "system_database_engine": database,
            "use_listen_notify": False,
            # Nothing of ours sends such notifications; a stop waits for the pause between two looks at them.
            "notification_listener_polling_interval_sec": 0.1,
        }
        DBOS(config=config)
        DBOS.listen_queues([])
        self._register()

    def start(self, context: Context, schedules: dict[str, tuple[str, str]]) -> None:
        """Begin to work. `schedules`: the cron schedule and time zone of "scan" and "summary"; what is not in it is not
        done by time, even if an earlier process left a schedule for it.
        """
        self._context = context
        logging.getLogger("dbos").handlers = []
        logging.getLogger("dbos").propagate = True
        try:
            DBOS.launch()
        except Exception as error:  # DBOS names no errors of its own for this
            raise StoreError(f"The database cannot be used for durable work: {type(error).__name__}") from error
        ticks = {"scan": self._scan_tick, "summary": self._summary_tick}
        for name in ticks.keys() - schedules.keys():
            DBOS.delete_schedule(name)
        DBOS.apply_schedules(
            [
                {"schedule_name": name, "workflow_fn": ticks[name], "schedule": cron, "cron_timezone": zone}
                for name, (cron, zone) in schedules.items()
            ]
        )
        self._watcher = Watcher(context)
        self._watcher.start()
        durable.take_over(self._names)
        for lane in self.lanes:
            lane.start()
        self.resume()

    def stop(self, patience_seconds: int) -> None:
        """Give running work this long to end; the next start continues what does not."""
        self._stopping.set()
        if self._watcher:
            self._watcher.stop()
        for lane in self.lanes:
            lane.stop()
        durable.wait_for_running(patience_seconds)
        DBOS.destroy(destroy_registry=True)
        if self._database:
            self._database.dispose()

    def resume(self) -> None:
        """Restart whatever is unfinished in the store and not carried by a live workflow."""
        store = self._known.store
        unfinished = store.unfinished_actions()
        limits.look_again(self._known, unfinished)
        parked = limits.not_now(self._known, unfinished)
        for action in unfinished:
            if action.id not in parked:
                self._queue(action)
        for scan in store.running_scans():
            self.start_scan(scan.id)

    def prune(self) -> None:
        """Forget workflows that ended long ago, and what the store no longer needs."""
        now = self._known.clock.now()
        durable.forget_ended(now - KEEP_WORKFLOWS)
        self._known.store.prune(now)

    def start_action(self, action_id: str) -> None:
        self._arrivals.add(action_id)

    def _sort(self, action_id: str) -> bool:
        action = self._known.store.action(action_id)
        if not action.state.final:
            self._queue(action)
        return False

    def _queue(self, action: Action) -> None:
        if action.kind.in_line:
            # One workflow carries them all out, taking whatever it finds in the store. If it has already begun, it may
            # have looked too early for this one, so another workflow waits behind it.
            self._denials.add(DENIES)
        else:
            self._lane_of(action).add(action.id)

    def _lane_of(self, action: Action) -> Lane:
        return self._plays if action.kind.steps else self._actions

    def _begin_action(self, action_id: str) -> bool:
        action = self._known.store.action(action_id)
        if self._stopping.is_set() or action.state.final or durable.alive(action.workflow_id):
            return False
        workflow_id = f"{action_id}:{uuid.uuid4().hex[:8]}"
        # Whoever notes its workflow first starts it: another process may have looked at the same moment.
        if not self._known.store.set_workflow(action_id, workflow_id, action.workflow_id):
            return False
        with SetWorkflowID(workflow_id):
            DBOS.start_workflow(self._play if self._lane_of(action) is self._plays else self._act, action_id)
        return True

    def _begin_denies(self, _key: str) -> bool:
        unfinished = self._known.store.unfinished_actions(*IN_LINE)
        if self._stopping.is_set() or len(limits.not_now(self._known, unfinished)) == len(unfinished):
            return False
        DBOS.start_workflow(self._denies)
        return True

    def start_scan(self, scan_id: str) -> None:
        scan = self._known.store.scan(scan_id)
        if self._stopping.is_set() or scan.coverage or durable.alive(scan.workflow_id):
            return
        workflow_id = f"{scan_id}:{uuid.uuid4().hex[:8]}"
        if self._known.store.set_scan_workflow(scan_id, workflow_id, scan.workflow_id):
            # No lane: the store lets one scan run at a time.
            durable.accepted(lambda: self._launch_scan(workflow_id, scan_id))

    def _launch_scan(self, workflow_id: str, scan_id: str) -> None:
        with SetWorkflowID(workflow_id):
            DBOS.start_workflow(self._scan, scan_id)

    def start_dialog(self, dialog_id: str) -> None:
        durable.accepted(lambda: DBOS.start_workflow(self._dialog, dialog_id))

    def start_bulk_plan(self, bulk_id: str) -> None:
        durable.accepted(lambda: DBOS.start_workflow(self._bulk_plan, bulk_id))

    def start_show(self, asker: Asker, query: str) -> None:
        durable.accepted(lambda: DBOS.start_workflow(self._show, asker.user, asker.channel, asker.response_url, query))

    def start_unused(self, asker: Asker, *, may_delete: bool) -> None:
        durable.accepted(
            lambda: DBOS.start_workflow(self._unused, asker.user, asker.channel, asker.response_url, may_delete)
        )

    def start_leave(self, asker: Asker, leave_id: str, query: str, terms: Terms) -> None:
        user, channel, address = asker.user, asker.channel, asker.response_url
        durable.accepted(
            lambda: DBOS.start_workflow(self._leave, user, channel, address, leave_id, query, terms.stored)
        )

    def wake(self) -> None:
        self._wake()

    @property
    def idle(self) -> bool:
        """Whether nothing is under way, and nothing in the store waits for its turn, except for a place in the hour.
        Raises StoreError.
        """
        if durable.any_live() or self._known.store.running_scans():
            return False
        unfinished = self._known.store.unfinished_actions()
        return len(limits.not_now(self._known, unfinished)) == len(unfinished)

    @property
    def _known(self) -> Context:
        if self._context is None:
            raise RuntimeError("the engine was not started")
        return self._context

    def _register(self) -> None:
        """Register the workflows with DBOS, under names whose meaning never changes."""
        self._act = self._durable("act_v1", self._run_action)
        self._denies = self._durable("denies_v2", self._run_denies)
        self._play = self._durable("play_v1", self._run_play)
        self._unused = self._durable("unused_v1", self._flows.unused)
        self._leave = self._durable("leave_v1", self._flows.leave)
        self._scan = self._durable("scan_v1", self._flows.scan)
        self._dialog = self._durable("dialog_v1", self._flows.dialog)
        self._bulk_plan = self._durable("bulk_plan_v1", self._flows.bulk_plan)
        self._show = self._durable("show_v1", self._flows.show)
        self._scan_tick = self._durable("scan_tick_v1", self._run_scan_tick)
        self._summary_tick = self._durable("summary_tick_v1", self._run_summary_tick)

    def _durable(self, name: str, run: Callable[..., Any]) -> Any:
        self._names.add(name)
        return durable.workflow(name, run)

    @property
    def lanes(self) -> tuple[Lane, ...]:
        return (self._arrivals, self._actions, self._denials, self._plays)

    def _run_action(self, action_id: str) -> str:
        with self._actions.working(action_id):
            return self._flows.action(action_id)

    def _run_play(self, action_id: str) -> str:
        with self._plays.working(action_id):
            return self._flows.play(action_id)

    def _run_denies(self) -> str:
        with self._denials.working(DENIES):
            return self._flows.denies()

    def _run_scan_tick(self, at: str, context: Any) -> None:  # noqa: ARG002 - DBOS gives both
        self.ticked_at = self._known.clock.now()
        # On its own thread: a scan may be running, and DBOS cannot record another workflow's state in the history of
        # this one.
        threading.Thread(target=self._ask_for_scan, name="scan tick").start()

    def _ask_for_scan(self) -> None:
        request_scan(self._known, "schedule")

    def _run_summary_tick(self, at: str, context: Any) -> None:  # noqa: ARG002 - DBOS gives both
        # One summary per tick, however often the tick is delivered: its time is its id.
        self._known.store.add_summary(f"summary:{at}", self._known.clock.now())
        self._wake()
