"""Made-up announcements for the tests of the store."""

from datetime import timedelta

from bot.core.actions import Action, Asker
from bot.core.kinds import REVOKE, Kind
from bot.core.rules.announcements import Announcement
from bot.core.rules.askers import RuleAsker
from bot.ports import Posted
from bot.store.store import SqlStore
from tests.in_line import outdated
from tests.store.records import T0, new_id, user

RULES = {"deny": "LEAVERBOT_AUTO_DENY=all", "revoke": "LEAVERBOT_AUTO_REVOKE_AFTER=3d"}
HOUR = timedelta(hours=1)


def rule_of(kind: Kind) -> str:
    return RULES.get(str(kind), "LEAVERBOT_AUTO_DELETE_AFTER=30d")


def by(kind: Kind = REVOKE) -> str:
    """The rule, as an asker is stored."""
    return RuleAsker(rule_of(kind)).stored


def announcement(number: int = 1, kind: Kind = REVOKE, *, case_id: str = "") -> Announcement:
    return Announcement(new_id(), user(number), kind, rule_of(kind), T0, T0 + HOUR, T0 + 2 * HOUR, case_id)


def announced(store: SqlStore, number: int = 1, kind: Kind = REVOKE, *, case_id: str = "") -> Announcement:
    """One that stands in Slack."""
    made = announcement(number, kind, case_id=case_id)
    store.announce(made, by(kind))
    post(store)
    return store.announcement(made.id)


def post(store: SqlStore, ts: str = "1.0") -> None:
    """Slack shows everything."""
    for message in outdated(store):
        store.posted(message.seq, Posted("C1", ts), T0 + HOUR, message.version)


def asked_by_rule(one: Announcement) -> Action:
    """What the announcement asks for."""
    name = new_id()
    asker = Asker(RuleAsker(one.rule).stored, "")
    return Action(name, f"rule:{one.id}", one.kind, one.user, one.case_id or None, asker, T0 + 2 * HOUR)
