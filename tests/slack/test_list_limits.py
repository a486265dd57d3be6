"""Every page of every list is taken by Slack, whoever is on it: the simulator and the second validator agree."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.access.severity import Severity
from bot.core.cases import Case, CaseState
from bot.core.kinds import DELETE, DENY, LIFT, REVOKE, SHUT_OUT
from bot.core.lists.filters import CaseFilter, Word
from bot.core.lists.order import PAGE
from bot.core.lists.toggles import Toggle
from bot.core.lists.views import DenyMark, ListPage, ListRow
from bot.core.models import Grant, GrantKind, Path, Use, User
from bot.slack.lists.payloads import decode_press
from bot.slack.messages.lists.case_list import list_page_message
from tests.slack.examples import AT, COMPLETE, buttons, words_of
from tests.slack.test_block_kit_limits import assert_message_ok, cases, coverages, maybe, slow, texts

COUNTS = dict.fromkeys(Toggle, 3000)
ROW_KINDS = (REVOKE, DENY, SHUT_OUT, LIFT, DELETE)
some_kinds = st.sets(st.sampled_from(ROW_KINDS), max_size=3).map(tuple)
links = st.sampled_from(["", "https://sample.slack.com/archives/C1/p1", "javascript:x", "https://x|<!here>"])
rows = st.builds(ListRow, cases, links, st.sampled_from(DenyMark), some_kinds, st.booleans(), st.booleans())
named = st.lists(texts.filter(bool), max_size=5).map(tuple)
filters = st.builds(
    CaseFilter,
    maybe(st.sampled_from(Severity)),
    st.booleans(),
    st.booleans(),
    maybe(st.timedeltas(timedelta(0), timedelta(days=3650))),
    named,
    named,
    named,
    st.booleans(),
    st.sampled_from(["", "scan-1"]),
)
pages = st.builds(
    ListPage,
    st.uuids().map(str),
    filters,
    st.lists(rows, max_size=3).map(tuple) | st.tuples(rows).map(lambda row: row * PAGE),
    st.integers(1, 120),
    st.integers(1, 120),
    st.integers(0, 3000),
    st.integers(0, 3000),
    st.dictionaries(st.sampled_from(Toggle), st.integers(0, 3000)),
    st.booleans(),
    st.integers(0, 3000),
    st.sampled_from([(), (REVOKE, DENY, SHUT_OUT), (DENY, DELETE)]),
    st.dictionaries(st.sampled_from([Word.ACCOUNT, Word.GROUP, Word.PERMISSION_SET]), named),
    maybe(coverages),
    st.booleans(),
    st.integers(0, 400),
)


@settings(slow, max_examples=20)
@given(pages)
def test_slack_takes_every_page_and_nothing_in_it_acts(page: ListPage) -> None:
    assert_message_ok(list_page_message(page))


def row(name: str, number: int) -> ListRow:
    """Somebody with sixty ways in, everything of whom is called like this."""
    held = tuple(
        Grant(
            list(GrantKind)[at % 3],
            Path.GROUP,
            account_id=f"{at:012}",
            account_name=name,
            application_arn=f"arn:{at}",
            application_name=name,
        )
        for at in range(60)
    )
    user = User(f"{number:08}-0000-4000-8000-000000000001", name, name, name, updated_at=AT)
    used = Use("Federate", AT)
    case = Case(
        f"{number:08}-0000-4000-8000-00000000000c", user, held, Severity.CRITICAL, CaseState.OPEN, 1, AT, "s", AT, False
    )
    link = "https://a-rather-long-workspace-name.slack.com/archives/C0123456789/p1764326400000000"
    return ListRow(replace(case, used=used), link, DenyMark.IN_PART, (REVOKE, DENY, SHUT_OUT), True, True)


@pytest.mark.parametrize("selecting", [False, True])
@pytest.mark.parametrize(
    "name", ["\u3164", "<!channel>", "&" * 300, "<" * 300, "😀" * 300, "דנה רוסי" * 30, "a b_*`:x:" * 30]
)
def test_a_full_page_of_three_thousand_fits_whatever_they_are_called_and_each_row_keeps_its_control(
    name: str, selecting: bool
) -> None:
    asked = CaseFilter(Severity.CRITICAL, True, True, timedelta(days=2), (name,) * 9, (name,) * 9, (name,) * 9)
    page = ListPage(
        "00000000-0000-4000-8000-00000000000a",
        asked,
        tuple(row(name, number) for number in range(PAGE)),
        60,
        120,
        2999,
        3000,
        COUNTS,
        selecting=selecting,
        selected=2998,
        kinds=(REVOKE, DENY, SHUT_OUT),
        last_scan=COMPLETE,
        scanning=True,
        to_review=12,
    )
    shown = list_page_message(page)
    assert_message_ok(shown)
    controls = [one for one in buttons(shown) if one["action_id"] in {"list_row", "list_select"}]
    assert len(controls) == PAGE
    for number, one in enumerate(controls):
        values = [option["value"] for option in one["options"]] if "options" in one else [one["value"]]
        assert {decode_press(value).case_id for value in values} == {page.rows[number].case.id}
    # What matters is said of everybody, however long their names are.
    said = words_of(shown)
    for words in ("· critical\nused while disabled", "60 accounts", "denied in part"):
        assert said.count(words) >= PAGE
