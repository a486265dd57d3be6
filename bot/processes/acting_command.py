"""One terminal command that changes something: planned, stored as a wish, and carried out here or by the process that
holds the database lock.
"""

import getpass
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol, Self, TypeVar

from bot.core.actions import Action, ActionState, Asker
from bot.core.authorization import Refused
from bot.core.cases import Case
from bot.core.errors import LockLost, NotFound, StoreError, StoreUnavailable
from bot.core.kinds import Kind, Note
from bot.core.leaves.leave import SCHEDULE, UNSCHEDULE, Leave, Terms
from bot.core.models import User
from bot.core.reasons import Code, Reason
from bot.core.terminal.wishes import Wish, WishState
from bot.core.views import DialogState, DialogView
from bot.ports import Holder, StoredDialog
from bot.processes.context import NothingStarts
from bot.processes.database_lock import Held
from bot.processes.process import Process
from bot.services.actions.dialog_views import on_enabled, view_of
from bot.services.refusals import note_refusal
from bot.settings import WorkSettings
from bot.store.beside import open_to_write

# How often to check the progress, and whether the lock is free now, in seconds.
LOOK_SECONDS, LOCK_SECONDS = 0.2, 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is. `action`: None before there is one, and for a note. `holder`: the process that carries it out,
    None while it is this one or nobody.
    """

    wish: Wish
    action: Action | None = None
    holder: Holder | None = None
    here: bool = False

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        if self.action:
            return self.action.state.final
        accepted = self.wish.state is WishState.ACCEPTED
        return not self.wish.state.open and not (accepted and self.wish.becomes_action)

    @property
    def refused(self) -> bool:
        return self.wish.state is WishState.REFUSED or bool(self.action and self.action.state is ActionState.REFUSED)

    @property
    def done(self) -> bool:
        """Whether everything happened, read back; a dry run that ended well counts."""
        if self.action:
            return self.action.state is ActionState.DONE
        return self.wish.state is WishState.ACCEPTED and not self.wish.becomes_action


class Followed(Protocol):
    """How far it is: `ended` when nothing more will happen."""

    @property
    def wish(self) -> Wish: ...

    @property
    def ended(self) -> bool: ...


F = TypeVar("F", bound=Followed)


class ActingCommand:
    """One command. Use it as a context manager; `plan`, then `wish`, then `see_through`.

    Raises Held if the database has to be created or migrated and another process holds its lock.
    """

    def __init__(self, settings: WorkSettings, command: str) -> None:
        # Set on any thread to leave early.
        self.stopping = threading.Event()
        self._process = Process(settings, command, on_lost=self._lose)
        self._lost: LockLost | None = None
        self._begun = False
        self._holder: Holder | None = None
        opened = open_to_write(settings.database_url, command)
        if isinstance(opened, Holder):
            raise Held(opened)
        self._store = opened
        self.context = self._process.context_over(self._store, NothingStarts())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stop()
        self._store.close()

    def asker(self) -> Asker:
        """Who asks, with the AWS identity of this process. Raises AwsError."""
        here = Wish("", "", User(""), *_me(), self.context.clock.now())
        return Asker(here.asker(self.context.identity.own()).stored, "")

    def plan(self, kind: Kind, query: str) -> DialogView:
        """What the kind would do, or why not, from a fresh read. Raises AwsError, DenyError, StoreError."""
        dialog = StoredDialog(id="", kind=kind, state=DialogState.READING, asker=self.asker(), query=query, admin=True)
        return view_of(self.context, dialog)

    def wrong_name(self, kind: Kind, user: User) -> None:
        """Record that the wrong user name was typed for a delete."""
        note_refusal(self.context, kind, user.id, self.asker(), Refused(Reason(Code.WRONG_NAME_TYPED)))

    def wish(self, view: DialogView, reason: str, *, with_delete: bool) -> Wish:
        """What was confirmed, with the proof of who asks. Raises AwsError."""
        assert isinstance(view.kind, Kind)
        assert view.user
        made = self.made(view.kind.name, view.user)
        return self.proven(
            replace(
                made,
                digest=view.plan.digest if view.plan else "",
                reason=reason,
                not_disabled=view.kind.on_user and on_enabled(view.kind, view.user),
                with_delete=with_delete,
                dry_run=view.dry_run,
            )
        )

    def note(self, name: str, case: Case | None = None) -> Wish:
        """A note, on a case if it is about one, with the proof of who asks. Raises AwsError."""
        if case is None:
            return self.proven(self.made(name, User("")))
        return self.proven(replace(self.made(name, case.user), case_id=case.id, case_version=case.version))

    def note_on(self, note: Note, user: User) -> Wish:
        """A note on a person, with the proof of who asks. Raises AwsError."""
        return self.proven(self.made(note.name, user))

    def schedule(self, user: User, terms: Terms) -> Wish:
        """A leave to schedule, with the proof of who asks. Raises AwsError."""
        made = self.made(SCHEDULE, user)
        return self.proven(replace(made, digest=terms.stored, dry_run=self.context.rules.dry_run))

    def unschedule(self, leave: Leave) -> Wish:
        """A leave to cancel, with the proof of who asks. Raises AwsError."""
        return self.proven(replace(self.made(UNSCHEDULE, leave.user), digest=leave.id))

    def decision(self, note: Note, about: str, count: int, version: int) -> Wish:
        """What is decided about the brake or a hold that was shown as about so many people, as this version, with the
        proof of who asks. Raises AwsError.
        """
        made = self.made(note.name, User(about))
        return self.proven(replace(made, digest=str(count), case_id=about, case_version=version))

    def made(self, what: str, user: User) -> Wish:
        """A wish of this person, not proven yet."""
        return Wish(self.context.new_id(), what, user, *_me(), self.context.clock.now())

    def proven(self, wish: Wish) -> Wish:
        """The wish with the proof of who asks. Raises AwsError."""
        return replace(wish, proof=self.context.identity.sign(wish.binding))

    def see_through(self, wish: Wish, deadline: float | None, tell: Callable[[Progress], None]) -> Progress:
        """Have it carried out, until it has ended, the deadline (in seconds) is over or `stopping` is set.

        `tell` gets the progress again and again. A wish that has not started at the end is withdrawn.
        """
        return self.follow(Progress(wish), lambda: self._look(wish.id), deadline, tell)

    def follow(
        self,
        first: F,
        look: Callable[[], F],
        deadline: float | None,
        tell: Callable[[F], None],
        every: float = LOOK_SECONDS,
    ) -> F:
        """Store the wish of `first`, and look every so many seconds how far it is."""
        self._store.add_wish(first.wish)
        try:
            return self._until_ended(first, look, deadline, tell, every)
        except BaseException:  # whatever it was, nobody waits for it any more
            with suppress(StoreError):
                self._store.move_wish(first.wish.id, WishState.WITHDRAWN)
            raise

    def _until_ended(
        self, progress: F, look: Callable[[], F], deadline: float | None, tell: Callable[[F], None], every: float
    ) -> F:
        began, tried = time.monotonic(), None
        while True:
            now = time.monotonic()
            if not self._begun and (tried is None or now - tried >= LOCK_SECONDS):
                tried = now
                self._take_over()
            with suppress(StoreUnavailable):
                progress = look()
            tell(progress)
            late = deadline is not None and now - began >= deadline
            if progress.ended or late or self._lost or self.stopping.wait(every):
                return self._leave(progress, look)

    def _take_over(self) -> None:
        """Carry it out here, unless another process holds the lock."""
        try:
            self._process.open()
        except Held as held:
            self._holder = held.holder
            return
        except StoreUnavailable:
            return
        self._process.begin()
        self._begun, self._holder = True, None
        self._process.take_up_wishes()

    def _look(self, wish_id: str) -> Progress:
        wish = self._store.wish(wish_id)
        action = None
        with suppress(NotFound):
            action = self._store.action(wish_id)
        return Progress(wish, action, self._holder, self._begun)

    def _leave(self, progress: F, look: Callable[[], F]) -> F:
        # Without the database the wish stays as it is, and the process with the lock may carry it out.
        with suppress(StoreUnavailable):
            if not progress.ended and self._store.move_wish(progress.wish.id, WishState.WITHDRAWN):
                return look()
        return progress

    def _lose(self, error: LockLost) -> None:
        self._lost = error


def _me() -> tuple[str, str]:
    """The user of the operating system, and this computer."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        # In a container the user id may have no name.
        user = "unknown"
    return user, socket.gethostname()
