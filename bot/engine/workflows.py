"""What the durable workflows do: the steps of each, and what people are told when one fails unexpectedly.

A step may run again after a crash, so each looks at the store and at AWS first. Steps return plain JSON.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from dbos import DBOS
from sqlalchemy.exc import OperationalError

from bot.core.actions import ActionState, Asker
from bot.core.errors import LeaverbotError, StoreError, new_reference
from bot.core.kinds import IN_LINE
from bot.core.reasons import Code, Reason
from bot.core.waiting import Trouble
from bot.ports import DenyLine
from bot.services.actions import carry_out, dialogs
from bot.services.actions.carry_out import PATIENCE, Progress
from bot.services.bulk.view import fill_plan
from bot.services.context import Context
from bot.services.leaves import answers
from bot.services.permission_sets import answer_unused
from bot.services.questions import person
from bot.services.rules import limits
from bot.services.scan.run import fail_scan, run_scan

log = structlog.get_logger(__name__)

# Pauses inside workflows, in seconds: before asking AWS again how far it is, and after it could not be asked.
STEP_SECONDS = 0.5
LATER_SECONDS = 15.0
LATE_SECONDS = PATIENCE.total_seconds()
# Nothing is to be done for these now: ended, or waiting for a place in the hour, of which the store knows.
_LEFT_ALONE = frozenset({Progress.ENDED, Progress.PARKED})


@dataclass(frozen=True, slots=True)
class Workflows:
    """The bodies of the workflows. `known` gives the context once the engine has started; `stopping` is set when the
    process ends: the next start continues.
    """

    known: Callable[[], Context]
    stopping: threading.Event

    @property
    def context(self) -> Context:
        return self.known()

    def action(self, action_id: str) -> str:
        stored = self.context.store.action(action_id)
        if stored.workflow_id != DBOS.workflow_id:
            # Started twice because the database was slow for a moment: the one that is noted continues.
            return "superseded"
        case_id = stored.case_id
        with structlog.contextvars.bound_contextvars(action=action_id, case=case_id):
            return self._guard(
                lambda: self._action_steps(action_id),
                lambda reference, _error: carry_out.give_up(self.context, action_id, reference),
            )

    def _action_steps(self, action_id: str) -> None:
        began = time.monotonic()
        # Not a step: it must happen in every run, even one that replays the steps of an earlier run.
        while not self._recheck(action_id, time.monotonic() - began):
            if self.stopping.wait(LATER_SECONDS):
                raise StoreError("leaverbot is stopping; the next start continues")
        began = time.monotonic()
        while (ready := self._prepare(action_id, time.monotonic() - began)) == "later":
            DBOS.sleep(LATER_SECONDS)
        if ready != "go":
            return
        idle = 0.0
        while True:
            moved, took = self._advance(action_id, idle)
            if moved == Progress.PARKED:
                return
            if moved == Progress.ENDED:
                break
            idle = idle + max(took, STEP_SECONDS) if moved == Progress.WAITING else 0.0
            DBOS.sleep(STEP_SECONDS)
        began = time.monotonic()
        while self._finish(action_id, time.monotonic() - began) == "later":
            DBOS.sleep(LATER_SECONDS)

    def denies(self) -> str:
        """Rounds over all denies and lifts, until none is left. Policies have no revision, so two writers could undo
        each other: only one runs at a time in the whole database.
        """
        with self._deny_line() as line:
            return self._guard(lambda: self._denies_steps(line), self._fail_denies)

    @contextmanager
    def _deny_line(self) -> Iterator[DenyLine]:
        while (line := self.context.store.take_deny_line()) is None:
            if self.stopping.wait(STEP_SECONDS):
                raise StoreError("leaverbot is stopping; the next start continues")
        try:
            yield line
        finally:
            line.leave()

    def _fail_denies(self, reference: str, _error: Exception) -> None:
        # One at a time, so that one that breaks does not take others down with it.
        for action in self.context.store.unfinished_actions(*IN_LINE):
            try:
                carry_out.step(self.context, [action.id])
            except Exception:  # noqa: BLE001 - already logged under this reference
                carry_out.give_up(self.context, action.id, reference)

    def _denies_steps(self, line: DenyLine) -> None:
        for action in self.context.store.unfinished_actions(*IN_LINE):
            # Not a step, see above. If one cannot be checked now, its deadline stops it.
            carry_out.recheck(self.context, action.id, late=False)
        idle: dict[str, float] = {}
        while True:
            line.check()
            moved, took = self._round(dict(idle))
            if not moved:
                return
            idle = {name: 0.0 if on else idle.get(name, 0.0) + max(took, STEP_SECONDS) for name, on in moved.items()}
            DBOS.sleep(STEP_SECONDS)

    def _round(self, idle: dict[str, float]) -> tuple[dict[str, bool], float]:
        """For each action that is left, whether it moved; and how many seconds the round took."""

        def work() -> list[Any]:
            began = time.monotonic()
            unfinished = self.context.store.unfinished_actions(*IN_LINE)
            parked = limits.not_now(self.context, unfinished)
            unfinished = [action for action in unfinished if action.id not in parked]
            moved = self._step({action.id: carry_out.patience(action) for action in unfinished}, idle)
            # Slack may be away for days: the look every half minute comes back to actions that only wait for Slack.
            slack = [name for name, wait in self.context.waits.now().items() if wait.trouble is Trouble.SLACK]
            left = {name: on is Progress.MOVED for name, on in moved.items() if on not in _LEFT_ALONE}
            return [{name: on for name, on in left.items() if name not in slack}, time.monotonic() - began]

        moved, took = _step("denies", work)
        return moved, took

    def _step(self, patience: Mapping[str, timedelta], idle: Mapping[str, float]) -> dict[str, Progress]:
        """One step of these actions, noting what stuck ones wait for. `patience`: how long each keeps trying; `idle`:
        how many seconds it has not moved.
        """
        with self.context.waits.step(patience) as waits:
            moved = carry_out.step(self.context, patience, idle)
            for name in (name for name, progress in moved.items() if progress is Progress.WAITING):
                waits(name)
        return moved

    def _step_one(self, action_id: str, idle: float) -> Progress:
        return self._step({action_id: PATIENCE}, {action_id: idle}).get(action_id, Progress.ENDED)

    def play(self, action_id: str) -> str:
        if self.context.store.action(action_id).workflow_id != DBOS.workflow_id:
            return "superseded"
        with structlog.contextvars.bound_contextvars(action=action_id):
            return self._guard(
                lambda: self._play_steps(action_id),
                lambda reference, _error: carry_out.give_up(self.context, action_id, reference),
            )

    def _play_steps(self, action_id: str) -> None:
        # Not DBOS steps: each starts other workflows, and looks at the store first.
        while self._play_on(action_id) not in _LEFT_ALONE:
            if self.stopping.wait(STEP_SECONDS):
                raise StoreError("leaverbot is stopping; the next start continues")

    def _play_on(self, action_id: str) -> Progress:
        with self.context.waits.step({action_id: PATIENCE}) as waits:
            moved = carry_out.step(self.context, [action_id]).get(action_id, Progress.ENDED)
            # Once it has begun, its steps say themselves what they wait for.
            if moved is Progress.WAITING and self._is_queued(action_id):
                waits(action_id)
        return moved

    def _is_queued(self, action_id: str) -> bool:
        return self.context.store.action(action_id).state is ActionState.QUEUED

    def unused(self, user: str, channel: str, response_url: str, may_delete: bool) -> str:
        asker = Asker(user, channel, response_url)
        return self._answer(asker, lambda: answer_unused(self.context, asker, may_delete=may_delete))

    def _recheck(self, action_id: str, waited: float) -> bool:
        with self.context.waits.step({action_id: PATIENCE}) as waits:
            checked = carry_out.recheck(self.context, action_id, late=waited > LATE_SECONDS)
            if not checked:
                waits(action_id)
        return checked

    # DBOS stores the names of these steps and what they return, and another version may have written or may read them.

    def _prepare(self, action_id: str, waited: float) -> str:
        def prepare() -> str:
            moved = self._step_one(action_id, waited)
            if moved in _LEFT_ALONE:
                return str(moved)
            return "later" if moved is Progress.WAITING and self._is_queued(action_id) else "go"

        return str(_step("prepare", prepare))

    def _advance(self, action_id: str, idle: float) -> tuple[str, float]:
        """How it moved, and how many seconds that took: while AWS throttles, a step takes minutes."""

        def advance() -> list[Any]:
            began = time.monotonic()
            moved = self._step_one(action_id, idle)
            if moved is Progress.WAITING and self.context.store.action(action_id).through:
                # Only the read back is left, and AWS cannot be read: that is tried less often.
                moved = Progress.ENDED
            return [str(moved), time.monotonic() - began]

        moved, took = _step("advance", advance)
        return moved, took

    def _finish(self, action_id: str, waited: float) -> str:
        """Answers "later" when AWS could not be read back now; an older leaverbot leaves reading back to this step.

        A still older one noted nothing here at its end.
        """

        def finish() -> str:
            return "ended" if self._step_one(action_id, waited) in _LEFT_ALONE else "later"

        return str(_step("finish", finish))

    def scan(self, scan_id: str) -> str:
        with structlog.contextvars.bound_contextvars(scan=scan_id):
            return self._guard(
                lambda: _step("scan", lambda: run_scan(self.context, scan_id)),
                lambda reference, _error: fail_scan(self.context, scan_id, reference),
            )

    def dialog(self, dialog_id: str) -> str:
        asker = self.context.store.dialog(dialog_id).asker
        return self._answer(asker, lambda: dialogs.fill(self.context, dialog_id))

    def bulk_plan(self, bulk_id: str) -> str:
        bulk = self.context.store.bulk(bulk_id)
        return self._answer(Asker(bulk.by, bulk.channel), lambda: fill_plan(self.context, bulk_id))

    def show(self, user: str, channel: str, response_url: str, query: str) -> str:
        asker = Asker(user, channel, response_url)
        return self._answer(asker, lambda: person.show(self.context, asker, query))

    def leave(self, user: str, channel: str, response_url: str, leave_id: str, query: str, terms: str) -> str:
        asker = Asker(user, channel, response_url)
        return self._answer(asker, lambda: answers.schedule_for(self.context, asker, leave_id, query, terms))

    def _answer(self, asker: Asker, answer: Callable[[], None]) -> str:
        """Answer somebody who is waiting; if that fails, tell them why, or the reference to look up."""

        def tell(reference: str, error: Exception) -> None:
            known = isinstance(error, LeaverbotError)
            why = Reason(Code.NO_ANSWER, why=str(error)) if known else Reason(Code.NO_ANSWER_UNFORESEEN, why=reference)
            self.context.store.tell(f"failed:{reference}", asker, self.context.words(why), self.context.clock.now())
            self.context.work.wake()

        return self._guard(lambda: _step("answer", answer), tell)

    def _guard(self, work: Callable[[], object], failed: Callable[[str, Exception], None]) -> str:
        """Do the work of a workflow; `failed` is told about an unforeseen error, with its reference.

        A StoreError is raised on, and so is what DBOS lets through from its own database: nothing can be noted now, so
        the work stays unfinished and the next look picks it up.
        """
        try:
            work()
        except (StoreError, OperationalError):
            raise
        except Exception as error:  # a workflow ends here; the reference links message and log
            if self.stopping.is_set():
                raise
            reference = new_reference()
            log.exception("a workflow failed", reference=reference, error=str(error))
            failed(reference, error)
            return "failed"
        return "ended"


def _step(name: str, run: Callable[[], Any]) -> Any:
    return DBOS.run_step({"name": name}, run)
