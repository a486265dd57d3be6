"""A list that somebody opened: what a page shows, and what each press makes of it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.core.access.person_read import PersonRead
from bot.core.actions import Asker
from bot.core.authorization import Refused, Rules
from bot.core.kinds import DELETE, REVOKE, SHUT_OUT
from bot.core.lists.filters import CaseFilter, Word
from bot.core.lists.order import PAGE
from bot.core.lists.toggles import Toggle
from bot.core.lists.views import ListPage
from bot.core.models import Privilege, Use
from bot.core.reasons import Code
from bot.services.lists import pages
from bot.services.lists.selection import matching, selected, to_plan_for
from tests.services.desk import Desk, grant, person

BOB = Asker("U2", "C1")


def worse(number: int) -> PersonRead:
    """Somebody critical, by what they hold."""
    return replace(person(number), grants=(replace(grant("222222222222"), privilege=Privilege.ADMINISTRATOR),))


def used(desk: Desk, number: int) -> PersonRead:
    return replace(person(number), used=Use("Federate", desk.clock.now()))


def shown(page: ListPage | Refused) -> ListPage:
    assert isinstance(page, ListPage)
    return page


def opened(desk: Desk, text: str = "") -> ListPage:
    return shown(pages.open_list(desk.context, desk.asker(), text))


def names(page: ListPage) -> list[str]:
    return [row.case.user.label for row in page.rows]


@pytest.fixture
def many(desk: Desk) -> Desk:
    """Thirty people: the last one used their access, five before hold an administrator's."""
    desk.found(*(person(n) for n in range(1, 25)), *(worse(n) for n in range(25, 30)), used(desk, 30))
    return desk


def test_the_first_page_has_the_most_urgent_and_says_how_many_there_are(many: Desk) -> None:
    page = opened(many)
    assert names(page)[:6] == ["User 30", *(f"User {n}" for n in range(25, 30))]
    assert (len(page.rows), page.page, page.pages, page.total, page.everybody) == (PAGE, 1, 3, 30, 30)
    assert page.counts == {Toggle.CRITICAL: 6, Toggle.NORMAL: 24, Toggle.INCIDENT: 1}


def test_every_page_there_is_can_be_turned_to_and_shows_others(many: Desk) -> None:
    page = opened(many)
    seen = names(page)
    for number in (2, 3, 99):
        page = shown(pages.turn(many.context, page.id, many.asker(), number))
        seen += names(page) if number < 99 else []
    assert (page.page, len(set(seen)), len(seen)) == (3, 30, 30)
    assert shown(pages.turn(many.context, page.id, many.asker(), -1)).page == 1


def test_a_filter_that_was_typed_is_the_filter_of_the_list(many: Desk) -> None:
    page = opened(many, "critical incident")
    assert (names(page), page.total, page.everybody) == (["User 30"], 1, 30)
    assert str(page.filter) == "critical incident"


def test_what_is_no_filter_is_refused_and_nothing_is_stored(many: Desk) -> None:
    refused = pages.open_list(many.context, many.asker(), "critical dana")
    assert isinstance(refused, Refused)
    assert (refused.reason.code, refused.reason.why) == (Code.FILTER_UNKNOWN, "dana")


def test_a_filter_button_narrows_from_the_first_page_on_and_widens_again(many: Desk) -> None:
    page = shown(pages.turn(many.context, opened(many).id, many.asker(), 2))
    page = shown(pages.narrow(many.context, page.id, many.asker(), Toggle.CRITICAL, on=True))
    assert (page.page, page.total, page.everybody) == (1, 6, 30)
    stored = many.store.stored_list(page.id)
    assert stored
    assert stored.page == 1
    page = shown(pages.narrow(many.context, page.id, many.asker(), Toggle.INCIDENT, on=True))
    assert names(page) == ["User 30"]
    page = shown(pages.narrow(many.context, page.id, many.asker(), Toggle.CRITICAL, on=False))
    assert str(page.filter) == "incident"
    assert shown(pages.widen(many.context, page.id, many.asker())).total == 30


