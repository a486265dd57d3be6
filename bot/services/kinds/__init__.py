"""What each kind of action does: one module a kind, all with the same functions (`services.context.KindService`)."""

from collections.abc import Mapping

from bot.core.kinds import DELETE, DENY, LIFT, PRUNE, RENAME, REVOKE, SHUT_OUT, Kind
from bot.services.context import KindService
from bot.services.kinds import delete, prune, revoke, shut_out
from bot.services.kinds.deny import deny, lift, rename

SERVICES: Mapping[Kind, KindService] = {
    REVOKE: revoke,
    DENY: deny,
    LIFT: lift,
    DELETE: delete,
    SHUT_OUT: shut_out,
    PRUNE: prune,
    RENAME: rename,
}
