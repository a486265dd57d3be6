"""Every guard of rules, and how each is taken out: the simulation has to notice that it is missing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from bot.core.rules import guards
from bot.services.kinds import delete
from bot.services.kinds.deny import enabled_again

Take = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Guard:
    """`what`: in words. `take_out` takes it out until the patch is undone. `kept_by`: what else keeps it, so that nothing
    goes wrong when it alone is missing.
    """

    what: str
    take_out: Take
    kept_by: str = ""


def _decision(name: str) -> Take:
    """Take one of the guards out of which a decision is made."""

    def take(patch: pytest.MonkeyPatch) -> None:
        left = tuple(guard for guard in guards.GUARDS if guard.__name__ != name)
        assert len(left) == len(guards.GUARDS) - 1, name
        patch.setattr("bot.core.rules.decide.GUARDS", left)

    return take


def _put(*names: str, instead: object) -> Take:
    """Put this in the place of a function, wherever it is called from."""

    def take(patch: pytest.MonkeyPatch) -> None:
        for name in names:
            patch.setattr(name, instead)

    return take


# In the words of docs/rules.md, by the name of the function in core/rules/guards.py.
DECISIONS: Mapping[str, str] = {
    "disabled": "only whoever the newest read shows disabled",
    "unprotected": "nobody protected",
    "somebody_else": "not the identity that leaverbot runs as",
    "inactive_in_source": "nobody active in Entra",
    "meant": "only whom the setting names a time for",
    "fits_access": "only somebody with access is denied or revoked, only somebody without is deleted",
    "deniable": "nobody is denied twice, or without a deny set up",
    "not_done": "nothing twice",
    "read_completely": "only after a complete and recent read",
    "looked": "nobody before a complete scan has looked at the rules as they are",
    "source_read": "nobody for whom Entra could not be looked at",
    "not_stopped": "nobody for whom rules are stopped",
    "not_held": "nobody held",
    "brake_free": "nobody while the brake is engaged",
    "not_denied": "nobody is deleted while a deny is in force",
    "free": "no other action under way",
    "not_tried": "a day's pause after an action that did not end well",
    "announces_in_time": "announced no sooner than it has to stand",
    "is_announced": "nothing unannounced",
    "has_stood": "only after the announcement has stood",
    "is_due": "not before its time",
    "first_minute_over": "not in the first minute",
}
# Those that something else keeps, too.
KEPT_TWICE: Mapping[str, str] = {
    "disabled": "the store gives rules nobody else",
    "free": "the database holds one unfinished action of a person in each lane",
    "is_announced": "the store asks for nothing whose announcement is not posted",
    "is_due": "the announcement is made no sooner, and has to stand",
    "first_minute_over": "the announcement stands for a minute",
}


def _both(*names: str) -> Take:
    def take(patch: pytest.MonkeyPatch) -> None:
        left = tuple(guard for guard in guards.GUARDS if guard.__name__ not in names)
        patch.setattr("bot.core.rules.decide.GUARDS", left)

    return take


GUARDS: Mapping[str, Guard] = {
    **{name: Guard(what, _decision(name), KEPT_TWICE.get(name, "")) for name, what in DECISIONS.items()},
    "due_and_announced_in_time": Guard(
        "neither not before its time, nor announced in time", _both("is_due", "announces_in_time")
    ),
    "minute_and_stood": Guard(
        "neither the first minute, nor that it has stood", _both("first_minute_over", "has_stood")
    ),
    "when_work_starts": Guard(
        "looked at again when work starts, and between operations",
        _put("bot.services.actions.requester.why_not", instead=lambda _context, _action: None),
    ),
    "between_operations": Guard(
        "looked at between the operations of one step",
        _put("bot.services.actions.requests.why_no_further", instead=lambda _context, _action: None),
    ),
    "burst": Guard(
        "too many who turned disabled engage the brake",
        _put("bot.store.rules.brake.burst", instead=lambda *_given: frozenset()),
    ),
    "ends_by_itself": Guard(
        "the brake ends by itself only when few are left",
        _put("bot.store.rules.brake.ends_by_itself", instead=lambda *_given: True),
    ),
    "left_are_held": Guard(
        "those left when the brake ended by itself are held",
        _put("bot.store.rules.holds.add", instead=lambda *_given: None),
    ),
    "many_are_held": Guard(
        "many are held when rules reach further",
        _put("bot.core.rules.reach.Reach.wider_than", instead=lambda *_given: False),
    ),
    "hour": Guard(
        "so many people in an hour",
        _put("bot.core.rules.limits.HourlyLimits.of", instead=lambda *_given, **_more: 1000),
    ),
    "fifth": Guard(
        "the last fifth of it is kept for people",
        _put("bot.core.rules.limits.HourlyLimits.of", instead=lambda self, *_given, **_more: self.changes),
    ),
    "access_came_back": Guard(
        "the time counts anew when access came back",
        _put("bot.store.cases.changes._count_anew", instead=lambda *_given: None),
    ),
    "unseen": Guard(
        "time in which nothing could be read does not count",
        _put("bot.store.events.users._counts_from", instead=lambda before, _started, _at: before["counts_from"]),
    ),
    "two_reads": Guard(
        "a rule's deny ends only after two reads that show its user enabled",
        lambda patch: patch.setattr(enabled_again, "is_settled", lambda *_given: True),
    ),
    "persons_deny": Guard(
        "a person's deny does not end because its user is enabled",
        lambda patch: patch.setattr(enabled_again, "by_rule", lambda *_given: True),
    ),
    "denied_in_aws": Guard(
        "a delete looks for a deny in AWS, not only in the database",
        lambda patch: patch.setattr(delete, "_denied", lambda *_given: False),
    ),
}