def test_what_is_selected_is_kept_over_pages_and_given_to_whoever_acts(many: Desk) -> None:
    page = opened(many)
    first = page.rows[0].case.user.id
    page = shown(pages.select(many.context, page.id, many.asker(), first, on=True))
    page = shown(pages.turn(many.context, page.id, many.asker(), 2))
    last = page.rows[-1].case.user.id
    page = shown(pages.select(many.context, page.id, many.asker(), last, on=True))
    assert (page.selecting, page.selected, [row.selected for row in page.rows][-1]) == (True, 2, True)
    assert [case.user.id for case in selected(many.context, page.id)] == [first, last]
    page = shown(pages.select(many.context, page.id, many.asker(), first, on=False))
    assert [case.user.id for case in selected(many.context, page.id)] == [last]
    # The stored filter decides, even if what is stored names more people.
    stored = many.store.stored_list(page.id)
    assert stored
    many.store.change_list(replace(stored, filter="critical", selected=(first, last)))
    assert [case.user.id for case in selected(many.context, page.id)] == [first]
    assert shown(pages.clear(many.context, page.id, many.asker())).selected == 0
    assert selected(many.context, page.id) == ()


def test_all_that_match_are_selected_as_they_are_now_and_nobody_who_comes_later(many: Desk) -> None:
    page = opened(many, "critical")
    page = shown(pages.select_all(many.context, page.id, many.asker()))
    assert (page.selected, page.kinds) == (6, (REVOKE, SHUT_OUT))
    many.found(*(person(n) for n in range(1, 25)), *(worse(n) for n in range(25, 40)), used(many, 30))
    page = shown(pages.turn(many.context, page.id, many.asker(), 1))
    assert (page.total, page.selected, len(selected(many.context, page.id))) == (15, 6, 6)
    assert shown(pages.widen(many.context, page.id, many.asker())).selected == 6


def test_whom_a_filter_hides_is_not_selected_any_more_not_even_when_shown_again(many: Desk) -> None:
    page = shown(pages.select_all(many.context, opened(many).id, many.asker()))
    assert page.selected == 30
    page = shown(pages.narrow(many.context, page.id, many.asker(), Toggle.CRITICAL, on=True))
    assert page.selected == 6
    assert shown(pages.widen(many.context, page.id, many.asker())).selected == 6


def test_whoever_has_no_open_case_any_more_is_not_selected(many: Desk) -> None:
    page = shown(pages.select_all(many.context, opened(many, "incident").id, many.asker()))
    many.clock.move(hours=1)
    many.found(replace(used(many, 30), grants=()))
    assert selected(many.context, page.id) == ()
    assert shown(pages.turn(many.context, page.id, many.asker(), 1)).selected == 0


def test_a_plan_is_made_for_whose_case_was_closed_since_too_and_not_for_whom_the_filter_hides(many: Desk) -> None:
    page = shown(pages.select_all(many.context, opened(many, "incident").id, many.asker()))
    stored = many.store.stored_list(page.id)
    assert stored
    gone, hidden = stored.selected[0], person(3).user.id
    assert many.store.change_list(replace(stored, selected=(gone, hidden)))
    many.clock.move(hours=1)
    many.found(replace(used(many, 30), grants=()))
    stored = many.store.stored_list(page.id)
    assert stored
    assert to_plan_for(many.context, stored) == [gone]


def test_somebody_whom_the_list_does_not_show_cannot_be_selected(many: Desk) -> None:
    page = opened(many, "incident")
    page = shown(pages.select(many.context, page.id, many.asker(), person(3).user.id, on=True))
    assert (page.selected, selected(many.context, page.id)) == (0, ())


