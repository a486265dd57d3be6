"""Short scripts, each about one thing: what must not happen in it did happen once its guard was taken out."""

from collections.abc import Mapping

from bot.core.rules.brake import BrakeLimits
from bot.core.rules.rules import DenyScope
from tests.months.script import OPERATOR, Chosen, Script, Step

# What `wait` waits for, by its place in `script.WAITS`.
BIT, MINUTE, SOME, HOUR, HOURS, DAY, LONGER, DAYS = (Step("wait", amount=number) for number in range(8))
AT_ONCE = Chosen("0m", "0m")
FEW = BrakeLimits(3)
ALL = DenyScope.ALL


def leave(who: int = 0) -> Step:
    return Step("leave", who)


def happens(what: str, who: int = 0, amount: int = 0) -> Step:
    return Step(what, who, amount)


def meanwhile(then: str) -> Step:
    return Step("meanwhile", amount=1, then=then)


def rules(chosen: Chosen) -> Step:
    return Step("rules", chosen=chosen)


# Number 5 has three ways in (`company.PROFILES`); those below it have one at most.
SCENARIOS: Mapping[str, Script] = {
    "disabled, revoked, deleted": Script((leave(), DAY, DAY, DAY), Chosen("1d", "1d")),
    "protected": Script((leave(), DAY, DAY), AT_ONCE, protected=0),
    "the bot's own identity": Script((leave(OPERATOR), DAY, DAY), AT_ONCE, run_as=True),
    "active in Entra": Script((leave(), happens("entra", amount=1), DAY, DAY), AT_ONCE, tenant=True),
    "not found in Entra": Script((leave(), happens("entra", amount=2), DAY, DAY), AT_ONCE, tenant=True),
    "of a severity that is not meant": Script((leave(), DAY, DAY), Chosen("high=1d")),
    "denied by rule, then enabled": Script((leave(), DAY, HOUR, happens("come_back"), DAY, DAY), Chosen(deny=ALL)),
    "denied by hand, then enabled": Script(
        (BIT, leave(), DAY, happens("deny"), HOUR, happens("come_back"), DAY, DAY), Chosen()
    ),
    "denied by hand before": Script((BIT, leave(), DAY, happens("deny"), DAY, DAY), Chosen(deny=ALL)),
    "denied by rule, lifted by hand": Script((leave(), DAY, DAY, happens("lift"), DAY, DAY), Chosen(deny=ALL)),
    "denied and without access": Script(
        (BIT, leave(), DAY, happens("deny"), HOUR, happens("revoke"), HOUR, HOUR), Chosen(delete="0m")
    ),
    "no deny is set up": Script((leave(), DAY, DAY), Chosen(deny=ALL), deny_ready=False),
    "an incident": Script((leave(), DAY, happens("use"), DAY, DAY), Chosen(deny=DenyScope.INCIDENT)),
    "not read completely": Script((leave(), HOUR, happens("unreadable"), DAY, DAY, DAY), Chosen("1d")),
    "not read completely when it begins": Script(
        (leave(), BIT, happens("unreadable"), HOUR, HOUR, HOUR, DAY), Chosen("10m")
    ),
    "AWS away for days": Script((leave(), DAY, happens("aws_away"), DAYS, happens("mend"), HOUR), Chosen("3d")),
    "the bot down for days": Script((leave(), HOUR, happens("down"), DAYS, happens("mend"), DAY, HOUR), Chosen("3d")),
    "Slack away": Script((leave(), happens("slack_away"), DAY, DAY, happens("mend"), HOUR), AT_ONCE),
    "switched on later": Script((leave(), DAYS, rules(Chosen("1d")), HOUR, DAY, HOUR, DAY), Chosen()),
    "made shorter": Script((leave(), DAY, rules(Chosen("10m")), HOUR, HOUR, DAY), Chosen("3d")),
    "stopped": Script((leave(), SOME, happens("stop"), HOURS, DAY), Chosen("4h")),
    "stopped, and let run": Script((leave(), SOME, happens("stop"), DAY, happens("let_run"), DAY), Chosen("4h")),
    "stopped in the middle": Script((leave(5), SOME, meanwhile("stop"), HOURS, DAY), Chosen("4h")),
    "braked in the middle": Script(
        (leave(5), SOME, meanwhile("mistake"), HOURS, DAY, DAY), Chosen("4h"), brake=FEW, events=True
    ),
    "switched off in the middle": Script((leave(5), SOME, meanwhile("rules_off"), HOURS, DAY), Chosen("4h")),
    "killed in the middle": Script((leave(5), SOME, meanwhile("kill"), HOURS, DAY), Chosen("4h")),
    "the first scan finds many": Script((happens("mistake", amount=2), DAY, DAY), AT_ONCE, brake=FEW),
    "switched on for many": Script((happens("mistake", amount=2), DAYS, rules(AT_ONCE), DAY, DAY), Chosen(), brake=FEW),
    "many at once": Script((BIT, happens("mistake", amount=2), DAY, DAY, DAY), AT_ONCE, brake=FEW),
    "many one after the other": Script(
        (BIT, *(step for who in range(5) for step in (leave(who), HOURS)), DAY, DAY),
        Chosen("1d"),
        brake=FEW,
        events=True,
    ),
    "a mistake that is undone but for some": Script(
        (BIT, happens("mistake", amount=2), DAY, happens("undo", amount=2), DAY, DAY), AT_ONCE, brake=FEW
    ),
    "a third of the company": Script(
        (BIT, happens("mistake", amount=4), DAY, DAY), AT_ONCE, brake=BrakeLimits(25, 30), staff=30
    ),
    "more than rules may change in an hour": Script(
        (BIT, *map(leave, range(4)), DAY, HOUR, HOUR, HOUR), AT_ONCE, per_hour=2
    ),
    "more than people may change in an hour": Script(
        (BIT, *map(leave, range(4)), DAY, *(happens("revoke", who) for who in range(4)), HOUR, HOUR),
        Chosen(),
        per_hour=2,
    ),
    "access granted again": Script((leave(), DAYS, DAY, happens("give_back"), DAY, DAY, DAY), Chosen("3d")),
    "enabled for a while": Script((leave(), DAY, happens("come_back"), DAY, leave(), DAY, DAY), Chosen("3d")),
    "a lost database": Script((leave(), DAY, happens("lose_database"), HOUR, DAY), Chosen("1d")),
    "denied, and then a lost database": Script(
        (leave(), happens("deny"), BIT, happens("lose_database"), DAY, DAY, DAY), Chosen("1d", "0m")
    ),
    "a clock that is ahead": Script(
        (leave(), SOME, happens("clock", amount=3), HOUR, happens("mend"), HOUR), Chosen("4h")
    ),
    "a clock that is behind": Script(
        (leave(), DAY, happens("clock", amount=4), DAY, happens("mend"), DAY), Chosen("1d")
    ),
}
