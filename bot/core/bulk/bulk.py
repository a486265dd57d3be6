"""A bulk: one kind of action on many people, who are fixed when its plan is shown. What it is, and how it moves."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.actions import LEAVERBOT, Action
from bot.core.bulk.plan import BulkPlan
from bot.core.kinds import DELETE, DENY, REVOKE, SHUT_OUT, Kind
from bot.core.models import User

# What can be asked for of many people at once.
BULK_KINDS = (REVOKE, DENY, SHUT_OUT, DELETE)
# For more people than this, their number has to be typed; for a delete, always.
MOST_UNTYPED = 10
# How the keys of its actions begin.
KEYS = "bulk:"


class BulkState(StrEnum):
    """How far a bulk is. `MOVES` says which state may follow which."""

    PREVIEW = "preview"  # its plan is being read or shown; nothing was asked for
    RUNNING = "running"  # its actions are asked for, one a person
    STOPPING = "stopping"  # nothing more of it begins; what has begun comes to its end
    ENDED = "ended"  # nothing of it is under way any more
    DROPPED = "dropped"  # nobody submitted the plan

    @property
    def open(self) -> bool:
        """Whether there is still something to do about it."""
        return self in OPEN


MOVES: Mapping[BulkState, frozenset[BulkState]] = {
    BulkState.PREVIEW: frozenset({BulkState.RUNNING, BulkState.DROPPED}),
    BulkState.RUNNING: frozenset({BulkState.STOPPING, BulkState.ENDED}),
    BulkState.STOPPING: frozenset({BulkState.ENDED}),
    BulkState.ENDED: frozenset(),
    BulkState.DROPPED: frozenset(),
}
OPEN = (BulkState.RUNNING, BulkState.STOPPING)


class LeftOut(StrEnum):
    """Why a person is left out of a bulk when its plan is made."""

    PROTECTED = "protected"
    ENABLED = "enabled"  # not disabled any more
    UNKNOWN = "unknown"  # AWS does not say whether the user is disabled
    GONE = "gone"  # deleted
    UNREAD = "unread"  # AWS could not be asked
    OWN_SESSION = "own_session"  # leaverbot's own session is this user's
    NO_ACCESS = "no_access"  # nothing to revoke, as last read
    HAS_ACCESS = "has_access"  # not to be deleted before the last way in is gone


@dataclass(frozen=True, slots=True)
class BulkPerson:
    """One person of a bulk. `number` counts from 1 and is part of the id of the action. `user` is as read for the plan.

    `why`: plain text, why the action was not asked for although it was planned. `seal` proves that a leaverbot began
    the bulk in this form with this person.
    """

    number: int
    user: User
    case_id: str | None = None
    left_out: LeftOut | None = None
    why: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Bulk:
    """One bulk with its people. `by`: who asked, as `Asker.user`, and `channel` where. `filter_text`: what they had
    filtered the list by, for people to read.

    `plan` is None until the directory was read. `raises_limit`: it does not wait for the hourly limit, because an admin
    typed its number of people. `view_id`: the dialog that shows its plan. `stopped_by`: who stopped it;
    LEAVERBOT when the brake did.
    """

    id: str
    kind: Kind
    by: str
    channel: str
    filter_text: str
    made_at: datetime
    people: tuple[BulkPerson, ...] = ()
    plan: BulkPlan | None = None
    dry_run: bool = False
    raises_limit: bool = False
    state: BulkState = BulkState.PREVIEW
    view_id: str = ""
    began_at: datetime | None = None
    stopped_at: datetime | None = None
    stopped_by: str = ""
    ended_at: datetime | None = None

    @property
    def planned(self) -> tuple[BulkPerson, ...]:
        """Whom it acts on."""
        return tuple(person for person in self.people if person.left_out is None)

    @property
    def left_out(self) -> tuple[BulkPerson, ...]:
        return tuple(person for person in self.people if person.left_out is not None)

    @property
    def size(self) -> int:
        """How many people it acts on; the number to be typed."""
        return len(self.planned)

    @property
    def needs_count(self) -> bool:
        """Whether it only begins once its number of people was typed."""
        return self.size > MOST_UNTYPED or self.kind.deletes

    @property
    def people_digest(self) -> str:
        """A digest of whom it acts on, as they were read, whatever their order."""
        whom = sorted((person.user.id, person.user.revision) for person in self.planned)
        return hashlib.sha256(repr(whom).encode()).hexdigest()

    def sealed(self, person: BulkPerson) -> str:
        """Everything that was asked for of this person, as the text that is sealed. How far it is changes, and is not
        in it.
        """
        whom = (person.number, person.user.id, person.user.revision)
        return repr((self.id, self.kind.name, self.by, self.raises_limit, self.dry_run, whom))

    @property
    def braked(self) -> bool:
        return self.stopped_by == LEAVERBOT

    def key(self, person: BulkPerson) -> str:
        """The key of a person's action. Each person's is one, whoever carries the bulk, however often."""
        return f"{KEYS}{self.id}:{person.user.id}"

    def action_id(self, person: BulkPerson) -> str:
        return f"{self.id}-{person.number}"

    def means(self, action: Action) -> bool:
        """Whether the action is exactly what this bulk asks for of one of its people."""
        if action.with_delete or action.parent or action.digest or action.not_disabled or action.kind is not self.kind:
            return False
        mine = {(self.key(one), self.action_id(one), one.user.id, one.user.revision) for one in self.planned}
        its = (action.key, action.id, action.user.id, action.revision)
        return its in mine and action.by == self.by and action.dry_run is self.dry_run


def bulk_of(key: str) -> str:
    """The id of the bulk that an action with this key claims to come from; "" when it claims none."""
    return key.removeprefix(KEYS).partition(":")[0] if key.startswith(KEYS) else ""


def audited(kind: Kind) -> str:
    """What the audit log calls a bulk of this kind."""
    return f"bulk_{kind.name}"
