"""What people type to narrow a list: how it is read, and whom it means."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.access.severity import Severity
from bot.core.cases import Case, CaseState
from bot.core.lists.filters import WORDS, CaseFilter, Known, Word, _labels, matches, names_of, parse_filter
from bot.core.lists.order import PAGE, most_urgent_first, page_within, pages, rows_of
from bot.core.lists.toggles import Toggle, is_on, switched
from bot.core.models import Use
from bot.core.reasons import Code, Reason
from bot.core.typed_names import fold
from tests.core.strategies import T0, cases, names

words = st.sampled_from([*WORDS, "found", "Critical", "older 2d", "PERMISSION SET", "permission—set", '"', "“a b”"])
typed = st.lists(words | names, max_size=8).map(" ".join)
# What six digits can say.
times = st.integers(0, 999_999).map(lambda minutes: timedelta(minutes=minutes))
uses = st.none() | st.builds(Use, st.just("Federate"), st.just(T0))
some = st.builds(lambda case, used: replace(case, used=used), cases(), uses)
AT = T0 + timedelta(days=50)


def read(text: str) -> CaseFilter:
    found = parse_filter(text)
    assert isinstance(found, CaseFilter)
    return found


def refused(text: str) -> tuple[Code, str]:
    found = parse_filter(text)
    assert isinstance(found, Reason)
    return found.code, found.why


@given(typed)
def test_any_text_is_read_or_refused_and_what_was_read_is_read_again_from_its_own_text(text: str) -> None:
    found = parse_filter(text)
    if isinstance(found, CaseFilter):
        assert parse_filter(str(found)) == found


@given(times)
def test_a_time_is_read_again_as_it_was_written(time: timedelta) -> None:
    assert read(str(CaseFilter(older=time))).older == time


def test_nothing_typed_is_everybody_with_an_open_case() -> None:
    assert read("  ") == CaseFilter()
    assert str(CaseFilter()) == ""


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("critical", CaseFilter(Severity.CRITICAL)),
        ("High incident DENIED", CaseFilter(Severity.HIGH, incident=True, denied=True)),
        ("older 2d", CaseFilter(older=timedelta(days=2))),
        ("older 2 H", CaseFilter(older=timedelta(hours=2))),
        ("older 2d older 3d", CaseFilter(older=timedelta(days=3))),
        ("older 3d older 2d", CaseFilter(older=timedelta(days=3))),
        ("account payments prod critical", CaseFilter(Severity.CRITICAL, accounts=("payments prod",))),
        ('account "the critical one" group ops', CaseFilter(accounts=("the critical one",), groups=("ops",))),
        ("account “high” account b", CaseFilter(accounts=("high", "b"))),
        ("group ops group OPS", CaseFilter(groups=("ops",))),
        ("permission set ReadOnlyAccess", CaseFilter(permission_sets=("ReadOnlyAccess",))),
        ("Permission—Sets ReadOnlyAccess", CaseFilter(permission_sets=("ReadOnlyAccess",))),
        ('group "a permission set"', CaseFilter(groups=("a permission set",))),
        ('group "the ""A"" team"', CaseFilter(groups=('the "A" team',))),
        ('group b" account "c', CaseFilter(accounts=('"c',), groups=('b"',))),
        ("closed found scan-1", CaseFilter(closed=True, found="scan-1")),
        ('found "a b"', CaseFilter(found="a b")),
        ('found "critical"', CaseFilter(found="critical")),
    ],
)
def test_words_are_read_however_they_are_written_and_names_run_until_the_next_word(text, meant) -> None:
    assert read(text) == meant
    assert read(str(meant)) == meant


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        ("dana", Code.FILTER_UNKNOWN, "dana"),
        ("critical dana", Code.FILTER_UNKNOWN, "dana"),
        ('"critical"', Code.FILTER_UNKNOWN, "critical"),
        ("account", Code.FILTER_NAME_MISSING, "account"),
        ("account critical", Code.FILTER_NAME_MISSING, "account"),
        ("permission set", Code.FILTER_NAME_MISSING, "permission-set"),
        ("found", Code.FILTER_NAME_MISSING, "found"),
        ("older", Code.FILTER_TIME_UNREADABLE, ""),
        ("older two days", Code.FILTER_TIME_UNREADABLE, "two days"),
        ("critical high", Code.FILTER_TWO_SEVERITIES, "critical and high"),
        (" ".join(f"account a{number} group g{number}" for number in range(6)), Code.FILTER_TOO_MANY, "10"),
    ],
)
def test_what_is_not_understood_is_named(text: str, code: Code, why: str) -> None:
    assert refused(text) == (code, why)


@st.composite
def filters(draw: st.DrawFn, among: list[Case]) -> CaseFilter:
    """A filter that may fit some of these: its names are theirs."""
    named = [
        tuple(draw(st.lists(st.sampled_from([*names_of(word, among), "nothing"]), max_size=1)))
        for word in (Word.ACCOUNT, Word.GROUP, Word.PERMISSION_SET)
    ]
    return CaseFilter(
        draw(st.none() | st.sampled_from(Severity)),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.none() | st.integers(0, 60).map(lambda days: timedelta(days=days))),
        *named,
    )


def together(one: CaseFilter, other: CaseFilter) -> CaseFilter | Reason:
    return parse_filter(f"{one} {other}")


some_cases = st.lists(some, min_size=1, max_size=4)


@given(st.data(), some_cases)
def test_several_words_mean_and(data: st.DataObject, people: list[Case]) -> None:
    one, other = data.draw(filters(people)), data.draw(filters(people))
    both = together(one, other)
    known = Known(AT, {case.user.id for case in people[::2]})
    for case in people:
        each = matches(one, case, known) and matches(other, case, known)
        # Two severities are refused; nobody has both.
        assert each is (isinstance(both, CaseFilter) and matches(both, case, known))


@given(some)
def test_an_open_case_is_found_by_everything_that_is_true_of_it_and_by_nothing_else(case: Case) -> None:
    known = Known(AT, {case.user.id}, {case.id})
    for severity in Severity:
        assert matches(CaseFilter(severity), case, known) is (severity is case.severity and case.is_open)
    assert matches(CaseFilter(incident=True), case, known) is (case.used is not None and case.is_open)
    reviewed = replace(case, reviewed_at=case.opened_at, reviewed_by="UALICE")
    assert matches(CaseFilter(incident=True), reviewed, known) is (case.used is not None and case.is_open)
    assert matches(CaseFilter(denied=True), case, known) is case.is_open
    assert not matches(CaseFilter(denied=True), case, Known(AT))
    assert matches(CaseFilter(found="scan"), case, known) is case.is_open
    assert not matches(CaseFilter(found="scan"), case, Known(AT))
    assert matches(CaseFilter(closed=True), case, known) is (case.state is CaseState.CLOSED)
    since = AT - case.disabled_by
    assert matches(CaseFilter(older=since), case, known) is case.is_open
    assert not matches(CaseFilter(older=since + timedelta(minutes=1)), case, known)


@given(some.filter(lambda case: case.is_open))
def test_a_way_in_is_found_by_its_names_and_ids_in_any_case_and_by_no_part_of_them(case: Case) -> None:
    for word, fit in ((Word.ACCOUNT, "accounts"), (Word.GROUP, "groups"), (Word.PERMISSION_SET, "permission_sets")):
        for name in names_of(word, [case]):
            assert matches(CaseFilter(**{fit: (name.swapcase() if name.isascii() else name,)}), case, Known(AT))
            assert not matches(CaseFilter(**{fit: (f"{name} and more",)}), case, Known(AT))
            named = {fold(label) for one in case.usable for label in _labels(word, one)}
            assert fold(name[1:]) in named or not matches(CaseFilter(**{fit: (name[1:],)}), case, Known(AT))
    for grant in case.usable:
        assert not grant.account_id or matches(CaseFilter(accounts=(grant.account_id,)), case, Known(AT))
        assert not grant.group_id or matches(CaseFilter(groups=(grant.group_id,)), case, Known(AT))


@given(some.filter(lambda case: case.is_open))
def test_what_nobody_can_use_does_not_count(case: Case) -> None:
    dead = replace(case, grants=tuple(replace(grant, account_status="SUSPENDED") for grant in case.grants))
    assert not any(names_of(word, [dead]) for word in (Word.ACCOUNT, Word.GROUP, Word.PERMISSION_SET))
    for name in names_of(Word.ACCOUNT, [case]):
        assert not matches(CaseFilter(accounts=(name,)), dead, Known(AT))


@given(st.lists(some, max_size=8))
def test_used_access_comes_first_then_the_worst_then_the_longest_disabled_whatever_the_order_before(people) -> None:
    ordered = most_urgent_first(people)
    assert sorted(map(id, ordered)) == sorted(map(id, people))
    assert [case.id for case in ordered] == [case.id for case in most_urgent_first(reversed(people))]
    for before, after in itertools.pairwise(ordered):
        assert (before.used is None, before.severity.rank, before.disabled_by) <= (
            after.used is None,
            after.severity.rank,
            after.disabled_by,
        )


@given(st.integers(0, 4000), st.integers(-3, 500))
def test_the_pages_hold_everybody_once_and_every_page_asked_for_is_there(total: int, page: int) -> None:
    everybody = list(range(total))
    assert [one for number in range(1, pages(total) + 1) for one in rows_of(everybody, number)] == everybody
    shown = rows_of(everybody, page_within(page, total))
    assert len(shown) <= PAGE
    assert bool(shown) is bool(total)


@given(typed.map(parse_filter).filter(lambda found: isinstance(found, CaseFilter)), st.sampled_from(Toggle))
def test_a_button_is_on_once_pressed_and_off_once_pressed_again(wanted: CaseFilter, toggle: Toggle) -> None:
    on = switched(wanted, toggle, on=True)
    assert is_on(on, toggle)
    assert read(str(on)) == on
    assert not is_on(switched(on, toggle, on=False), toggle)
