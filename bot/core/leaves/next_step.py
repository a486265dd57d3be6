"""What is to be done about a scheduled leave next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto

from bot.core.actions import Action, ActionState
from bot.core.leaves.leave import Leave, LeaveState

# How long before its time it is announced in the channel.
ANNOUNCED = timedelta(hours=1)
# How long the directory may take to disable the person before the channel is asked.
DIRECTORY_TAKES = timedelta(hours=24)


class Next(StrEnum):
    """What is to be done about a leave."""

    ANNOUNCE = auto()  # its message, in the channel
    DENY = auto()  # ask for the deny
    DENIED = auto()  # note that it was placed
    REVOKE = auto()  # ask for the revoke
    ASK = auto()  # ask the channel why the directory has not disabled the person
    LIFTED = auto()  # it is over: somebody lifted the deny
    DONE = auto()  # it is over: all was done
    FAILED = auto()  # it is over: its action did not work


@dataclass(frozen=True, slots=True)
class Seen:
    """What a leave's next step depends on. `deny`, `revoke`: its actions, None before they are stored. `denied`: a deny
    of the person is in force, or may be. `disabled`: the newest read showed the person disabled.
    """

    now: datetime
    deny: Action | None = None
    revoke: Action | None = None
    denied: bool = False
    disabled: bool = False


def next_of(leave: Leave, seen: Seen) -> Next | None:
    """What is to be done now; None while there is nothing."""
    if leave.state is LeaveState.PLANNED:
        if leave.announced_at is None:
            return Next.ANNOUNCE if seen.now >= leave.at - ANNOUNCED else None
        return Next.DENY if seen.now >= leave.at else None
    if leave.state is LeaveState.DENYING:
        return _after(seen.deny, Next.DENY, Next.DENIED)
    if leave.state is LeaveState.REVOKING:
        return _after(seen.revoke, Next.REVOKE, Next.DONE)
    return _once_denied(leave, seen) if leave.state is LeaveState.DENIED else None


def _after(action: Action | None, ask: Next, then: Next) -> Next | None:
    """What follows from how far its action is."""
    if action is None:
        return ask
    if not action.state.final:
        return None
    worked = action.state in {ActionState.DONE, ActionState.INCOMPLETE}
    return (Next.DONE if action.dry_run else then) if worked else Next.FAILED


def _once_denied(leave: Leave, seen: Seen) -> Next | None:
    """What follows once the deny was placed: the directory disables the person, somebody lifts it, or neither."""
    if not seen.denied:
        return Next.LIFTED
    if seen.disabled:
        return Next.REVOKE if leave.revoke else Next.DONE
    if leave.asked_at is None:
        return Next.ASK if seen.now >= leave.at + DIRECTORY_TAKES else None
    # The revoke still waits for the directory.
    return None if leave.revoke else Next.DONE
