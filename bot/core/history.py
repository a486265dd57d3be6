"""What happened to one person, in order: the entries of a history, from what is stored and the audit log."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.actions import Action, ActionState
from bot.core.cases import Case
from bot.core.kinds import LET_RUN, STOP
from bot.core.leaves.leave import Leave
from bot.core.models import User
from bot.core.rules.brake import Brake
from bot.core.views import CaseChange, DenyView


class What(StrEnum):
    """What an entry reports. If several have the same time, an earlier member led to a later one."""

    OPENED = "opened"  # a case
    USED = "used"  # access, after the user was disabled
    CHANGED = "changed"  # what the user can get into
    REVIEWED = "reviewed"  # that use, by a person
    BRAKED = "braked"  # the brake, with this person among those disabled
    SCHEDULED = "scheduled"  # a leave
    ANNOUNCED = "announced"  # what a rule will do
    STOPPED = "stopped"  # rules, for this person
    LET_RUN = "let_run"  # rules, after a stop
    OVER = "over"  # what a rule announced
    ASKED = "asked"  # for an action
    REFUSED = "refused"  # a wish, before it became an action
    ENDED = "ended"  # an action
    CLOSED = "closed"  # a case
    LEFT = "left"  # the end of a scheduled leave, whether it was carried out, cancelled or replaced
    BRAKE_ENDED = "brake_ended"  # that brake
    NOTICED = "noticed"  # something about a deny


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry of the audit log: who did or tried what, about whom, and what became of it."""

    at: datetime
    who: str
    what: str
    subject: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What people were told about a deny, as text."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Records:
    """Everything stored about one user, each kind oldest first. `refusals`, `rules`: entries of the audit log; `rules`
    are what rules announced, and who stopped them and let them run. `brakes`: those that were about this person, too.
    """

    cases: tuple[Case, ...] = ()
    changes: tuple[CaseChange, ...] = ()
    actions: tuple[Action, ...] = ()
    refusals: tuple[AuditEntry, ...] = ()
    notices: tuple[Notice, ...] = ()
    leaves: tuple[Leave, ...] = ()
    rules: tuple[AuditEntry, ...] = ()
    brakes: tuple[Brake, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened. `who`: a person, as stored, or "" for a scan and leaverbot itself. Which of the others
    is set follows from `what`: the case, the change, the action, the leave, the brake, the audit log's entry of a
    refusal or a rule, or the notice's text.
    """

    at: datetime
    what: What
    who: str = ""
    case: Case | None = None
    change: CaseChange | None = None
    action: Action | None = None
    refusal: AuditEntry | None = None
    rule: AuditEntry | None = None
    text: str = ""
    leave: Leave | None = None
    brake: Brake | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What happened to one person, oldest first. `deny`: the one in force now."""

    user: User
    entries: tuple[Entry, ...]
    deny: DenyView | None = None
    protected: bool = False


def in_order(records: Records) -> tuple[Entry, ...]:
    """The entries, oldest first; of several at the same moment in the order of `What`."""
    found = [
        *(entry for case in records.cases for entry in _of_case(case)),
        *(Entry(change.at, What.CHANGED, change=change) for change in records.changes),
        *(entry for action in records.actions for entry in _of_action(action)),
        *(Entry(one.at, What.REFUSED, one.who, refusal=one) for one in _early(records)),
        *(entry for leave in records.leaves for entry in _of_leave(leave)),
        *(entry for brake in records.brakes for entry in _of_brake(brake)),
        *(Entry(notice.at, What.NOTICED, text=notice.text) for notice in records.notices),
        *(Entry(one.at, _of_rule(one), one.who, rule=one) for one in records.rules),
    ]
    order = list(What)
    return tuple(sorted(found, key=lambda entry: (entry.at, order.index(entry.what))))


def _of_case(case: Case) -> Iterator[Entry]:
    yield Entry(case.opened_at, What.OPENED, case=case)
    if case.used:
        yield Entry(case.used.at, What.USED, case=case)
    if case.reviewed_at:
        yield Entry(case.reviewed_at, What.REVIEWED, case.reviewed_by or "", case=case)
    if case.closed_at:
        yield Entry(case.closed_at, What.CLOSED, case.closed_by or "", case=case)


def _of_action(action: Action) -> Iterator[Entry]:
    """The request and the end; a step of another action has no request of its own."""
    if not action.parent:
        yield Entry(action.asked_at, What.ASKED, action.by, action=action)
    if action.finished_at:
        yield Entry(action.finished_at, What.ENDED, action.by, action=action)


def _of_leave(leave: Leave) -> Iterator[Entry]:
    """That it was scheduled, and its end; its actions are entries of their own."""
    yield Entry(leave.scheduled_at, What.SCHEDULED, leave.by, leave=leave)
    if leave.ended_at:
        yield Entry(leave.ended_at, What.LEFT, leave.ended_by, leave=leave)


def _of_brake(brake: Brake) -> Iterator[Entry]:
    yield Entry(brake.engaged_at, What.BRAKED, brake=brake)
    if brake.ended_at:
        yield Entry(brake.ended_at, What.BRAKE_ENDED, brake.ended_by, brake=brake)


def _of_rule(entry: AuditEntry) -> What:
    """What an entry of the audit log about rules reports."""
    return {str(STOP): What.STOPPED, str(LET_RUN): What.LET_RUN}.get(entry.what) or What(entry.verdict)


def _early(records: Records) -> Iterable[AuditEntry]:
    """Refusals of wishes that never became an action; that of an action stands in the audit log too."""
    told = {
        (str(action.kind), action.by, action.finished_at)
        for action in records.actions
        if action.state is ActionState.REFUSED
    }
    return [one for one in records.refusals if (one.what, one.who, one.at) not in told]
