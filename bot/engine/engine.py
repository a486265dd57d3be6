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
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from bot.core.errors import LeaverbotError, StoreError
from bot.core.plans import ActionKind
from bot.ports import Asker
from bot.services import commands, dialogs, remediate
from bot.services.parts import Parts

log = structlog.get_logger(__name__)

# Pinned for good: DBOS strands the work of another version.
VERSION = "leaverbot"
ACTIONS, DENIES = "actions", "denies"
# How often the queues look for work, in seconds: what a press waits for its start.
POLL_SECONDS = 0.2
# Pauses inside workflows, in seconds: until AWS is asked again how far it is, and when it could not be asked.
STEP_SECONDS = 0.5
LATER_SECONDS = 15.0
# After so many seconds of trying without any change, what is left of an action has failed; time in which leaverbot
# was down does not count. Denies wait in one line, so they give up sooner.
LATE_SECONDS, LATE_DENY_SECONDS = 900.0, 300.0
# A workflow that was killed this often is not the victim.
RECOVERIES = 1000
# How long ended workflows are kept, and how many are forgotten at once.
KEEP_WORKFLOWS = timedelta(days=7)
PRUNE_AT_ONCE = 1000
_LIVE = frozenset({"PENDING", "ENQUEUED", "DELAYED"})


