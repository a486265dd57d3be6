"""Every guard of rules, and how each is taken out: the simulation has to notice that it is missing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from bot.core.rules import guards

Take = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Guard:
    """`what`: in words, as in "without …". `take_out` does so until the patch is undone."""

    what: str
    take_out: Take


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
GUARDS: Mapping[str, Guard] = {name: Guard(what, _decision(name)) for name, what in DECISIONS.items()}
