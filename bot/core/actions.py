"""What people ask for: an action, the states it goes through, and which move may follow which."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.access.person_read import PersonRead
from bot.core.cases import CloseReason
from bot.core.deny.placed import AccountCover
from bot.core.kinds import Kind
from bot.core.models import Grant, PermissionSet, User
from bot.core.plans.operations import Operation, OperationState, Outcome
from bot.core.rules.askers import rule_asker
from bot.core.terminal.askers import terminal_asker
from bot.core.waiting import Trouble, Wait

# Who acts when nobody asked: leaverbot itself lifts a deny whose time is over, and keeps the names in a deny correct.
LEAVERBOT = "leaverbot"


class ActionState(StrEnum):
    """How far an action is. `MOVES` says which state may follow which."""

    QUEUED = "queued"  # stored before Slack got its ack
    RUNNING = "running"  # a worker has it
    DONE = "done"  # everything asked for happened, read back
    INCOMPLETE = "incomplete"  # something is left, or AWS refused part of it
    REFUSED = "refused"  # not allowed in the state at the press; nothing was changed
    FAILED = "failed"  # it could not be carried out or read back

    @property
    def final(self) -> bool:
        return not MOVES[self]

    @property
    def reported(self) -> bool:
        """Whether everybody is told what came of it; only the asker is told of a refusal."""
        return self is not ActionState.REFUSED


_ENDED = frozenset({ActionState.DONE, ActionState.INCOMPLETE, ActionState.REFUSED, ActionState.FAILED})
MOVES: Mapping[ActionState, frozenset[ActionState]] = {
    ActionState.QUEUED: frozenset({ActionState.RUNNING, *_ENDED}),
    ActionState.RUNNING: _ENDED,
    **dict.fromkeys(_ENDED, frozenset()),
}
UNFINISHED = tuple(state for state, onwards in MOVES.items() if onwards)
# Its state when first stored, and once a worker has it.
FIRST, BEGUN = ActionState.QUEUED, ActionState.RUNNING
CARRIED_OUT = (ActionState.DONE,)
# What a later scan of the user may settle.
UNSETTLED = (ActionState.INCOMPLETE,)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked, and where to send an answer that only they see. `response_url` is "" where Slack gave none.

    `user`: a Slack user id, `LEAVERBOT`, somebody in a terminal (`core/terminal/askers.py`), or a rule
    (`core/rules/askers.py`).
    """

    user: str
    channel: str
    response_url: str = ""

    @property
    def in_slack(self) -> bool:
        """Whether it is a person in Slack, who can be answered there."""
        return self.user != LEAVERBOT and terminal_asker(self.user) is None and rule_asker(self.user) is None


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody asked for, how far it is, and what came of it. `key` is unique for one press: the same press again
    is the same action.

    `user` stands for the permission set where it is about one (`plans.subject_of`). `digest` is the digest of the plan
    that the person saw, "" when none was shown; `revision` is the user's. `reason`: the reason the person gave;
    `not_disabled`: the user was not disabled when it was asked for; `with_delete`: it includes the optional step.
    `parent`: the id of the action it is a step of; `steps` are its own so far, in order. `workflow_id`: the durable
    workflow that carries it out; `waiting`: what it waits for while it is unfinished.

    `message` says in plain text why it was refused or failed, or what else a reader must know. `left` are the grants
    that the read afterwards, at `verified_at`, still found; `cover`: where a deny holds; `emptied`: permission sets
    that are no longer assigned to anybody. `undo` are AWS CLI commands, one for each thing removed;
    `management_commands` remove what only the management account can remove, when leaverbot runs in another account.
    `user_gone`: the user has since been deleted, so nothing can be put back; `taken` is then everything that leaverbot
    took from the user. `deny_kept` and `buttons`, for a report: how long a deny is kept after the last
    way in is gone, and whether it may have buttons.
    """

    id: str
    key: str
    kind: Kind
    user: User
    case_id: str | None
    asker: Asker
    asked_at: datetime
    digest: str = ""
    revision: str = ""
    dry_run: bool = False
    reason: str = ""
    not_disabled: bool = False
    with_delete: bool = False
    parent: str = ""
    state: ActionState = ActionState.QUEUED
    workflow_id: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    operations: tuple[Outcome, ...] = ()
    steps: tuple["Action", ...] = ()
    waiting: Wait | None = None
    message: str = ""
    left: tuple[Grant, ...] = ()
    verified_at: datetime | None = None
    cover: tuple[AccountCover, ...] = ()
    emptied: tuple[PermissionSet, ...] = ()
    undo: tuple[str, ...] = ()
    management_commands: tuple[str, ...] = ()
    user_gone: bool = False
    taken: tuple[Operation, ...] = ()
    deny_kept: timedelta | None = None
    buttons: bool = True

    @property
    def by(self) -> str:
        """Who asked for it, as `Asker.user`."""
        return self.asker.user

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Its operations and those of its steps."""
        return (*self.operations, *(outcome for step in self.steps for outcome in step.outcomes))

    @property
    def done(self) -> int:
        """How many of its operations AWS has carried out, as far as is known."""
        return sum(outcome.state in {OperationState.DONE, OperationState.ANSWERED} for outcome in self.outcomes)

    @property
    def through(self) -> bool:
        """Whether each of its operations has ended."""
        return all(op.state.final for op in self.operations)

    @property
    def progress(self) -> tuple[object, ...]:
        """Changes whenever the action gets further; sending the same request again is not progress."""
        return self.state, tuple(step.id for step in self.steps), *((op.state, op.request_id) for op in self.operations)

    @property
    def carried_out(self) -> bool:
        """Whether everything was really done in AWS."""
        return self.state is ActionState.DONE and not self.dry_run

    @property
    def parked(self) -> bool:
        """Whether it has not begun because as many people as may be were changed within the hour."""
        waits = self.waiting is not None and self.waiting.trouble is Trouble.LIMIT
        return waits and self.state is ActionState.QUEUED

    @property
    def why_missed(self) -> str:
        """Why operations were not done, each reason once."""
        return " ".join(dict.fromkeys(one.detail for one in self.outcomes if one.missed and one.detail))


@dataclass(frozen=True, slots=True)
class Result:
    """How an action ended. `read` is the fresh read afterwards, if there was one."""

    state: ActionState
    message: str = ""
    read: PersonRead | None = None
    verified_at: datetime | None = None
    cover: tuple[AccountCover, ...] = ()
    close: CloseReason | None = None
    tell: str = ""
    emptied: tuple[PermissionSet, ...] = ()
