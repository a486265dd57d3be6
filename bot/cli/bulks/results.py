"""What became of a bulk, read from the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.actions import Action
from bot.core.bulk.bulk import Bulk
from bot.core.bulk.next_step import BulkResult
from bot.ports import Store

# How many are listed; and among how many one is found by the beginning of its id.
MOST, AMONG = 20, 500


@dataclass(frozen=True, slots=True)
class ShownBulk:
    """One bulk with what became of each of its people, and their actions by the numbers of the people."""

    bulk: Bulk
    results: Sequence[BulkResult]
    actions: Mapping[int, Action]


def newest(store: Store) -> list[ShownBulk]:
    """The newest that began, newest first, without the actions. Raises StoreError."""
    return [ShownBulk(bulk, store.bulk_results(bulk.id), {}) for bulk in store.bulks(MOST)]


def find_bulk(store: Store, typed: str) -> str:
    """The id that was typed, or whose beginning was, if it is the only one; "" for none. Raises StoreError."""
    wanted = typed.strip().lower()
    fitting = [bulk.id for bulk in store.bulks(AMONG) if wanted and bulk.id.startswith(wanted)]
    return fitting[0] if len(fitting) == 1 else ""


def shown_bulk(store: Store, bulk_id: str) -> ShownBulk:
    """Raises NotFound and StoreError."""
    bulk, results = store.bulk(bulk_id), store.bulk_results(bulk_id)
    numbers = {bulk.action_id(result.person): result.person.number for result in results if result.state}
    return ShownBulk(bulk, results, {numbers[action.id]: action for action in store.actions(list(numbers))})


def undo_of(action: Action | None) -> list[str]:
    """The commands that undo an action and its steps, each once."""
    if action is None or action.dry_run:
        return []
    return list(dict.fromkeys(command for one in (action, *action.steps) for command in one.undo if command))
