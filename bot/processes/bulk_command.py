"""A terminal command that acts on many people: planned, confirmed as one wish, and followed to its end."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.core.authorization import Refused
from bot.core.bulk.bulk import Bulk, BulkState, audited
from bot.core.bulk.confirmed import STOP_BULK, confirmed
from bot.core.bulk.next_step import BulkResult, Counts, counts
from bot.core.kinds import Kind
from bot.core.models import User
from bot.core.terminal.wishes import Wish, WishState
from bot.ports import Holder
from bot.processes.acting_command import ActingCommand
from bot.processes.process import BULK_SECONDS
from bot.services.bulk.preview import preview
from bot.settings import WorkSettings

# How often to look how far it is, in seconds: each look reads a row for each of its people.
LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class BulkProgress:
    """How far it is. `holder`: the process that carries it out, None while it is this one or nobody."""

    wish: Wish
    bulk: Bulk
    results: Sequence[BulkResult] = ()
    holder: Holder | None = None
    here: bool = False

    @property
    def counts(self) -> Counts:
        return counts(self.results)

    @property
    def begun(self) -> bool:
        return self.wish.state is WishState.ACCEPTED

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.bulk.state is BulkState.ENDED if self.begun else not self.wish.state.open

    @property
    def refused(self) -> bool:
        return self.wish.state is WishState.REFUSED

    @property
    def done(self) -> bool:
        """Whether it was done to everybody in the plan, and checked."""
        return self.begun and self.ended and self.counts.done == self.counts.total


@dataclass(frozen=True, slots=True)
class StopProgress(BulkProgress):
    """How far a stop is. Where this process has the lock, it also brings to an end what is under way."""

    @property
    def ended(self) -> bool:
        over = self.bulk.state is BulkState.ENDED or self.holder is not None
        return over if self.begun else not self.wish.state.open

    @property
    def done(self) -> bool:
        return self.begun


B = TypeVar("B", bound=BulkProgress)


class BulkCommand(ActingCommand):
    """One command: `plan_bulk`, then `confirm_bulk`, then `see_bulk_through`; or only `see_stopped`."""

    def __init__(self, settings: WorkSettings, command: str) -> None:
        super().__init__(settings, command)
        # Set on any thread: what is under way comes to its end, and nothing more begins.
        self.no_more = threading.Event()
        self._asked_to_stop = False

    def plan_bulk(self, kind: Kind, user_ids: Sequence[str], filter_text: str) -> Bulk | Refused:
        """The plan for exactly these people. Raises AwsError and StoreError."""
        return preview(self.context, kind, user_ids, self.asker(), filter_text)

    def confirm_bulk(self, bulk: Bulk) -> Wish:
        """The plan whose number of people was typed, with the proof of who asks. Raises AwsError."""
        made = replace(self.made(audited(bulk.kind), User(bulk.id)), case_id=bulk.id)
        return self.proven(replace(made, digest=confirmed(bulk), dry_run=bulk.dry_run))

    def see_bulk_through(
        self, wish: Wish, deadline: float | None, tell: Callable[[BulkProgress], None]
    ) -> BulkProgress:
        """As `see_through`. Once `no_more` is set it is stopped, and followed until what is under way has ended."""
        return self._follow_bulk(BulkProgress, wish, deadline, tell)

    def see_stopped(self, bulk_id: str, deadline: float | None) -> StopProgress:
        """Have it stopped, with the proof of who asks. Raises AwsError, NotFound and StoreError."""
        return self._follow_bulk(StopProgress, self._stop(bulk_id), deadline, lambda _progress: None)

    def _stop(self, bulk_id: str) -> Wish:
        return self.proven(replace(self.made(STOP_BULK, User(bulk_id)), case_id=bulk_id))

    def _follow_bulk(self, progress: type[B], wish: Wish, deadline: float | None, tell: Callable[[B], None]) -> B:
        self._process.own_bulk = wish.case_id
        bulk = self._store.bulk(wish.case_id)

        def look() -> B:
            now = self._store.wish(wish.id)
            if self.no_more.is_set():
                self._no_more(now)
            return progress(now, self._now(bulk.id), self._store.bulk_results(bulk.id), self._holder, self._begun)

        return self.follow(progress(wish, bulk), look, deadline, tell, LOOK_SECONDS)

    def _now(self, bulk_id: str) -> Bulk:
        """As it is now, while it runs without its people, of whom the results tell."""
        running = (one for one in self._store.open_bulks() if one.id == bulk_id)
        return next(running, None) or self._store.bulk(bulk_id)

    def _take_over(self) -> None:
        super()._take_over()
        if self._begun:
            # Those of others are left to `run` and `once`, which may know more of who asked for them.
            self._process.keep_up("bulks", self._carry, BULK_SECONDS)

    def _carry(self) -> None:
        self._process.carry_bulks(self._process.own_bulk)

    def _no_more(self, wish: Wish) -> None:
        """Ask once that nothing more begins; a wish that nobody has taken up yet is withdrawn instead."""
        if wish.state is not WishState.ACCEPTED:
            self.stopping.set()
        elif not self._asked_to_stop:
            self._asked_to_stop = True
            self._store.add_wish(self._stop(wish.case_id))
