import json
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import NotFound
from bot.core.kinds import DENY, KINDS, LIFT, PRUNE, controls, dialogs
from bot.slack import kinds
from bot.slack.payloads import (
    MOST_CHOICE,
    MOST_VALUE,
    ControlPayload,
    action_id,
    callback_id,
    decode_choice,
    decode_control,
    decode_dialog,
    decode_subject,
    encode_choice,
    encode_control,
    encode_dialog,
    encode_subject,
)


@given(st.text(min_size=1, max_size=200), st.integers(0, 2**60))
def test_a_control_carries_its_case_and_version(case_id, version):
    assert decode_control(encode_control(case_id, version)) == ControlPayload(case_id, version)


@given(st.text(min_size=1, max_size=200))
def test_a_dialog_carries_its_id(dialog_id):
    assert decode_dialog(encode_dialog(dialog_id)) == dialog_id


@given(st.text(min_size=1, max_size=150))
def test_a_button_about_a_user_or_a_permission_set_carries_its_id(subject):
    assert decode_subject(LIFT, encode_subject(LIFT, subject) or "") == subject
    assert decode_subject(PRUNE, encode_subject(PRUNE, subject) or "") == subject


def test_a_button_about_a_user_or_a_permission_set_is_compact_json():
    assert encode_subject(LIFT, "u-1") == '{"v":1,"user":"u-1"}'
    assert encode_subject(PRUNE, "arn:aws:sso:::permissionSet/i/p") == '{"v":1,"set":"arn:aws:sso:::permissionSet/i/p"}'


def test_what_no_button_could_carry_is_not_put_into_one():
    longest = MOST_VALUE - len('{"v":1,"user":""}')
    assert encode_subject(LIFT, "x" * longest) is not None
    assert encode_subject(LIFT, "x" * (longest + 1)) is None
    assert encode_subject(PRUNE, "😀" * 300) is None


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
    '{"v":1,"user":"","set":""}',
    '{"v":1,"user":7,"set":["arn"]}',
    '{"v":2,"user":"u","set":"arn"}',
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


@pytest.mark.parametrize("decode", [partial(decode_subject, LIFT), partial(decode_subject, PRUNE)])
@pytest.mark.parametrize("text", OTHERS)
def test_a_button_about_a_user_or_a_permission_set_of_another_version_says_what_to_use(decode, text):
    with pytest.raises(NotFound, match="Use the /leavers commands instead"):
        decode(text)


def test_a_button_about_a_user_is_not_taken_for_one_about_a_permission_set():
    with pytest.raises(NotFound):
        decode_subject(PRUNE, encode_subject(LIFT, "u-1") or "")
    with pytest.raises(NotFound):
        decode_subject(LIFT, encode_subject(PRUNE, "arn") or "")


@given(
    st.text()
    | st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner)).map(
        json.dumps
    )
)
def test_no_text_makes_decoding_fail_in_another_way(text):
    for decode in (
        decode_control,
        decode_choice,
        decode_dialog,
        partial(decode_subject, LIFT),
        partial(decode_subject, PRUNE),
    ):
        with pytest.raises(NotFound):
            decode(text)


@pytest.mark.parametrize("control", controls())
def test_a_choice_is_what_its_button_would_carry_and_which_one_it_is(control):
    value = encode_choice(control, "0196b1de-3c5a-7c1c-8f5c-6a2d1c9b7e4f", 123_456_789)
    assert len(value) <= MOST_CHOICE
    assert decode_choice(value) is control
    assert decode_control(value) == ControlPayload("0196b1de-3c5a-7c1c-8f5c-6a2d1c9b7e4f", 123_456_789)


def test_a_button_is_no_choice():
    with pytest.raises(NotFound):
        decode_choice(encode_control("case-1", 3))


def about_id(kind):
    return kinds.presenter_of(kind).about_id


def test_every_control_and_dialog_has_an_id_of_its_own():
    asked = [kind for kind in KINDS.values() if kind.asked_for]
    drawn = [*map(action_id, controls()), *map(callback_id, dialogs()), *map(about_id, asked)]
    assert len(set(drawn)) == len(drawn)


def test_what_buttons_and_dialogs_are_called_stays_as_it_stands_in_messages_that_were_posted():
    assert list(map(action_id, controls())) == [
        "case_revoke",
        "case_deny",
        "case_shut_out",
        "case_lift",
        "case_delete",
        "case_go_on",
        "case_reviewed",
        "case_details",
    ]
    assert [about_id(kind) for kind in (LIFT, DENY, PRUNE)] == ["user_lift", "user_deny", "set_delete"]
    assert set(map(callback_id, dialogs())) == {
        "dialog_revoke",
        "dialog_deny",
        "dialog_shut_out",
        "dialog_lift",
        "dialog_delete",
        "dialog_prune",
        "dialog_details",
    }
