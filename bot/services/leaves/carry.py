"""Carry scheduled leaves on: announce them, ask for their deny and revoke when it is time, and say what came of it.

Each look does what is due now, so one that was missed while leaverbot was down is done at the next look. What a leave
leads to is an action like any other, with a key of its own: however often it is asked for, it is one.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from bot.core.actions import Action, Asker
from bot.core.authorization import Refused
from bot.core.cases import CaseState
from bot.core.errors import AwsError, AwsNotFound, StoreError, new_reference
from bot.core.events.reads import ReadAs
from bot.core.kinds import DENY, REVOKE, Kind, Role
from bot.core.leaves.leave import Leave, LeaveState
from bot.core.leaves.next_step import Next, Seen, next_of
from bot.core.leaves.times import said
from bot.core.models import User, UserStatus
from bot.core.reasons import Code, Reason
from bot.services.actions.ask import ask
from bot.services.actions.scheduled import unsealed
from bot.services.context import Context
from bot.services.leaves.views import action_of

log = structlog.get_logger(__name__)

_STATES = {DENY: LeaveState.DENYING, REVOKE: LeaveState.REVOKING}


def look_after(context: Context) -> bool:
    """Do what is due for every open leave; whether that was anything. Raises StoreError."""
    moved = [leave.id for leave in context.store.open_leaves() if _look_after(context, leave)]
    if moved:
        context.work.wake()
    return bool(moved)


def _look_after(context: Context, leave: Leave) -> bool:
    """One leave; whatever goes wrong with it holds up no other one."""
    moved = False
    try:
        # It has fewer steps than there are kinds of them.
        for _ in Next:
            if not _step(context, context.store.leave(leave.id)):
                break
            moved = True
    except AwsError as error:
        log.warning("a scheduled leave waits, because AWS cannot be read", leave=leave.id, why=str(error))
    except StoreError:
        raise
    except Exception:  # a leave that breaks must not hold up the others
        log.exception("a scheduled leave failed unexpectedly", leave=leave.id, reference=new_reference())
    return moved


def _step(context: Context, leave: Leave) -> bool:
    """The next step of a leave; False when there is none, or it has to wait. Raises AwsError."""
    if leave.state is LeaveState.PLANNED and (refused := unsealed(context, leave)):
        # Nobody waits until its time to hear of it.
        return _fail(context, leave, context.words(refused.reason))
    step = next_of(leave, _seen(context, leave, context.clock.now()))
    return step is not None and _STEPS[step](context, leave)


def _seen(context: Context, leave: Leave, now: datetime) -> Seen:
    """What the next step depends on, from the store alone."""
    store, state = context.store, leave.state
    read = store.user_read(leave.user.id) if state is LeaveState.DENIED else None
    return Seen(
        now=now,
        deny=action_of(context, leave, DENY) if state is LeaveState.DENYING else None,
        revoke=action_of(context, leave, REVOKE) if state is LeaveState.REVOKING else None,
        denied=state is LeaveState.DENIED and store.deny(leave.user.id) is not None,
        disabled=read is not None and read.status is ReadAs.DISABLED,
    )


def _announce(context: Context, leave: Leave) -> bool:
    context.store.announce_leave(leave.id, context.clock.now())
    return True


def _deny(context: Context, leave: Leave) -> bool:
    """Ask for the deny, for the user as AWS has it now. Raises AwsError while that may pass."""
    user = _now(context, leave)
    if user is None:
        return _fail(context, leave, context.words(Reason(Code.LEAVE_GONE, leave.user)))
    return _ask(context, leave, DENY, user)


def _revoke(context: Context, leave: Leave) -> bool:
    """Ask for the revoke, if the user is disabled now, too. Raises AwsError while that may pass."""
    user = _now(context, leave)
    if user is None:
        return _end(context, leave, Code.LEAVE_GONE_SINCE)
    if leave.state is LeaveState.DENIED and user.status is not UserStatus.DISABLED:
        # The read that showed it is outdated.
        return False
    if leave.state is LeaveState.DENIED and _without_access(context, user):
        return _end(context, leave, Code.LEAVE_NOTHING_LEFT)
    return _ask(context, leave, REVOKE, user)


def _without_access(context: Context, user: User) -> bool:
    """Whether the newest read was complete and showed a disabled user, and all that it found has been taken away: by
    other people, by a rule, or by the directory.
    """
    read, newest = context.store.user_read(user.id), context.store.newest_case(user.id)
    known = read is not None and read.complete and read.status is ReadAs.DISABLED
    return known and (newest is None or newest.case.state is CaseState.CLOSED)


def _ask(context: Context, leave: Leave, kind: Kind, user: User) -> bool:
    """Have the leave stand where its action may begin, and then ask for it: after a crash in between, it asks again."""
    if kind.lane in context.store.unfinished_lanes(user.id):
        # Somebody is at it already; what is left afterwards is for this one.
        return False
    state = _STATES[kind]
    if leave.state is not state and not context.store.move_leave(leave.id, leave.state, state, context.clock.now()):
        return True
    newest = context.store.newest_case(user.id)
    asked = ask(
        context,
        kind,
        user,
        Asker(leave.by, leave.channel),
        # What the person may is looked at when the action begins, with patience for Slack (`requester.look_again`).
        frozenset(Role),
        key=leave.key(kind),
        action_id=leave.action_id(kind),
        case_id=newest.case.id if newest else None,
        revision=user.revision,
        reason=context.words(Reason(Code.LEAVE_DENIES, why=said(leave.at, context.zone))),
        not_disabled=kind is DENY and user.status is not UserStatus.DISABLED,
        dry_run=leave.dry_run,
    )
    if isinstance(asked, Refused) and asked.reason.code is not Code.UNDER_WAY:
        return _fail(context, context.store.leave(leave.id), context.words(asked.reason))
    return isinstance(asked, Action)


def _now(context: Context, leave: Leave) -> User | None:
    """The user as AWS has it now; None when it is deleted. What AWS refuses for good, the action itself will tell.

    Raises AwsError while it may pass.
    """
    try:
        return context.directory.user(leave.user.id)
    except AwsNotFound:
        return None
    except AwsError as error:
        if error.passes:
            raise
        return leave.user


def _ask_channel(context: Context, leave: Leave) -> bool:
    """The directory had a day: ask why the person is not disabled, unless they are by now. Raises AwsError."""
    user = _now(context, leave)
    if user is None:
        return _end(context, leave, Code.LEAVE_GONE_SINCE)
    if user.status is UserStatus.DISABLED:
        return _revoke(context, leave) if leave.revoke else _end(context, leave)
    text = context.words(Reason(Code.LEAVE_NOT_DISABLED, user, said(leave.at, context.zone)))
    context.store.note_leave_asked(leave.id, text, context.clock.now())
    return True


def _note_denied(context: Context, leave: Leave) -> bool:
    return context.store.move_leave(leave.id, leave.state, LeaveState.DENIED, context.clock.now())


def _end(context: Context, leave: Leave, code: Code | None = None) -> bool:
    """It is over, with nothing left to do. `code`: why before all was done."""
    why = context.words(Reason(code, leave.user)) if code else ""
    return context.store.move_leave(leave.id, leave.state, LeaveState.DONE, context.clock.now(), why=why)


def _fail(context: Context, leave: Leave, why: str) -> bool:
    """It is over without what was asked for, which the channel is told in any case."""
    now = context.clock.now()
    context.store.announce_leave(leave.id, now)
    log.warning("a scheduled leave was not carried out", leave=leave.id, why=why)
    return context.store.move_leave(leave.id, leave.state, LeaveState.FAILED, now, why=why)


def _note_failure(context: Context, leave: Leave) -> bool:
    """Its action did not work: that says why."""
    kind = DENY if leave.state is LeaveState.DENYING else REVOKE
    action = action_of(context, leave, kind)
    return _fail(context, leave, action.message if action else "")


_STEPS: Mapping[Next, Callable[[Context, Leave], bool]] = {
    Next.ANNOUNCE: _announce,
    Next.DENY: _deny,
    Next.DENIED: _note_denied,
    Next.REVOKE: _revoke,
    Next.ASK: _ask_channel,
    Next.LIFTED: lambda context, leave: _end(context, leave, Code.LEAVE_LIFTED),
    Next.DONE: _end,
    Next.FAILED: _note_failure,
}