class Engine:
    """Implements `ports.Work`. One a process: DBOS keeps its registry and its connection globally."""

    def __init__(self, database_url: str, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._parts: Parts | None = None
        self._stopping = threading.Event()
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
        mend_old_sqlite()
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
        # One at a time everywhere: the policy has no revision, so two writers could undo each other (facts 2.2).
        DBOS.register_queue(DENIES, global_concurrency=1, polling_interval_sec=POLL_SECONDS)
        ticks = {"scan": self._scan_tick, "summary": self._summary_tick}
        DBOS.apply_schedules(
            [
                {"schedule_name": name, "workflow_fn": ticks[name], "schedule": cron, "cron_timezone": zone}
                for name, (cron, zone) in schedules.items()
            ]
        )
        self.resume()

    def stop(self, patience_seconds: int) -> None:
        """Let what runs come to an end for so long; what does not is continued by the next start."""
        self._stopping.set()
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
        action = self._known.store.action(action_id)
        if self._stopping.is_set() or action.view.state.final or _alive(action.workflow_id):
            return
        queue = DENIES if action.view.kind in {ActionKind.DENY, ActionKind.LIFT} else ACTIONS
        workflow_id = f"{action_id}:{uuid.uuid4().hex[:8]}"
        # Whoever notes its workflow first, starts it: the press and the look now and then may meet here.
        if self._known.store.set_workflow(action_id, workflow_id, action.workflow_id):
            with SetWorkflowID(workflow_id):
                DBOS.enqueue_workflow(queue, self._act, action_id)

    def start_scan(self, scan_id: str) -> None:
        scan = self._known.store.scan(scan_id)
        if self._stopping.is_set() or scan.coverage or _alive(scan.workflow_id):
            return
        workflow_id = f"{scan_id}:{uuid.uuid4().hex[:8]}"
        if self._known.store.set_scan_workflow(scan_id, workflow_id, scan.workflow_id):
            # No queue: the store lets one scan run at a time. A thread of its own, because a step of a workflow
            # may ask for a scan, and DBOS starts no workflow inside a step.
            threading.Thread(target=self._launch_scan, args=(workflow_id, scan_id), name="scan starter").start()

    def _launch_scan(self, workflow_id: str, scan_id: str) -> None:
        with SetWorkflowID(workflow_id):
            DBOS.start_workflow(self._scan, scan_id)

    def start_dialog(self, dialog_id: str) -> None:
        DBOS.start_workflow(self._dialog, dialog_id)

    def start_show(self, asker: Asker, query: str) -> None:
        DBOS.start_workflow(self._show, asker.user, asker.channel, asker.response_url, query)

    def wake(self) -> None:
        self._wake()

    @property
    def _known(self) -> Parts:
        if self._parts is None:
            raise RuntimeError("the engine was not started")
        return self._parts

    def _register(self) -> None:
        """Make the workflows known to DBOS, by names that never change their meaning."""
        self._act = _workflow("act_v1", self._run_action)
        self._scan = _workflow("scan_v1", self._run_scan)
        self._dialog = _workflow("dialog_v1", self._run_dialog)
        self._show = _workflow("show_v1", self._run_show)
        self._scan_tick = _workflow("scan_tick_v1", self._run_scan_tick)
        self._summary_tick = _workflow("summary_tick_v1", self._run_summary_tick)

    def _run_action(self, action_id: str) -> str:
        stored = self._known.store.action(action_id)
        if stored.workflow_id != DBOS.workflow_id:
            # Started twice around a slow moment of the database: the one that is noted goes on.
            return "superseded"
        case_id = stored.case_id
        with structlog.contextvars.bound_contextvars(action=action_id, case=case_id):
            return self._guard(
                lambda: self._run_action_steps(action_id),
                lambda reference, _error: remediate.give_up(self._known, action_id, reference),
            )

    def _run_action_steps(self, action_id: str) -> None:
        # No step: it must happen in every run, also in one that replays the steps of an earlier one.
        while not remediate.recheck(self._known, action_id):
            if self._stopping.wait(LATER_SECONDS):
                raise StoreError("leaverbot stops; the next start goes on")
        waited = 0.0
        while (ready := self._prepare(action_id, waited)) == "later":
            DBOS.sleep(LATER_SECONDS)
            waited += LATER_SECONDS
        if ready != "go":
            return
        idle = 0.0
        kind = self._known.store.action(action_id).view.kind
        patience = LATE_DENY_SECONDS if kind in {ActionKind.DENY, ActionKind.LIFT} else LATE_SECONDS
        while True:
            moved, took = self._advance(action_id, late=idle > patience)
            if moved == "ended":
                break
            idle = idle + max(took, STEP_SECONDS) if moved == "waiting" else 0.0
            DBOS.sleep(STEP_SECONDS)
        _step("finish", lambda: remediate.finish(self._known, action_id))

    def _prepare(self, action_id: str, waited: float) -> str:
        return str(_step("prepare", lambda: str(remediate.prepare(self._known, action_id, timedelta(seconds=waited)))))

    def _advance(self, action_id: str, *, late: bool) -> tuple[str, float]:
        """What moved, and how many seconds it took: while AWS throttles, a step lasts minutes."""

        def advance() -> list[Any]:
            began = time.monotonic()
            moved = remediate.advance(self._known, action_id, late=late)
            return [str(moved), time.monotonic() - began]

        moved, took = _step("advance", advance)
        return moved, took

    def _run_scan(self, scan_id: str) -> str:
        with structlog.contextvars.bound_contextvars(scan=scan_id):
            return self._guard(
                lambda: _step("scan", lambda: commands.run_scan(self._known, scan_id)),
                lambda reference, _error: commands.fail_scan(self._known, scan_id, reference),
            )

    def _run_dialog(self, dialog_id: str) -> str:
        asker = self._known.store.dialog(dialog_id).asker
        return self._answer(asker, lambda: dialogs.fill(self._known, dialog_id))

    def _run_show(self, user: str, channel: str, response_url: str, query: str) -> str:
        asker = Asker(user, channel, response_url)
        return self._answer(asker, lambda: commands.show(self._known, asker, query))

    def _answer(self, asker: Asker, answer: Callable[[], None]) -> str:
        """Answer somebody who waits; when that fails, they are told why or under which reference to look."""

        def tell(reference: str, error: Exception) -> None:
            known = isinstance(error, LeaverbotError)
            what = str(error) if known else f"Something went wrong that we did not foresee (reference {reference})."
            text = f"{what} Nothing was changed in AWS."
            self._known.store.tell(f"failed:{reference}", asker, text, self._known.clock.now())
            self._wake()

        return self._guard(lambda: _step("answer", answer), tell)

    def _guard(self, work: Callable[[], object], failed: Callable[[str, Exception], None]) -> str:
        """Do the work of a workflow; `failed` is told of an error that nobody foresaw, with its reference.

        A StoreError gets out: nothing can be noted now, the work stays unfinished, and the next look takes it up.
        """
        try:
            work()
        except StoreError:
            raise
        except Exception as error:  # a workflow ends here; the reference joins message and log
            if self._stopping.is_set():
                raise
            reference = new_reference()
            log.exception("a workflow failed", reference=reference, error=str(error))
            failed(reference, error)
            return "failed"
        return "ended"

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


def mend_old_sqlite() -> None:
    """Give an SQLite older than 3.42 the `unixepoch('subsec')` that DBOS's tables use from Python 3.12 on.

    DBOS takes a new Python for a new SQLite; with a Python built on Debian 12 or Ubuntu 22.04 it is not.
    """
    old = sqlite3.sqlite_version_info < (3, 42)
    if old and not sa.event.contains(sa.Engine, "connect", _add_unixepoch):
        sa.event.listen(sa.Engine, "connect", _add_unixepoch)


def _add_unixepoch(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("unixepoch", 1, lambda _modifier: time.time())


def new_reference() -> str:
    """A short id that a person can read out: it stands in the message and in the log."""
    text = uuid.uuid4().hex[:6].upper()
    return f"{text[:4]}-{text[4:]}"


def _workflow(name: str, run: Callable[..., Any]) -> Any:
    """Register `run` under a name; DBOS writes on the function it is given, which a bound method does not allow."""

    def workflow(*args: Any) -> Any:
        return run(*args)

    workflow.__name__ = workflow.__qualname__ = name
    return DBOS.workflow(name=name, max_recovery_attempts=RECOVERIES)(workflow)


def _step(name: str, run: Callable[[], Any]) -> Any:
    return DBOS.run_step({"name": name}, run)


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


KNOWN = frozenset({"act_v1", "scan_v1"})
