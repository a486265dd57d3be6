"""The people of a bulk as the directory has them now, and who of them is left out."""

import math
from collections.abc import Collection, Mapping

from bot.core.authorization import Allowed, may_act_on
from bot.core.bulk.bulk import Bulk, LeftOut
from bot.core.cases import Case
from bot.core.deny.packing import pack
from bot.core.deny.policy_document import Denied
from bot.core.errors import AwsError, AwsNotFound, DenyError
from bot.core.kinds import DENY, REVOKE, Kind
from bot.core.models import User
from bot.core.reasons import Code
from bot.services.context import Context
from bot.services.scan.gathering import PAGE

_WHY = {
    Code.PROTECTED: LeftOut.PROTECTED,
    Code.OWN_SESSION: LeftOut.OWN_SESSION,
    Code.ENABLED: LeftOut.ENABLED,
    Code.STATUS_UNKNOWN: LeftOut.UNKNOWN,
}


def read_users(context: Context, user_ids: Collection[str]) -> Mapping[str, User | LeftOut]:
    """Each of them as AWS has them now, or GONE or UNREAD. Raises AwsError if nobody could be read."""
    last = context.store.last_scan()
    if last and last.user_list_complete and math.ceil(last.users_read / PAGE) < len(user_ids):
        return _from_list(context, user_ids)
    return _one_by_one(context, user_ids)


def _from_list(context: Context, user_ids: Collection[str]) -> dict[str, User | LeftOut]:
    wanted, found = set(user_ids), dict[str, User | LeftOut]()
    for page in context.directory.pages():
        found |= {user.id: user for user in page if user.id in wanted}
        if len(found) == len(wanted):
            break
    return dict.fromkeys(wanted, LeftOut.GONE) | found


def _one_by_one(context: Context, user_ids: Collection[str]) -> dict[str, User | LeftOut]:
    found: dict[str, User | LeftOut] = {}
    failed: AwsError | None = None
    for user_id in user_ids:
        try:
            found[user_id] = context.directory.user(user_id)
        except AwsNotFound:
            found[user_id] = LeftOut.GONE
        except AwsError as error:
            found[user_id], failed = LeftOut.UNREAD, error
    if failed and all(one is LeftOut.UNREAD for one in found.values()):
        raise failed
    return found


def left_out(context: Context, kind: Kind, user: User, case: Case | None, own_name: str) -> LeftOut | None:
    """Why this kind of action is not for this user, as just read; None when it is."""
    decision = may_act_on(context.rules, kind, user, own_name=own_name)
    if not isinstance(decision, Allowed):
        return _WHY.get(decision.reason.code)
    # What may have changed since it was read is read again before anything changes.
    has_access = case is not None and case.is_open and bool(case.usable)
    if REVOKE in {kind, *kind.steps} and not has_access:
        return LeftOut.NO_ACCESS
    return LeftOut.HAS_ACCESS if kind.deletes and has_access else None


def without_room(context: Context, bulk: Bulk) -> int | None:
    """For how many of its people the deny policies have no room, as they are now; 0 where none is used, None where they
    cannot be read.
    """
    rules = context.rules.deny
    if DENY not in {bulk.kind, *bulk.kind.steps} or not rules.scp:
        return 0
    people = [Denied(person.user.id, person.user.user_name) for person in bulk.planned]
    try:
        texts = {policy_id: context.deny.text(policy_id) for policy_id in rules.policy_ids}
        packed = pack(texts, people, {one.user_id: rules.policy_ids for one in people}, names=rules.names)
    except (AwsError, DenyError):
        return None
    return len(packed.full)
