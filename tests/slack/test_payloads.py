import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import NotFound
from bot.core.views import Control, DialogKind
from bot.slack.payloads import (
    ACTION_IDS,
    CALLBACK_IDS,
    ControlPayload,
    DialogPayload,
    decode_control,
    decode_dialog,
    encode_control,
    encode_dialog,
)


@given(st.text(min_size=1, max_size=200), st.integers(0, 2**60))
def test_a_control_carries_its_case_and_version(case_id, version):
    assert decode_control(encode_control(case_id, version)) == ControlPayload(case_id, version)


@given(st.text(min_size=1, max_size=200))
def test_a_dialog_carries_its_id(dialog_id):
    assert decode_dialog(encode_dialog(dialog_id)) == DialogPayload(dialog_id)


def test_a_control_is_compact_json_with_a_format_version():
    assert encode_control("c-1", 3) == '{"v":1,"case":"c-1","version":3}'


OTHERS = [
    "",
    "garbage",
    "null",
    "[]",
    "1",
    '{"v":2,"case":"c","version":1,"dialog":"d"}',
    '{"v":true,"case":"c","version":1,"dialog":"d"}',
    '{"v":1}',
    '{"v":1,"case":"","version":1,"dialog":""}',
    '{"v":1,"case":7,"version":1,"dialog":7}',
    '{"v":1,"case":"c","version":"1"}',
    '{"v":1,"case":"c","version":true}',
    "[" * 100_000,
]


@pytest.mark.parametrize("text", OTHERS)
def test_a_button_of_another_version_says_how_to_get_a_fresh_one(text):
    with pytest.raises(NotFound, match="Use /leavers show <user> for a fresh one"):
        decode_control(text)


@pytest.mark.parametrize("text", OTHERS)
def test_a_dialog_of_another_version_says_to_open_it_again(text):
    with pytest.raises(NotFound, match="open it again"):
        decode_dialog(text)


@given(
    st.text()
    | st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner)).map(
        json.dumps
    )
)
def test_no_text_makes_decoding_fail_in_another_way(text):
    for decode in (decode_control, decode_dialog):
        with pytest.raises(NotFound):
            decode(text)


def test_every_control_and_dialog_has_an_id_of_its_own():
    assert set(ACTION_IDS) == set(Control)
    assert set(CALLBACK_IDS) == set(DialogKind)
    assert len({*ACTION_IDS.values(), *CALLBACK_IDS.values()}) == len(Control) + len(DialogKind)
