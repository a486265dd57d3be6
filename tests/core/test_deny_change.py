"""What a change of the deny document writes: ours exactly, and every byte of others' as it was."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.deny import policy_document
from bot.core.deny.policy_document import Denied
from bot.core.deny.statements import DocumentKind
from bot.core.errors import DenyDocumentFull, DenyDocumentInvalid
from tests.core import deny_documents as made
from tests.core import strategies as our

A, B = made.IDS[:2]
SCP, INLINE = DocumentKind


@given(made.KINDS, st.data(), made.people(max_size=4), made.people(max_size=4), st.booleans(), made.seeds)
def test_a_change_names_exactly_whom_it_should_and_keeps_every_byte_of_others(kind, data, add, remove, names, random):
    layout = data.draw(made.layouts(kind))
    text = layout.text(random, single=data.draw(st.booleans()))
    after = policy_document.change(text, kind=kind, add=add, remove=remove, names=names)
    ids = layout.denied_ids - {person.user_id for person in remove} | {person.user_id for person in add}
    known = layout.denied_names - {person.user_name for person in remove}
    known |= {person.user_name for person in add if names and made.matchable(person.user_name)}
    assert after == layout.naming(ids, known, kind)
    assert (policy_document.denied_users(after), policy_document.denied_names(after)) == (ids, known)
    policy_document.check(after, text, kind)


@given(made.KINDS, st.data(), st.lists(st.tuples(st.booleans(), made.people(max_size=3)), max_size=6), made.seeds)
def test_any_order_of_adding_and_lifting_ends_with_the_same_text_for_the_same_people(kind, data, steps, random):
    layout = data.draw(made.layouts(kind))
    text = layout.text(random)
    ids, known = set(layout.denied_ids), set(layout.denied_names)
    for adding, people in steps:
        before, text = text, policy_document.change(text, kind=kind, **{"add" if adding else "remove": people})
        policy_document.check(text, before, kind)
        for person in people:
            (ids.add if adding else ids.discard)(person.user_id)
            if made.matchable(person.user_name) or not adding:
                (known.add if adding else known.discard)(person.user_name)
    # Where ours stand depends on which were there; what the text holds does not.
    assert (policy_document.denied_users(text), policy_document.denied_names(text)) == (ids, known)
    assert all(other in text for other in layout.others)


@given(made.KINDS, st.data(), made.people(min_size=1, max_size=5), st.booleans(), made.seeds)
def test_the_order_and_the_number_of_times_people_are_named_does_not_matter(kind, data, people, adding, random):
    text = data.draw(made.layouts(kind)).text(random)
    word = "add" if adding else "remove"
    once = policy_document.change(text, kind=kind, **{word: people})
    assert policy_document.change(text, kind=kind, **{word: data.draw(st.permutations([*people, *people]))}) == once
    assert policy_document.change(once, kind=kind, **{word: people}) == once


@given(made.KINDS, st.data(), made.people(min_size=1, max_size=4))
def test_denying_and_lifting_the_same_people_gives_back_what_was_there(kind, data, people):
    layout = data.draw(made.layouts(kind))
    fresh = [
        person
        for person in people
        if person.user_id not in layout.denied_ids and person.user_name not in layout.denied_names
    ]
    before = policy_document.change(layout.text(), kind=kind)
    denied = policy_document.change(before, kind=kind, add=fresh)
    after = policy_document.change(
        denied, kind=kind, remove=fresh, placeholder=policy_document.placeholder_of(layout.text())
    )
    assert sorted(made_of(after)) == sorted(
        made_of(policy_document.change(before, kind=kind, placeholder=policy_document.placeholder_of(layout.text())))
    )


def made_of(text):
    """The statements, whatever their order: ours may come to stand at the end."""
    return [json.dumps(item) for item in json.loads(text)["Statement"]] if text else []


@given(made.people(min_size=1, max_size=5), st.booleans())
def test_a_permission_set_without_inline_policy_gets_one_and_loses_it_again(people, names):
    after = policy_document.change("", kind=INLINE, add=people, names=names)
    parsed = json.loads(after)
    assert list(parsed) == ["Version", "Statement"]
    assert parsed["Version"] == "2012-10-17"
    assert after == json.dumps(parsed, separators=(",", ":"))
    policy_document.check(after, "", INLINE)
    left = policy_document.change(after, kind=INLINE, remove=[Denied(person.user_id) for person in people])
    assert policy_document.denied_names(left) == policy_document.denied_names(after)
    assert policy_document.change(after, kind=INLINE, remove=people) == ""
    policy_document.check("", after, INLINE)


def test_nobody_is_denied_by_a_policy_that_is_not_there():
    assert policy_document.denied_users("") == policy_document.denied_names("") == frozenset()
    assert policy_document.placeholder_of("") == policy_document.PLACEHOLDER
    assert policy_document.change("", kind=INLINE) == ""
    policy_document.check("", "", INLINE)


def test_a_service_control_policy_is_never_emptied():
    for write in (
        lambda: policy_document.change("", kind=SCP, add=[Denied(A)]),
        lambda: policy_document.check("", made_scp(), SCP),
    ):
        with pytest.raises(DenyDocumentInvalid, match="never empty"):
            write()


def made_scp():
    return made.Layout(['"Version":"2012-10-17"'], [made.statement_by_id("x")], []).text()


def test_the_two_statements_read_as_the_documentation_shows_them():
    after = policy_document.change(
        made_scp(), kind=SCP, add=[Denied(B, "zoe"), Denied(A, "jane@example.com"), Denied(A, "a*b")]
    )
    assert after == (
        '{"Version":"2012-10-17","Statement":['
        '{"Sid":"LeaverbotEmergencyDeny","Effect":"Deny","Action":["*"],"Resource":"*",'
        f'"Condition":{{"StringEquals":{{"identitystore:userId":["{A}","{B}"]}}}}}},'
        '{"Sid":"LeaverbotEmergencyDenyByName","Effect":"Deny","Action":["*"],"Resource":"*","Condition":{'
        '"StringLike":{"aws:userid":["*:jane@example.com","*:zoe"]},"ArnLike":{"aws:PrincipalArn":'
        '"arn:*:iam::*:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_*"}}}]}'
    )


def test_a_new_name_takes_the_place_of_the_old_one():
    before = policy_document.change(made_scp(), kind=SCP, add=[Denied(A, "jane.doe")])
    after = policy_document.change(before, kind=SCP, remove=[Denied(A, "jane.doe")], add=[Denied(A, "jane.roe")])
    assert (policy_document.denied_users(after), policy_document.denied_names(after)) == ({A}, {"jane.roe"})


@given(st.sampled_from([*made.SAFE_NAMES, *made.UNSAFE_NAMES, ""]) | st.text(max_size=5))
def test_only_a_name_that_a_role_session_can_have_is_matched_by_name(name):
    assert policy_document.by_name(name) == made.matchable(name)
    after = policy_document.change(made_scp(), kind=SCP, add=[Denied(A, name)])
    assert policy_document.denied_users(after) == {A}
    assert policy_document.denied_names(after) == ({name} if made.matchable(name) else set())


@given(
    made.KINDS,
    st.data(),
    st.text() | st.sampled_from(["", "*", "${aws:userid}", A + "\n", policy_document.PLACEHOLDER]),
)
def test_nobody_is_denied_by_anything_but_a_well_formed_user_id(kind, data, user_id):
    text = data.draw(made.layouts(kind)).text()
    with pytest.raises(DenyDocumentInvalid, match="not an Identity Center user id"):
        policy_document.change(text, kind=kind, add=[Denied(A), Denied(user_id, "jane")])


# --- quotas -----------------------------------------------------------------------------------------------------


def with_filler(length, letter="x", space=""):
    other = json.dumps({"Effect": "Allow", "Action": letter * length, "Resource": "*"}, ensure_ascii=False)
    return f'{{"Version":"2012-10-17","Statement":[{space}{other[:-1]}{space}}}]}}'


@pytest.mark.parametrize("kind", DocumentKind)
def test_each_kind_is_filled_to_its_last_character_and_not_beyond(kind):
    white = 4 if kind is INLINE else 0  # json.dumps puts five spaces into the other statement
    room = (
        10_240
        - len(policy_document.change(with_filler(0), kind=kind, add=[Denied(A, "jane")]))
        + white
        + (kind is INLINE)
    )
    full = policy_document.change(with_filler(room), kind=kind, add=[Denied(A, "jane")])
    assert policy_document.used(full, kind) == 1
    with pytest.raises(DenyDocumentFull, match=r"10,241 of 10,240 characters"):
        policy_document.change(with_filler(room + 1), kind=kind, add=[Denied(A, "jane")])


def test_white_space_counts_in_a_service_control_policy_and_only_as_bytes_in_an_inline_policy():
    spaced = with_filler(10, space=" \n\t\r" * 5_000)
    with pytest.raises(DenyDocumentFull):
        policy_document.change(spaced, kind=SCP, add=[Denied(A)])
    assert policy_document.used(policy_document.change(spaced, kind=INLINE, add=[Denied(A)]), INLINE) < 1
    with pytest.raises(DenyDocumentFull, match="of 32,768 bytes"):
        policy_document.change(with_filler(10, space=" " * 33_000), kind=INLINE, add=[Denied(A)])


def test_bytes_count_in_an_inline_policy():
    """Letters of four bytes: 8,192 of them are 32,768 bytes, and fewer characters than the other quota."""
    with pytest.raises(DenyDocumentFull, match="bytes"):
        policy_document.change(with_filler(8_192, "\U0001f600"), kind=INLINE, add=[Denied(A)])
    assert policy_document.used(with_filler(4_096, "\U0001f600"), INLINE) > 0.5


@given(made.KINDS, st.data(), made.people(max_size=4))
def test_the_share_used_grows_with_the_people_and_stays_below_one(kind, data, people):
    layout = data.draw(made.layouts(kind, max_others=1))
    assume(people)
    before = policy_document.change(layout.text(), kind=kind)
    after = policy_document.change(before, kind=kind, add=people)
    assert 0 <= policy_document.used(after, kind) <= 1
    if kind is INLINE:
        assert policy_document.used(before, kind) <= policy_document.used(after, kind)


def test_a_policy_that_is_nearly_full_can_be_told():
    text = made_scp()
    assert policy_document.used(text, SCP) < policy_document.NEARLY_FULL
    crowd = [Denied(f"{number:08x}-0000-4000-8000-000000000000") for number in range(215)]
    assert (
        policy_document.NEARLY_FULL < policy_document.used(policy_document.change(text, kind=SCP, add=crowd), SCP) < 1
    )


@given(our.user_ids)
def test_a_statement_of_ours_written_twice_is_carried_by_the_first(user_id):
    twice = [made.statement_by_name(["jane"]), made.statement_by_name(["joe"])]
    text = made.Layout(['"Version":"2012-10-17"'], twice, []).text()
    after = json.loads(policy_document.change(text, kind=INLINE, add=[Denied(user_id)]))["Statement"]
    assert after == [made.statement_by_name(["jane", "joe"]), made.statement_by_id([user_id])]
