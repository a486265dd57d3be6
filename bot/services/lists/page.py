"""What one page of a list shows, and what the whole of it does, from the store alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.core.actions import Asker
from bot.core.cases import Case, CaseState
from bot.core.kinds import DELETE, DENY, KINDS, REVOKE, SHUT_OUT, Kind, Role
from bot.core.lists.filters import CaseFilter, Known, Word, matches, names_of
from bot.core.lists.order import page_within, pages, rows_of
from bot.core.lists.toggles import Toggle, is_on, switched
from bot.core.lists.views import DenyMark, ListPage, ListRow
from bot.ports import StoredList
from bot.services.actions.groups import roles
from bot.services.context import CaseFacts, Context
from bot.services.denies import holds_everywhere
from bot.services.lists.selection import Crowd, filter_of, what_is_known
from bot.services.messages.case import controls

# What can be asked for everybody selected.
OF_OPEN = (REVOKE, DENY, SHUT_OUT)
OF_CLOSED = (DENY, DELETE)


def page_of(context: Context, opened: StoredList, asker: Asker, crowd: Crowd) -> ListPage:
    """The page that this person has in front of them, as things are now."""
    wanted = filter_of(opened)
    found = _find(context, wanted, crowd)
    page = page_within(opened.page, len(found.shown))
    chosen = frozenset(opened.selected) & {case.user.id for case in found.shown}
    return replace(
        _without_rows(context, found),
        id=opened.id,
        rows=_rows_with_controls(context, rows_of(found.shown, page), chosen),
        page=page,
        pages=pages(len(found.shown)),
        counts=_counts(context, wanted, found.people, found.known),
        selecting=opened.selecting,
        selected=len(chosen),
        kinds=_kinds(context, wanted, asker) if chosen else (),
        version=opened.version,
    )


def whole_list(context: Context, wanted: CaseFilter) -> ListPage:
    """Everybody whom the filter means on a single page, as a terminal prints it: no controls, and no links, which take
    a read for each. Raises StoreError.
    """
    found = _find(context, wanted, Crowd(context))
    return replace(_without_rows(context, found), rows=_rows(context, found.shown))


class _Found(NamedTuple):
    """Whom a filter shows, of everybody it chooses from; and what it had to know for that."""

    wanted: CaseFilter
    people: Sequence[Case]
    known: Known
    shown: Sequence[Case]


def _find(context: Context, wanted: CaseFilter, crowd: Crowd) -> _Found:
    known, people = what_is_known(context, wanted), crowd.everybody(wanted)
    return _Found(wanted, people, known, [case for case in people if matches(wanted, case, known)])


def _without_rows(context: Context, found: _Found) -> ListPage:
    return ListPage(
        id="",
        filter=found.wanted,
        rows=(),
        page=1,
        pages=1,
        total=len(found.shown),
        everybody=len(found.people),
        there_are={} if found.shown else _there_are(found.wanted, found.people, found.known),
        last_scan=context.store.last_scan(),
        scanning=bool(context.store.running_scans()),
        to_review=sum(stored.case.state is CaseState.CLOSED for stored in context.store.unreviewed()),
    )


def _rows(context: Context, cases: Sequence[Case]) -> tuple[ListRow, ...]:
    marks = {
        deny.user.id: DenyMark.EVERYWHERE if holds_everywhere(deny) else DenyMark.IN_PART
        for deny in context.store.denies()
    }
    return tuple(
        ListRow(
            case,
            deny=marks.get(case.user.id, DenyMark.NONE),
            protected=context.rules.is_protected(case.user),
        )
        for case in cases
    )


def _rows_with_controls(context: Context, cases: Sequence[Case], chosen: Collection[str]) -> tuple[ListRow, ...]:
    return tuple(
        replace(
            row,
            link=_link(context, row.case),
            kinds=_row_kinds(context, row.case),
            selected=row.case.user.id in chosen,
        )
        for row in _rows(context, cases)
    )


def _link(context: Context, case: Case) -> str:
    posted = context.store.case(case.id).posted
    return context.chat.link(posted) if posted else ""


def _row_kinds(context: Context, case: Case) -> tuple[Kind, ...]:
    """The actions whose buttons the message of the case would show; a delete only where nothing is left to take."""
    around = context.store.around(case)
    facts = CaseFacts(case, context.rules, around.deny, around.newest)
    fit = controls(facts, context.kinds, busy=around.busy, superseded=around.superseded)
    left_out = DELETE if case.is_open else SHUT_OUT
    return tuple(kind for kind in KINDS.values() if kind in fit and kind is not left_out)


def _kinds(context: Context, wanted: CaseFilter, asker: Asker) -> tuple[Kind, ...]:
    """What this person can ask for all that are selected."""
    held = roles(context, asker.user)
    kinds = OF_CLOSED if wanted.closed else OF_OPEN
    return tuple(
        kind
        for kind in kinds
        if not context.rules.watch_only
        and (kind.role is not Role.ADMIN or Role.ADMIN in held)
        and (kind is not DENY or context.rules.deny_ready)
    )


def _counts(context: Context, wanted: CaseFilter, people: Sequence[Case], known: Known) -> Mapping[Toggle, int]:
    """How many each button would show, or shows; buttons that would show nobody are left out."""
    narrowed = {toggle: switched(wanted, toggle, on=True) for toggle in Toggle if toggle is not Toggle.CLOSED}
    counts: dict[Toggle, int] = {
        toggle: sum(matches(then, case, known) for case in people) for toggle, then in narrowed.items()
    }
    counts[Toggle.CLOSED] = len(people) if wanted.closed else context.store.how_many_without_access()
    return {toggle: count for toggle, count in counts.items() if count or is_on(wanted, toggle)}


def _there_are(wanted: CaseFilter, people: Sequence[Case], known: Known) -> Mapping[Word, tuple[str, ...]]:
    """Names that would find somebody, for each word whose own name finds nobody."""
    lost = {
        word
        for word, names in wanted.names()
        for name in names
        if not any(matches(_only(word, name, wanted), case, known) for case in people)
    }
    return {word: names_of(word, people) for word, _ in wanted.names() if word in lost}


def _only(word: Word, name: str, wanted: CaseFilter) -> CaseFilter:
    """The filter with nothing but this name."""
    names = {
        Word.ACCOUNT: CaseFilter(accounts=(name,)),
        Word.GROUP: CaseFilter(groups=(name,)),
        Word.PERMISSION_SET: CaseFilter(permission_sets=(name,)),
    }
    return replace(names[word], closed=wanted.closed)
