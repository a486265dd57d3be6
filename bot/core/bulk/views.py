"""What people are shown of a bulk, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.bulk.bulk import Bulk, BulkState
from bot.core.bulk.next_step import BulkResult, Counts, Fate, counts


@dataclass(frozen=True, slots=True)
class BulkPlanView:
    """A bulk as its dialog shows it before it begins. `why`: plain text, why there is nothing to submit, "" otherwise;
    `admin`: whoever asks may raise the hourly limit; `inline`: whom no policy has room for is denied in permission
    sets; `links`: to the messages of the cases, by the numbers of the people.
    """

    bulk: Bulk
    why: str = ""
    admin: bool = False
    inline: bool = True
    links: Mapping[int, str] = field(default_factory=dict)

    @property
    def read(self) -> bool:
        return self.bulk.plan is not None


@dataclass(frozen=True, slots=True)
class BulkView:
    """A bulk that began, as it is now. `links`: to the messages of the cases, by the numbers of the people. `buttons`:
    whether it may have some; `deletes_next`: whether it may offer to delete the users it revoked.
    """

    bulk: Bulk
    results: Sequence[BulkResult] = ()
    links: Mapping[int, str] = field(default_factory=dict)
    buttons: bool = True
    deletes_next: bool = False

    @property
    def counts(self) -> Counts:
        return counts(self.results)

    @property
    def done(self) -> list[BulkResult]:
        return [result for result in self.results if result.fate is Fate.DONE]

    @property
    def not_done(self) -> list[BulkResult]:
        """Who was to be acted on and was not: once it has ended, also whoever it did not come to."""
        fates = {Fate.NOT_DONE, Fate.WAITING} if self.bulk.state is BulkState.ENDED else {Fate.NOT_DONE}
        return [result for result in self.results if result.fate in fates]
