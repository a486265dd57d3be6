"""A list that somebody opened: each press stores what it changes, and gives the page to draw."""

from collections.abc import Callable
from dataclasses import replace

from bot.core.actions import Asker
from bot.core.authorization import Refused
from bot.core.lists.filters import CaseFilter, parse_filter
from bot.core.lists.toggles import Toggle, switched
from bot.core.lists.views import ListPage
from bot.core.reasons import Code, Reason
from bot.ports import StoredList
from bot.services.context import Context
from bot.services.lists.page import page_of
from bot.services.lists.selection import Crowd, filter_of
from bot.services.viewers import refuse_view

# How the list is after a press, given how it is and whom it chooses from.
Change = Callable[[StoredList, Crowd], StoredList]
# Two presses at once are two changes; more at once nobody makes.
TRIES = 5


def open_list(context: Context, asker: Asker, filter_text: str) -> ListPage | Refused:
    """The first page of a new list for this person. Refused if they may not see it, or the text is no filter."""
    refused = refuse_view(context, asker, "list")
    if refused:
        return refused
    wanted = parse_filter(filter_text)
    if isinstance(wanted, Reason):
        return Refused(wanted)
    opened = StoredList(context.new_id(), asker.user, context.clock.now(), str(wanted))
    context.store.add_list(opened)
    return page_of(context, opened, asker, Crowd(context))


def turn(context: Context, list_id: str, asker: Asker, page: int) -> ListPage | Refused:
    """Show another page; the nearest one there is."""
    return _changed(context, list_id, asker, lambda opened, _: replace(opened, page=page))


def narrow(context: Context, list_id: str, asker: Asker, toggle: Toggle, *, on: bool) -> ListPage | Refused:
    """Switch a filter on or off. Whoever it hides is not selected any more: nobody acts on people they do not see."""
    return _filtered(context, list_id, asker, lambda wanted: switched(wanted, toggle, on=on))


def widen(context: Context, list_id: str, asker: Asker) -> ListPage | Refused:
    """Show everybody."""
    return _filtered(context, list_id, asker, lambda _: CaseFilter())


def choose(context: Context, list_id: str, asker: Asker, *, several: bool) -> ListPage | Refused:
    """Show a button to select each person with, or the rows with their menus."""
    return _changed(context, list_id, asker, lambda opened, _: replace(opened, selecting=several))


def select(context: Context, list_id: str, asker: Asker, user_id: str, *, on: bool) -> ListPage | Refused:
    """Select somebody, or no longer."""

    def change(opened: StoredList, crowd: Crowd) -> StoredList:
        others = [one for one in opened.selected if one != user_id]
        there = on and any(case.user.id == user_id for case in crowd.matching(filter_of(opened)))
        return replace(opened, selecting=True, selected=(*others, user_id) if there else tuple(others))

    return _changed(context, list_id, asker, change)


def select_all(context: Context, list_id: str, asker: Asker) -> ListPage | Refused:
    """Select everybody whom the filter shows now, on every page."""

    def change(opened: StoredList, crowd: Crowd) -> StoredList:
        everybody = tuple(case.user.id for case in crowd.matching(filter_of(opened)))
        return replace(opened, selecting=True, selected=everybody)

    return _changed(context, list_id, asker, change)


def clear(context: Context, list_id: str, asker: Asker) -> ListPage | Refused:
    """Select nobody."""
    return _changed(context, list_id, asker, lambda opened, _: replace(opened, selected=()))


def _filtered(
    context: Context, list_id: str, asker: Asker, becomes: Callable[[CaseFilter], CaseFilter]
) -> ListPage | Refused:
    def change(opened: StoredList, crowd: Crowd) -> StoredList:
        wanted = becomes(filter_of(opened))
        there = {case.user.id for case in crowd.matching(wanted)} if opened.selected else set()
        kept = tuple(user_id for user_id in opened.selected if user_id in there)
        return replace(opened, filter=str(wanted), page=1, selected=kept)

    return _changed(context, list_id, asker, change)


def _changed(context: Context, list_id: str, asker: Asker, change: Change) -> ListPage | Refused:
    crowd = Crowd(context)
    for _ in range(TRIES):
        opened = context.store.stored_list(list_id)
        if opened is None:
            return Refused(Reason(Code.LIST_GONE))
        if opened.by != asker.user:
            return Refused(Reason(Code.LIST_OF_ANOTHER))
        changed = change(opened, crowd)
        # What changes nothing counts, too: each drawing has a version of its own.
        if context.store.change_list(changed):
            break
    return page_of(context, replace(changed, version=changed.version + 1), asker, crowd)