PRESSES: list[Callable[..., ListPage | Refused]] = [
    lambda *one: pages.turn(*one, 2),
    lambda *one: pages.narrow(*one, Toggle.CRITICAL, on=True),
    pages.widen,
    lambda *one: pages.choose(*one, several=True),
    lambda *one: pages.select(*one, person(1).user.id, on=True),
    pages.select_all,
    pages.clear,
]


@pytest.mark.parametrize("press", PRESSES)
def test_a_list_that_is_gone_or_somebody_elses_is_refused_and_stays_as_it_was(many: Desk, press) -> None:
    page = opened(many)
    before = many.store.stored_list(page.id)
    theirs, gone = press(many.context, page.id, BOB), press(many.context, "another", many.asker())
    assert isinstance(theirs, Refused)
    assert isinstance(gone, Refused)
    assert (theirs.reason.code, gone.reason.code) == (Code.LIST_OF_ANOTHER, Code.LIST_GONE)
    assert many.store.stored_list(page.id) == before


def test_every_drawing_has_a_version_of_its_own(many: Desk) -> None:
    page = opened(many)
    versions = [shown(pages.turn(many.context, page.id, many.asker(), 1)).version for _ in range(2)]
    assert [page.version, *versions] == [1, 2, 3]


def test_of_two_presses_at_once_neither_is_lost(many: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(many)
    one, other = person(1).user.id, person(2).user.id
    real = many.store.change_list
    # The second press comes between the first one's look and its change.
    between = iter([lambda: pages.select(many.context, page.id, many.asker(), other, on=True)])

    def change_list(changed):
        for press in between:
            press()
        return real(changed)

    monkeypatch.setattr(many.store, "change_list", change_list)
    pages.select(many.context, page.id, many.asker(), one, on=True)
    assert {case.user.id for case in selected(many.context, page.id)} == {one, other}


def test_a_name_that_nobody_has_shows_which_there_are(many: Desk) -> None:
    page = opened(many, "account payments-prod permission-set ReadOnlyAccess")
    assert (page.rows, page.total, page.there_are) == ((), 0, {Word.ACCOUNT: ("acct-11", "acct-22")})
    assert opened(many, "account acct-11").there_are == {}


def test_people_without_any_way_in_are_a_list_of_their_own_whom_only_admins_may_delete(desk: Desk) -> None:
    desk.found(person(1), person(2))
    desk.clock.move(hours=1)
    desk.found(replace(person(1), grants=()), person(2))
    page = opened(desk)
    assert (names(page), page.counts[Toggle.CLOSED]) == (["User 2"], 1)
    page = shown(pages.narrow(desk.context, page.id, desk.asker(), Toggle.CLOSED, on=True))
    assert (names(page), page.everybody) == (["User 1"], 1)
    page = shown(pages.select_all(desk.context, page.id, desk.asker()))
    assert page.kinds == (DELETE,)
    assert page.rows[0].kinds == (DELETE,)
    responders = replace(desk.context, rules=Rules(responders=frozenset({desk.alice})))
    assert shown(pages.turn(responders, page.id, desk.asker(), 1)).kinds == ()
    assert [case.user.label for case in matching(desk.context, CaseFilter(closed=True))] == ["User 1"]


def test_a_row_has_the_actions_that_its_alert_would_have_and_no_delete_while_something_is_left(desk: Desk) -> None:
    desk.found(person(1))
    page = opened(desk)
    assert page.rows[0].kinds == (REVOKE,)
    watching = replace(desk.context, rules=Rules())
    page = shown(pages.select_all(watching, page.id, desk.asker()))
    assert (page.rows[0].kinds, page.selected, page.kinds) == ((), 1, ())


def test_whoever_may_not_look_opens_no_list(desk: Desk) -> None:
    desk.found(person(1))
    refused = pages.open_list(desk.context, Asker("U9", "C1"), "")
    assert isinstance(refused, Refused)
    assert refused.reason.code is Code.FOR_VIEWERS
