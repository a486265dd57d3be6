"""Durable execution on DBOS: what was started here is finished, by the next process if this one dies.

DBOS keeps each workflow's steps in the same database as the rest of the state. Three rules follow from how it works:

* It replays with plain JSON (never pickle), so workflows take ids and steps return strings and booleans.
* It only continues workflows of its own application version, so the version is pinned for good. A workflow whose
  steps change shape gets a new name (`act_v2`); an older leaverbot that finds a name it does not know starts the
  action anew under the one it knows, which is safe, because each step looks at the store and AWS first.
* The store, not DBOS, knows what is unfinished: every start, and a look now and then, starts again what no live
  workflow carries.
"""

import logging
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from bot.core.errors import StoreError
from bot.core.plans import ActionKind
from bot.engine.mended import mend
from bot.engine.watcher import Watcher
from bot.engine.workflows import Workflows
from bot.ports import Asker, StoredAction
from bot.services import commands, denying
from bot.services.parts import Parts

log = structlog.get_logger(__name__)

# Pinned for good: DBOS strands the work of another version.
VERSION = "leaverbot"
ACTIONS, DENIES, PLAYS = "actions", "denies", "plays"
DENIES_WORKFLOW = "denies_v1"
# How often the queues look for work, in seconds: what a press waits for its start.
POLL_SECONDS = 0.2
# A workflow that was killed this often is not the victim.
RECOVERIES = 1000
# How long ended workflows are kept, and how many are forgotten at once.
KEEP_WORKFLOWS = timedelta(days=7)
PRUNE_AT_ONCE = 1000
_LIVE = frozenset({"PENDING", "ENQUEUED", "DELAYED"})


