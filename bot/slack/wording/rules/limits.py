"""How much of the hour is used, in words."""

from collections.abc import Iterable

from bot.core.rules.limits import HourUse, Pool
from bot.slack.wording.text import plural

_WHAT = {Pool.CHANGES: "revoked, deleted or shut out", Pool.DENIES: "denied"}


def hour_line(use: Iterable[HourUse]) -> str:
    """*Hourly limit*: 37 of 100 people revoked, deleted or shut out; 2 of 250 denied. 12 actions wait."""
    use = tuple(use)
    used = "; ".join(f"{one.used:,} of {one.limit:,} people {_WHAT[one.pool]}" for one in use)
    parked = sum(one.parked for one in use)
    waits = f" {plural(parked, 'action')} {'waits' if parked == 1 else 'wait'} for the limit." if parked else ""
    return f"*Hourly limit*: {used}.{waits}"
