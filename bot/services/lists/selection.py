"""Whom a list is about, from the store alone: everybody that a filter means, and whom somebody selected."""

from dataclasses import dataclass
from functools import cached_property

from bot.core.cases import Case
from bot.core.lists.filters import CaseFilter, Known, matches, parse_filter
from bot.core.lists.order import most_urgent_first
from bot.ports import StoredList
from bot.services.context import Context


def matching(context: Context, wanted: CaseFilter) -> tuple[Case, ...]:
    """The newest case of everybody the filter means, the most urgent first: an open one, or with `closed` the closed
    ones of leavers without any way in.
    """
    return Crowd(context).matching(wanted)


def selected(context: Context, list_id: str) -> tuple[Case, ...]:
    """The cases of the people selected in a list, the most urgent first, without those whom the list would not show any
    more. Empty for a list that is gone.
    """
    opened = context.store.stored_list(list_id)
    if opened is None:
        return ()
    chosen = frozenset(opened.selected)
    return tuple(case for case in matching(context, filter_of(opened)) if case.user.id in chosen)


def to_plan_for(context: Context, opened: StoredList) -> list[str]:
    """Whom a plan is made for, by user id: everybody selected whom the list would show now, the most urgent first, then
    those whose case was closed or opened since, so that the plan says why they are left out.
    """
    crowd, wanted, chosen = Crowd(context), filter_of(opened), frozenset(opened.selected)
    shown = [case.user.id for case in crowd.matching(wanted) if case.user.id in chosen]
    there = {case.user.id for case in crowd.everybody(wanted)}
    return shown + [user_id for user_id in opened.selected if user_id not in there]


def filter_of(opened: StoredList) -> CaseFilter:
    """The filter of a stored list; one that only another version can read shows everybody."""
    wanted = parse_filter(opened.filter)
    return wanted if isinstance(wanted, CaseFilter) else CaseFilter()


def what_is_known(context: Context, wanted: CaseFilter) -> Known:
    """What the filter needs to know of everybody."""
    return Known(
        context.clock.now(),
        frozenset(deny.user.id for deny in context.store.denies()),
        frozenset(case.id for case in context.store.digest_cases(wanted.found)) if wanted.found else frozenset(),
    )


@dataclass(frozen=True)
class Crowd:
    """Everybody whom lists choose from. Thousands take a while to read, so each kind is read at most once."""

    context: Context

    def everybody(self, wanted: CaseFilter) -> tuple[Case, ...]:
        """Whom the filter chooses from, the most urgent first."""
        return self._without_access if wanted.closed else self._open

    def matching(self, wanted: CaseFilter) -> tuple[Case, ...]:
        known = what_is_known(self.context, wanted)
        return tuple(case for case in self.everybody(wanted) if matches(wanted, case, known))

    @cached_property
    def _open(self) -> tuple[Case, ...]:
        return most_urgent_first(self.context.store.open_cases().values())

    @cached_property
    def _without_access(self) -> tuple[Case, ...]:
        return most_urgent_first(self.context.store.without_access())
