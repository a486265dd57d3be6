"""Names as they are typed and pasted: what looks the same is the same."""

from unicodedata import category, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.typed_names import fold, named, visible
from tests.core import strategies as our

HIDDEN = st.sampled_from(
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\u00ad\u061c\ufe0f\u034f\u0000"
)
BLANKS = st.sampled_from(" \u00a0\u2007\u202f\u3000\t\n\u2800\u3164")
LETTERS = st.text(
    st.characters(categories=("Lu", "Ll", "Lo", "Nd"), exclude_characters="\u115f\u1160\u3164\uffa0"), min_size=1
)
ADDRESSES = st.from_regex(r"[a-z][a-z.]{0,8}[a-z]@[a-z]{1,8}\.example", fullmatch=True)


@given(st.lists(LETTERS, min_size=1, max_size=3), st.data())
def test_invisible_characters_count_for_nothing_and_blanks_of_every_kind_for_one(words, data):
    """Wherever they stand."""
    plain = " ".join(words)
    drawn = [data.draw(HIDDEN) + "".join(char + data.draw(HIDDEN) for char in word) for word in words]
    pasted = data.draw(BLANKS) + (data.draw(BLANKS) + data.draw(BLANKS)).join(drawn) + data.draw(BLANKS)
    assert visible(pasted) == visible(plain)
    assert fold(pasted) == fold(plain)


@given(st.text())
def test_nothing_invisible_is_left_and_reading_it_again_changes_nothing(text):
    seen = visible(text)
    assert not [char for char in seen if category(char) in {"Cc", "Cf", "Zl", "Zp"}]
    assert "  " not in seen
    assert seen == seen.strip() == visible(seen) == normalize("NFC", seen)


@given(LETTERS)
def test_neither_case_nor_the_way_an_accent_is_written_counts(word):
    assert fold(normalize("NFD", word)) == fold(word) == fold(normalize("NFC", word))
    assert fold(fold(word)) == fold(word)


@given(st.text(st.characters(exclude_characters="<>")), ADDRESSES)
def test_of_a_name_with_an_address_the_address_is_meant(before, address):
    for pasted in (f"{before} <{address}>", f"{before}<mailto:{address}|{address}>", f"{before} <<mailto:{address}>>;"):
        assert named(pasted) == address


@given(
    our.user_ids,
    st.sampled_from(["{}", "d-0123456789/{}", "arn:aws-cn:identitystore:::user/{}", "\u200b\u2018{}\u2019,"]),
)
def test_of_an_arn_or_a_path_the_id_is_meant(user_id, form):
    assert named(form.format(user_id)) == user_id


@given(st.text())
def test_every_text_can_be_read_as_a_name(text):
    assert named(text) == visible(named(text))


@pytest.mark.parametrize(
    "name", ["dana.rossi", "svc-*", "O'Brien", "Zo\u00eb M\u00fcller", "a <b> c", "x@y@z", "10% off"]
)
def test_a_plain_name_stays_as_it_is(name):
    assert named(name) == name
