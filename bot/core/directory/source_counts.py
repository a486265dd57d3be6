"""All last looks into the source directory, counted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.directory.source import ActiveThere, CouldNotLook, Off, OffThere, SourceLook

ACTIVE, COULD_NOT_LOOK = "active", "could_not_look"
ANSWERS = (ACTIVE, Off.DISABLED.value, Off.DELETED.value, COULD_NOT_LOOK)


@dataclass(frozen=True, slots=True)
class CountedLooks:
    """How many leavers have each of ANSWERS. `active`: the ids of those who are active there; `unseen`: why nobody
    could look, and the directory's own words, with how many; `newest`: when the newest look was.
    """

    answers: Mapping[str, int]
    active: frozenset[str]
    unseen: tuple[tuple[CouldNotLook, int], ...]
    newest: datetime

    @property
    def people(self) -> int:
        return sum(self.answers.values())


def count(looks: Mapping[str, SourceLook]) -> CountedLooks | None:
    """The looks counted; None when there are none."""
    if not looks:
        return None
    counted = Counter(answer_of(look) for look in looks.values())
    unseen = Counter(look.looked for look in looks.values() if isinstance(look.looked, CouldNotLook))
    return CountedLooks(
        {answer: counted[answer] for answer in ANSWERS},
        frozenset(user_id for user_id, look in looks.items() if isinstance(look.looked, ActiveThere)),
        tuple(unseen.most_common()),
        max(look.at for look in looks.values()),
    )


def answer_of(look: SourceLook) -> str:
    """One of ANSWERS."""
    match look.looked:
        case ActiveThere():
            return ACTIVE
        case OffThere(how):
            return how.value
        case CouldNotLook():
            return COULD_NOT_LOOK
