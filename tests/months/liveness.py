"""What should have been done and was not, after everything has worked for long enough."""

from collections.abc import Iterator
from datetime import timedelta

from bot.core.access.severity import Severity
from tests.months.judge import DAY, Judge, Leaver
from tests.months.months import Months

# After its time: the announcement stands for a day, a look may be a day away, and what failed is tried a day later.
ENOUGH = timedelta(days=3)


def undone(months: Months, judge: Judge) -> list[str]:
    return list(_undone(months, judge))


def _undone(months: Months, judge: Judge) -> Iterator[str]:
    settings, company = months.bot.settings, months.company
    if settings.watch_only or settings.dry_run:
        return
    for user in company.people:
        leaver = judge.of(user)
        by_rule = leaver.denied_by.startswith("rule ") and user in company.org.denied_ids()
        if by_rule and company.status(user) == "ENABLED" and _enabled_long(months, leaver):
            yield f"the deny of {user} by rule was not lifted"
    for user in company.disabled():
        leaver = judge.of(user)
        if (
            company.name(user) in settings.protected
            or leaver.stopped
            or user == (judge.settings.own if judge.settings else "")
        ):
            continue
        yield from (f"{what} of {user} was not done" for what in _left(months, user, leaver))


def _left(months: Months, user: str, leaver: Leaver) -> Iterator[str]:
    rules, company = months.bot.settings.rules, months.company
    found, denied = company.aws.severity(user), user in company.org.denied_ids()
    incident = leaver.incident and bool(found)
    severity = Severity.CRITICAL if incident else Severity(found or "normal")
    for rule in rules.rules:
        kind, after = str(rule.kind), rule.after(severity, incident=incident)
        if kind == "deny" and not months.bot.settings.deny_ready:
            continue
        if after is None or leaver.counts is None or months.clock.true < leaver.counts + after + ENOUGH:
            continue
        if (kind == "revoke" and found) or (kind == "deny" and found and not denied and not leaver.freed):
            yield kind
        if kind == "delete" and not found and not denied and not _taken_lately(months, leaver):
            yield kind


def _enabled_long(months: Months, leaver: Leaver) -> bool:
    return bool(leaver.enabled_reads) and months.clock.true > leaver.enabled_reads[0] + ENOUGH


def _taken_lately(months: Months, leaver: Leaver) -> bool:
    """Whether the last way in, or a deny, was taken only now: the delete's announcement has to stand."""
    lately = [*leaver.taken.values(), *([leaver.lifted_at] if leaver.lifted_at else [])]
    return any(months.clock.true < at + ENOUGH for at in lately) or months.clock.true < months.calm_since + DAY
