"""Everybody whom a filter means, on one list without pages, from the store."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.core.lists.filters import CaseFilter, Word, matches, names_of
from bot.core.views import CaseList
from bot.services.context import Context
from bot.services.lists.selection import everybody, what_is_known
from bot.services.questions.open_cases import list_open


@dataclass(frozen=True, slots=True)
class FilteredCases:
    """The most urgent first. `everybody`: how many people the filter chooses from; `there_are`: what could stand behind
    its words, where it finds nobody.
    """

    filter: CaseFilter
    list: CaseList
    everybody: int
    there_are: Mapping[Word, tuple[str, ...]]


def list_filtered(context: Context, wanted: CaseFilter) -> FilteredCases:
    """Reads only the store. Raises StoreError."""
    people, known = everybody(context, wanted), what_is_known(context, wanted)
    cases = tuple(case for case in people if matches(wanted, case, known))
    asked = [word for word, names in wanted.names() if names and not cases]
    there_are = {word: names_of(word, people) for word in asked}
    return FilteredCases(wanted, replace(list_open(context), cases=cases), len(people), there_are)
