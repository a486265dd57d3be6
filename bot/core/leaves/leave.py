"""A scheduled leave: somebody will have left at a time that an admin named, and is then denied (and revoked, once the
directory has disabled them). What it is, and how it moves.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.core.actions import Action
from bot.core.authorization import Allowed, Decision, Refused, Rules, watches
from bot.core.kinds import DENY, REVOKE, Kind, Role
from bot.core.models import User
from bot.core.reasons import Code, Reason

# Begun later than this, it was missed, and the message says so.
LATE = timedelta(minutes=5)
# What is asked for in a terminal, as `Wish.what`.
SCHEDULE, UNSCHEDULE = "schedule", "unschedule"
_KEY = "leave:"


class LeaveState(StrEnum):
    """How far a leave is. `MOVES` says which state may follow which."""

    PLANNED = "planned"  # its time has not come, or AWS could not be asked since
    DENYING = "denying"  # the emergency deny is asked for
    DENIED = "denied"  # the deny was placed; the directory has not disabled the person yet
    REVOKING = "revoking"  # the directory has; the revoke is asked for
    DONE = "done"  # nothing is left to do
    FAILED = "failed"  # `why` says what did not happen
    CANCELLED = "cancelled"  # by a person
    REPLACED = "replaced"  # the person was scheduled again

    @property
    def open(self) -> bool:
        return bool(MOVES[self])

    @property
    def cancellable(self) -> bool:
        return LeaveState.CANCELLED in MOVES[self]


_OVER = frozenset({LeaveState.DONE, LeaveState.FAILED})
_BY_PEOPLE = frozenset({LeaveState.CANCELLED, LeaveState.REPLACED})
MOVES: Mapping[LeaveState, frozenset[LeaveState]] = {
    LeaveState.PLANNED: frozenset({LeaveState.DENYING, LeaveState.FAILED}) | _BY_PEOPLE,
    LeaveState.DENYING: frozenset({LeaveState.DENIED}) | _OVER,
    LeaveState.DENIED: frozenset({LeaveState.REVOKING}) | _OVER | _BY_PEOPLE,
    LeaveState.REVOKING: _OVER,
    **dict.fromkeys(_OVER | _BY_PEOPLE, frozenset()),
}
OPEN = tuple(state for state in LeaveState if state.open)


@dataclass(frozen=True, slots=True)
class Terms:
    """What was asked for: when, and whether also to revoke once the directory has disabled the person."""

    at: datetime
    revoke: bool = False

    @property
    def stored(self) -> str:
        """As one text, for whatever has room for one: 2026-11-30T17:00:00+00:00 revoke."""
        return f"{self.at.astimezone(UTC).isoformat()}{' revoke' if self.revoke else ''}"

    @classmethod
    def of(cls, stored: str) -> "Terms | None":
        """The terms; None for anything that `stored` did not make."""
        at, _, revoke = stored.partition(" ")
        try:
            found = cls(datetime.fromisoformat(at), revoke == "revoke")
        except ValueError:
            return None
        # One without an offset is never spelled like what is stored.
        return found if found.at.tzinfo and found.stored == stored else None


@dataclass(frozen=True, slots=True)
class Leave:
    """One scheduled leave; a person has at most one that is open.

    `by`: who scheduled it, as `Asker.user`, and `channel` where. `announced_at`: when its message was queued for the
    channel. `denied_at`: when the deny was seen placed. `asked_at`: when the channel was asked why the person is not
    disabled. `ended_by`: who cancelled or replaced it. `why`: plain text, why it failed or ended early. `seal` proves
    that a leaverbot stored it in this form; "" for one scheduled in Slack.
    """

    id: str
    user: User
    at: datetime
    by: str
    channel: str
    scheduled_at: datetime
    revoke: bool = False
    dry_run: bool = False
    seal: str = ""
    state: LeaveState = LeaveState.PLANNED
    announced_at: datetime | None = None
    began_at: datetime | None = None
    denied_at: datetime | None = None
    asked_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    why: str = ""

    @property
    def sealed(self) -> str:
        """Everything that was asked for, as the text that is sealed. How far it is changes, and is not in it."""
        return repr((self.id, self.user.id, Terms(self.at, self.revoke).stored, self.by, self.dry_run))

    @property
    def late(self) -> bool:
        """Whether leaverbot was not at work at its time."""
        return self.began_at is not None and self.began_at - self.at > LATE

    def key(self, kind: Kind) -> str:
        """The key of its action of this kind. A leave becomes one of each, whoever carries it out, however often."""
        return f"{_KEY}{self.id}:{kind}"

    def action_id(self, kind: Kind) -> str:
        return f"{self.id}-{kind}"

    def means(self, action: Action) -> bool:
        """Whether the action is exactly what this leave asks for now."""
        kind = {LeaveState.DENYING: DENY, LeaveState.REVOKING: REVOKE}.get(self.state)
        if kind is None or action.kind is not kind or (kind is REVOKE and not self.revoke):
            return False
        mine = (self.key(kind), self.action_id(kind), self.user.id, self.by)
        its = (action.key, action.id, action.user.id, action.by)
        more = action.with_delete or action.parent or action.digest
        return mine == its and not more and (action.dry_run or not self.dry_run)


def seal_of(text: str, secret: str) -> str:
    """The seal of this text that only somebody who knows the secret can make; "" without a secret."""
    if not secret:
        return ""
    # Under a name of its own, so that it can stand for nothing else that is ever made with this secret.
    return hmac.new(secret.encode(), f"leaverbot leave\n{text}".encode(), sha256).hexdigest()


def leave_of(key: str) -> str:
    """The id of the leave that an action with this key claims to come from; "" when it claims none."""
    return key.removeprefix(_KEY).rpartition(":")[0] if key.startswith(_KEY) else ""


def may_schedule(rules: Rules, roles: frozenset[Role], *, terminal: bool = False) -> Decision:
    """Whether somebody with these roles may schedule a leave: admins, because it denies people who still work here."""
    if rules.watch_only and not terminal:
        return watches()
    if Role.ADMIN in roles:
        return Allowed()
    return Refused(Reason(Code.LEAVE_FOR_ADMINS), tuple(sorted(rules.admins)))


def may_cancel(rules: Rules, roles: frozenset[Role], *, terminal: bool = False) -> Decision:
    """Whether somebody with these roles may cancel one: responders too, as they may lift the deny afterwards."""
    if rules.watch_only and not terminal:
        return watches()
    if Role.RESPONDER in roles:
        return Allowed()
    return Refused(Reason(Code.LEAVE_CANCEL_FOR_RESPONDERS), tuple(sorted(rules.responders | rules.admins)))
