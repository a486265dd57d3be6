"""How bad it is that a leaver can still get in."""

from collections.abc import Iterable
from enum import StrEnum

from bot.core.models import Grant, Use

# Five accounts or more make a case at least HIGH.
MANY_ACCOUNTS = 5


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


def severity(grants: Iterable[Grant], management_account_id: str | None, used: Use | None = None) -> Severity:
    """How bad it is that a leaver holds these grants; unusable ones do not count. Any use makes it critical."""
    if used:
        return Severity.CRITICAL
    usable = [grant for grant in grants if grant.usable]
    accounts = {grant.account_id for grant in usable if grant.account_id}
    if any(grant.is_administrator for grant in usable):
        return Severity.CRITICAL
    if management_account_id is not None and management_account_id in accounts:
        return Severity.CRITICAL
    if any(grant.is_power_user for grant in usable) or len(accounts) >= MANY_ACCOUNTS:
        return Severity.HIGH
    return Severity.NORMAL
