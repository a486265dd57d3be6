"""A wish: a request from a terminal, as stored for the process that carries it out."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.actions import Action
from bot.core.kinds import KINDS
from bot.core.models import User
from bot.core.terminal.askers import TerminalAsker

# How long a proof is valid; AWS accepts a presigned request no longer (docs/facts.md#presigned-identity).
PROOF_LASTS = timedelta(minutes=15)
# The prefix of the keys of actions that come from wishes.
KEY = "wish:"


class WishState(StrEnum):
    """The state of a wish. Only a waiting one can be withdrawn."""

    WAITING = "waiting"  # stored; nobody has looked at it yet
    TAKEN = "taken"  # who asked is proven, and it is about to begin
    ACCEPTED = "accepted"  # it became an action, which has a state of its own; or it is noted
    REFUSED = "refused"  # `answer` says why; nothing was started
    WITHDRAWN = "withdrawn"  # the person who asked left before anything was started

    @property
    def open(self) -> bool:
        return self in {WishState.WAITING, WishState.TAKEN}


@dataclass(frozen=True, slots=True)
class Wish:
    """`what`: the name of a kind of action, of a note, or what is to be done about a scheduled leave. `user` stands for
    the permission set where it is about one.

    `digest` is that of the plan that was shown, `revision` the user's; of a scheduled leave, `digest` holds its terms,
    or its id to cancel it (`core/leaves/leave.py`). `case_id` and `case_version` are those of the case that a note is
    about, or of the brake or hold that is decided about; `digest` is then how many people it was about. `proof` proves
    who asks; it is "" once it is no longer needed. `answer`: why it was refused. The action or leave that it becomes
    has its id.
    """

    id: str
    what: str
    user: User
    os_user: str
    host: str
    asked_at: datetime
    digest: str = ""
    reason: str = ""
    not_disabled: bool = False
    with_delete: bool = False
    dry_run: bool = False
    case_id: str = ""
    case_version: int = 0
    proof: str = ""
    state: WishState = WishState.WAITING
    answer: str = ""

    @property
    def becomes_action(self) -> bool:
        """Whether an action comes of it; everything else is done at once when it is accepted."""
        return self.what in KINDS

    @property
    def key(self) -> str:
        """The key of its action, so that it becomes only one action, whichever process carries it out."""
        return f"{KEY}{self.id}"

    @property
    def revision(self) -> str:
        return self.user.revision

    @property
    def binding(self) -> str:
        """What its proof is bound to: a digest of everything that was asked for, so that it proves nothing else."""
        user = self.user
        who = (user.id, user.user_name, user.display_name, user.email, str(user.status), user.revision)
        how = (self.digest, self.reason, self.not_disabled, self.with_delete, self.dry_run)
        asked = (self.id, self.what, who, how, self.case_id, self.case_version, self.os_user, self.host)
        return hashlib.sha256(repr(asked).encode()).hexdigest()

    def asker(self, arn: str) -> TerminalAsker:
        """Who asked, as this identity."""
        return TerminalAsker(arn, self.os_user, self.host)

    def is_meant_by(self, action: Action) -> bool:
        """Whether the action is exactly what was asked for."""
        mine = (self.key, self.what, self.user, self.digest, self.reason, self.not_disabled, self.with_delete)
        its = (action.key, action.kind.name, action.user, action.digest, action.reason, action.not_disabled)
        dry = action.dry_run or not self.dry_run
        return mine == (*its, action.with_delete) and action.revision == self.revision and dry


def wish_of(key: str) -> str:
    """The id of the wish that an action with this key comes from; "" when it comes from none."""
    return key.removeprefix(KEY) if key.startswith(KEY) else ""
