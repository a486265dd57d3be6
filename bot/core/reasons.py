"""Why something was refused or is incomplete, or what people must know: a code with its facts. The part that speaks to
people makes the sentence (`ports/words.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, auto

from bot.core.access.person_read import Problem
from bot.core.directory.provisioning import NotCounted, Provisioning
from bot.core.kinds import Kind
from bot.core.models import User
from bot.core.plans.operations import Outcome
from bot.core.rules.decisions import Why
from bot.core.waiting import Wait

_NOBODY = User("")
_NOT_COUNTED = NotCounted()


class Code(StrEnum):
    """What can be said."""

    # Who may do what to whom.
    WATCH_ONLY = auto()
    FOR_VIEWERS = auto()
    VIEWERS_UNREAD = auto()
    REVIEW_FOR_RESPONDERS = auto()
    STOP_FOR_RESPONDERS = auto()
    FOR_RESPONDERS = auto()
    FOR_ADMINS = auto()
    GO_ON_FOR_ADMINS = auto()
    NOTHING_PARKED = auto()
    ASKER_NO_RESPONDER = auto()
    ASKER_NO_ADMIN = auto()
    NOT_BY_ITSELF = auto()
    PROTECTED = auto()
    OWN_SESSION = auto()
    DENY_NOT_SET_UP = auto()
    ENABLED = auto()
    STATUS_UNKNOWN = auto()
    NOT_DISABLED = auto()
    UNDER_WAY = auto()
    LEFT_TO_RULES = auto()
    WRONG_NAME_TYPED = auto()
    ALERT_CHANGED = auto()
    # The brake, and holds.
    BRAKE_ENGAGED = auto()
    BRAKED = auto()
    BRAKE_STOPS_DELETES = auto()
    BRAKE_FOR_ADMINS = auto()
    BRAKE_OVER = auto()
    BRAKE_CHANGED = auto()
    HOLD_FOR_ADMINS = auto()
    HOLD_OVER = auto()
    HOLD_CHANGED = auto()
    # What a rule asked for.
    RULE_NOT_NOW = auto()
    RULE_NO_FURTHER = auto()
    # Requests from a terminal.
    UNPROVEN = auto()
    FOREIGN_IDENTITY = auto()
    NOT_WISHED = auto()
    UNKNOWN_WISH = auto()
    REASON_MISSING = auto()
    # Scheduled leave.
    LEAVE_FOR_ADMINS = auto()
    LEAVE_CANCEL_FOR_RESPONDERS = auto()
    LEAVE_NOT_KNOWN = auto()
    LEAVE_OVER = auto()
    LEAVE_RUNS = auto()
    LEAVE_UNSEALED = auto()
    LEAVE_CANNOT_SEAL = auto()
    LEAVE_NOT_THE_SAME = auto()
    LEAVE_DENIES = auto()
    LEAVE_GONE = auto()
    LEAVE_GONE_SINCE = auto()
    LEAVE_NOTHING_LEFT = auto()
    LEAVE_LIFTED = auto()
    LEAVE_NOT_DISABLED = auto()
    TIME_MISSING = auto()
    TIME_UNREADABLE = auto()
    TIME_WITHOUT_CLOCK = auto()
    TIME_NOT_THERE = auto()
    ZONE_UNREADABLE = auto()
    TIME_SKIPPED = auto()
    TIME_TWICE = auto()
    TIME_OVER_ALREADY = auto()
    TIME_TOO_FAR = auto()
    # Lists of people.
    FILTER_UNKNOWN = auto()
    FILTER_NAME_MISSING = auto()
    FILTER_TIME_UNREADABLE = auto()
    FILTER_TWO_SEVERITIES = auto()
    FILTER_TOO_MANY = auto()
    LIST_GONE = auto()
    LIST_OF_ANOTHER = auto()
    # Actions on many people at once.
    BULK_NOBODY = auto()
    BULK_NOBODY_LEFT = auto()
    BULK_BRAKED = auto()
    BULK_PLAN_GONE = auto()
    BULK_NOT_CONFIRMED = auto()
    BULK_WRONG_COUNT = auto()
    BULK_STOP_FOR_RESPONDERS = auto()
    BULK_OVER = auto()
    BULK_STOPPED = auto()
    BULK_DRY_RUN = auto()  # dry run was switched on after it began
    BULK_NOT_THE_SAME = auto()
    BULK_UNSEALED = auto()
    # Every kind of action.
    NOTHING_CHANGED = auto()
    NOTHING_CHANGED_YET = auto()
    GONE = auto()
    GONE_WITH_CASE = auto()
    UNREAD = auto()
    UNREAD_PERSON = auto()
    UNREAD_TO_PLAN = auto()
    UNREAD_IN_PART = auto()
    UNREAD_BUT_REST_KNOWN = auto()
    UNREAD_DIALOG = auto()
    UNREAD_DIALOG_YET = auto()
    UNREAD_STILL_RIGHT = auto()
    NOTHING_TO_SUBMIT = auto()
    NOBODY_CALLED = auto()
    NEAREST = auto()
    SEVERAL = auto()
    WAITS = auto()
    PARKED = auto()
    LIMIT_USED_UP = auto()
    DRY_RUN = auto()
    STOPPED_WORKING = auto()
    UNFORESEEN = auto()
    UNFORESEEN_HALFWAY = auto()
    NO_ANSWER = auto()
    NO_ANSWER_UNFORESEEN = auto()
    # Operations.
    LATE = auto()
    CHANGED_MEANWHILE = auto()
    NO_MEMBERSHIP = auto()
    ABOUT_ANOTHER = auto()
    AWS_SAYS = auto()
    AWS_SAYS_NOTHING = auto()
    # Revoke.
    NOTHING_TO_REVOKE = auto()
    NOTHING_TO_REVOKE_AS_READ = auto()
    IN_MANAGEMENT = auto()
    IN_MANAGEMENT_AS_READ = auto()
    PLAN_CHANGED = auto()
    RESULT_UNREAD = auto()
    RESULT_UNREAD_IN_PART = auto()
    LEFT_TO_MANAGEMENT = auto()
    STILL_SHOWN = auto()
    STILL_HAS_WAYS = auto()
    # Delete.
    HAS_GRANTS = auto()
    NOT_DELETED_HAS_GRANTS = auto()
    NOT_DELETED_UNREAD = auto()
    NOT_DELETED_CHANGED = auto()
    NOT_DELETED = auto()
    DELETION_UNREAD = auto()
    # Prune.
    SET_GONE = auto()
    SET_IN_USE = auto()
    SET_NOT_DELETED = auto()
    SET_DELETION_UNREAD = auto()
    SET_DELETED = auto()
    SETS_UNREAD = auto()
    # Shut out.
    NO_DENY_NOTHING_TO_REVOKE = auto()
    BEGINS_WITH_REVOKE = auto()
    STOPPED_AT = auto()
    NOTHING_TO_DO = auto()
    # Deny, lift and rename.
    DENIED_IN_FORMER_POLICY = auto()
    NOWHERE_TO_DENY = auto()
    CHANGES_INLINE = auto()
    POLICY_UNREAD = auto()
    NOT_DENIED = auto()
    NOT_DENIED_BUT_NAME = auto()
    NOTHING_TO_LIFT = auto()
    NOTHING_TO_RENAME = auto()
    NAMES_RIGHT = auto()
    DENY_FAILED = auto()
    DENY_NOWHERE = auto()
    DENY_UNREAD = auto()
    DENY_COVER_UNREAD = auto()
    DENY_HOLDS_NOT = auto()
    DENY_MAY_NOT_HOLD = auto()
    LIFT_UNREAD = auto()
    LIFT_FAILED = auto()
    NAME_UNMATCHED = auto()
    # What becomes of one document.
    NOT_ATTACHED = auto()
    NONE_ATTACHED = auto()
    FULL = auto()
    FILLED = auto()
    NEARLY_FULL = auto()
    CONTESTED = auto()
    ID_NOT_THERE = auto()
    NO_ROOM_FOR_NAME = auto()
    NOBODY_THERE = auto()
    NOT_PROVISIONED = auto()
    # Denies in force.
    ID_TAKEN_OUT = auto()
    NAME_TAKEN_OUT = auto()
    POLICY_DETACHED = auto()
    SET_DENIES_NO_LONGER = auto()
    IN_NO_POLICY = auto()
    DENY_CHANGED = auto()
    DENIED_THOUGH_ENABLED = auto()
    PERHAPS_DENIED_THOUGH_ENABLED = auto()
    DENY_STAYS = auto()
    CHANGED_DENY_STAYS = auto()
    TIME_OVER = auto()
    ENABLED_TWICE = auto()
    # The company directory.
    DIRECTORY = auto()
    # Whether a deny holds in an account.
    BEYOND_POLICIES = auto()
    POLICY_NOT_READ = auto()
    NO_POLICY_USED = auto()
    POLICY_AT_ROOT = auto()
    POLICY_AT_ACCOUNT = auto()
    POLICY_ABOVE = auto()
    POLICY_ELSEWHERE = auto()
    POLICY_DENIES_NOT = auto()
    POLICY_WOULD_NOT_DENY = auto()
    ONLY_OWN_POLICY = auto()
    SET_UNREAD = auto()
    SET_NOT_PROVISIONED = auto()
    SET_DENIES = auto()
    SET_WOULD_DENY = auto()
    SET_DENIES_NOT = auto()
    SET_WOULD_NOT_DENY = auto()
    BY_ID_ONLY = auto()


@dataclass(frozen=True, slots=True)
class Reason:
    """`why`: what AWS or an earlier reason said, ready to be shown. `other`: a second user that it is about; `users`,
    `names`, `missing`: what it lists. `rule_why`: why a rule does not act. `kept`: how long a deny is kept.
    `outcomes`: what became of operations, to be counted. `provisioning`: the finding of the company directory.
    """

    code: Code
    user: User = _NOBODY
    why: str = ""
    count: int = 0
    kind: Kind | None = None
    not_disabled: bool = False
    other: User = _NOBODY
    users: Sequence[User] = ()
    names: Sequence[str] = ()
    rule_why: Why | None = None
    missing: Sequence[Problem] = ()
    wait: Wait | None = None
    kept: timedelta = timedelta()
    outcomes: Sequence[Outcome] = ()
    provisioning: Provisioning = _NOT_COUNTED