class Engine:
    """Implements `ports.Work`. One a process: DBOS keeps its registry and its connection globally."""

    def __init__(self, database_url: str, wake: Callable[[], None]) -> None:
        mend()
        self._wake = wake
        self._parts: Parts | None = None
        self._watcher: Watcher | None = None
        self._stopping = threading.Event()
        self._flows = Workflows(lambda: self._known, self._stopping)
        config: DBOSConfig = {
            "name": "leaverbot",
            "system_database_url": database_url,
            "application_version": VERSION,
            "executor_id": "leaverbot",
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
            "console_log_level": "WARNING",
            "scheduler_polling_interval_sec": 1.0,
            "use_listen_notify": False,
        }
        DBOS(config=config)
        self._register()

    def start(self, parts: Parts, schedules: dict[str, tuple[str, str]]) -> None:
        """Begin to work. `schedules`: for "scan" and "summary" the cron schedule and its time zone."""
        self._parts = parts
        logging.getLogger("dbos").handlers = []
        logging.getLogger("dbos").propagate = True
        try:
            DBOS.launch()
        except Exception as error:  # DBOS names no errors of its own for this
            raise StoreError(f"The database can not be used for durable work: {type(error).__name__}") from error
        DBOS.register_queue(ACTIONS, worker_concurrency=8, polling_interval_sec=POLL_SECONDS)
        # One at a time everywhere: the policy has no revision, so two writers could undo each other
        # (docs/facts.md#policy-revision).
        DBOS.register_queue(DENIES, global_concurrency=1, polling_interval_sec=POLL_SECONDS)
        # Shut-outs only wait for their steps, which are in the other two.
        DBOS.register_queue(PLAYS, worker_concurrency=16, polling_interval_sec=POLL_SECONDS)
        ticks = {"scan": self._scan_tick, "summary": self._summary_tick}
        DBOS.apply_schedules(
            [
                {"schedule_name": name, "workflow_fn": ticks[name], "schedule": cron, "cron_timezone": zone}
                for name, (cron, zone) in schedules.items()
            ]
        )
        self._watcher = Watcher(parts)
        self._watcher.start()
        self.resume()

    def stop(self, patience_seconds: int) -> None:
        """Let what runs come to an end for so long; what does not is continued by the next start."""
        self._stopping.set()
        if self._watcher:
            self._watcher.stop()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=patience_seconds)

    def resume(self) -> None:
        """Start again whatever the store knows as unfinished and no live workflow carries."""
        store = self._known.store
        for action in store.unfinished_actions():
            self.start_action(action.view.id)
        for scan in store.running_scans():
            self.start_scan(scan.id)

    def prune(self) -> None:
        """Forget workflows that ended long ago, and what the store no longer needs."""
        now = self._known.clock.now()
        before = (now - KEEP_WORKFLOWS).isoformat()
        ended = DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            end_time=before,
            load_input=False,
            load_output=False,
            limit=PRUNE_AT_ONCE,
        )
        DBOS.delete_workflows([workflow.workflow_id for workflow in ended])
        self._known.store.prune(now)

    def start_action(self, action_id: str) -> None:
        _outside(lambda: self._start_action(action_id))

    def _start_action(self, action_id: str) -> None:
        action = self._known.store.action(action_id)
        if self._stopping.is_set() or action.view.state.final or _alive(action.workflow_id):
            return
        if action.view.kind in denying.KINDS:
            self._join_the_line(action)
            return
        play = action.view.kind is ActionKind.SHUT_OUT
        workflow_id = f"{action_id}:{uuid.uuid4().hex[:8]}"
        # Whoever notes its workflow first, starts it: the press and the look now and then may meet here.
        if self._known.store.set_workflow(action_id, workflow_id, action.workflow_id):
            with SetWorkflowID(workflow_id):
                DBOS.enqueue_workflow(PLAYS if play else ACTIONS, self._play if play else self._act, action_id)

    def _join_the_line(self, action: StoredAction) -> None:
        """Denies and lifts are carried out together, by one workflow that takes whatever it finds in the store.

        One that is still queued will find this action there; one that has begun may have looked already, so then one
        more is queued. Whatever goes wrong in between, the look now and then starts the action again.
        """
        waiting = DBOS.list_workflows(
            name=DENIES_WORKFLOW, queue_name=DENIES, status="ENQUEUED", load_input=False, load_output=False, limit=1
        )
        if waiting:
            self._known.store.set_workflow(action.view.id, waiting[0].workflow_id, action.workflow_id)
            return
        workflow_id = f"denies:{uuid.uuid4().hex}"
        if self._known.store.set_workflow(action.view.id, workflow_id, action.workflow_id):
            with SetWorkflowID(workflow_id):
                DBOS.enqueue_workflow(DENIES, self._denies)

    def start_scan(self, scan_id: str) -> None:
        scan = self._known.store.scan(scan_id)
        if self._stopping.is_set() or scan.coverage or _alive(scan.workflow_id):
            return
        workflow_id = f"{scan_id}:{uuid.uuid4().hex[:8]}"
        if self._known.store.set_scan_workflow(scan_id, workflow_id, scan.workflow_id):
            # No queue: the store lets one scan run at a time.
            _outside(lambda: self._launch_scan(workflow_id, scan_id))

    def _launch_scan(self, workflow_id: str, scan_id: str) -> None:
        with SetWorkflowID(workflow_id):
            DBOS.start_workflow(self._scan, scan_id)

    def start_dialog(self, dialog_id: str) -> None:
        DBOS.start_workflow(self._dialog, dialog_id)

    def start_show(self, asker: Asker, query: str) -> None:
        DBOS.start_workflow(self._show, asker.user, asker.channel, asker.response_url, query)

    def start_unused(self, asker: Asker, *, may_delete: bool) -> None:
        DBOS.start_workflow(self._unused, asker.user, asker.channel, asker.response_url, may_delete)

    def wake(self) -> None:
        self._wake()

    @property
    def _known(self) -> Parts:
        if self._parts is None:
            raise RuntimeError("the engine was not started")
        return self._parts

    def _register(self) -> None:
        """Make the workflows known to DBOS, by names that never change their meaning."""
        self._act = _workflow("act_v1", self._flows.action)
        self._denies = _workflow(DENIES_WORKFLOW, self._flows.denies)
        self._play = _workflow("play_v1", self._flows.play)
        self._unused = _workflow("unused_v1", self._flows.unused)
        self._scan = _workflow("scan_v1", self._flows.scan)
        self._dialog = _workflow("dialog_v1", self._flows.dialog)
        self._show = _workflow("show_v1", self._flows.show)
        self._scan_tick = _workflow("scan_tick_v1", self._run_scan_tick)
        self._summary_tick = _workflow("summary_tick_v1", self._run_summary_tick)

    def _run_scan_tick(self, at: str, context: Any) -> None:  # noqa: ARG002 - DBOS gives both
        # A thread of its own: a scan may be running, and DBOS can not note the state of another workflow in the
        # history of this one.
        threading.Thread(target=self._ask_for_scan, name="scan tick").start()

    def _ask_for_scan(self) -> None:
        commands.request_scan(self._known, "schedule")

    def _run_summary_tick(self, at: str, context: Any) -> None:  # noqa: ARG002 - DBOS gives both
        # One summary a tick: its time is its name, however often the tick is delivered.
        self._known.store.add_summary(f"summary:{at}", self._known.clock.now())
        self._wake()


def _workflow(name: str, run: Callable[..., Any]) -> Any:
    """Register `run` under a name; DBOS writes on the function it is given, which a bound method does not allow."""

    def workflow(*args: Any) -> Any:
        return run(*args)

    workflow.__name__ = workflow.__qualname__ = name
    return DBOS.workflow(name=name, max_recovery_attempts=RECOVERIES)(workflow)


def _outside(start: Callable[[], None]) -> None:
    """Start something from wherever this is: DBOS starts no workflow inside a step of another one, and would note what
    is asked of it inside a workflow in the history of that one. A thread of its own is in neither.
    """
    if DBOS.workflow_id is None:
        start()
        return
    with ThreadPoolExecutor(1, thread_name_prefix="starter") as thread:
        thread.submit(start).result()


def _alive(workflow_id: str) -> bool:
    """Whether DBOS will carry this workflow on.

    One of a name that this leaverbot does not know waits for another version: it is cancelled, so that it neither
    holds a place in a queue nor runs beside the one that is started instead.
    """
    status = DBOS.get_workflow_status(workflow_id) if workflow_id else None
    if status is None or status.status not in _LIVE:
        return False
    if status.name in KNOWN:
        return True
    log.warning("a workflow of another version is cancelled", workflow=workflow_id, name=status.name)
    DBOS.cancel_workflow(workflow_id)
    return False


KNOWN = frozenset({"act_v1", DENIES_WORKFLOW, "play_v1", "scan_v1"})
