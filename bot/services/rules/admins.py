"""What only admins decide about rules."""

from bot.core.actions import Asker
from bot.core.authorization import Refused, Rules
from bot.core.kinds import Role
from bot.core.reasons import Code, Reason
from bot.core.terminal.askers import terminal_asker


def may_decide(rules: Rules, roles: frozenset[Role], asker: Asker, code: Code) -> Refused | None:
    """Why this person may not, with `code` as the reason if they are no admin; None when they may."""
    if rules.watch_only and terminal_asker(asker.user) is None:
        return Refused(Reason(Code.WATCH_ONLY))
    return None if Role.ADMIN in roles else Refused(Reason(code), tuple(sorted(rules.admins)))
