"""Many people into few policies: everybody who fits is placed, and no policy is touched without need."""

import itertools
import json
import time
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.deny import packing, policy_document, statements
from bot.core.deny.policy_document import Denied
from bot.core.deny.statements import DocumentKind
from bot.core.errors import DenyDocumentFull, DenyDocumentInvalid
from tests.core import deny_documents as made

SCP = DocumentKind.SCP
POLICIES = ["p-root", "p-one", "p-two"]


class Packed(NamedTuple):
    """What was packed, and in which policy each of those who are not left out stands by then."""

    texts: dict
    full: tuple
    placed: dict


def pack(texts, wanted, allowed, *, names):
    packed = packing.pack(texts, wanted, allowed, names=names)
    after = {at: policy_document.denied_users(text) for at, text in {**texts, **packed.texts}.items()}
    left_out = {denied.user_id for denied in packed.full}
    return Packed(
        packed.texts,
        packed.full,
        {
            denied.user_id: next(
                at for at, users in after.items() if at in allowed[denied.user_id] and denied.user_id in users
            )
            for denied in wanted
            if denied.user_id not in left_out
        },
    )


def person(number, name=""):
    return Denied(f"{number:08x}-0000-4000-8000-000000000000", name)


def policy(free, *, ids=(), names=()):
    """A policy with that many characters left."""

    def text(filling):
        other = made.small({"Effect": "Allow", "Action": "x" * filling, "Resource": "*"})
        statements = [other, made.statement_by_id(list(ids) or policy_document.PLACEHOLDER)]
        return made.Layout(
            ['"Version":"2012-10-17"'], [*statements, *[made.statement_by_name(names)] * bool(names)], []
        ).text()

    return text(statements.MAX_CHARACTERS - len(text(0)) - free)


def fits(text, people):
    try:
        return policy_document.change(text, kind=SCP, add=people)
    except DenyDocumentFull:
        return None


def assert_right(texts, wanted, allowed, names, packed):
    """What must be true of every packing, whatever it chose."""
    here = {denied.user_id: denied for denied in wanted}
    assert set(packed.placed) | {denied.user_id for denied in packed.full} == set(here)
    assert not set(packed.placed) & {denied.user_id for denied in packed.full}
    after = {**texts, **packed.texts}
    for user_id, policy_id in packed.placed.items():
        assert policy_id in allowed.get(user_id, ())
        assert user_id in policy_document.denied_users(after[policy_id])
    for policy_id, text in packed.texts.items():
        policy_document.check(text, texts[policy_id], SCP)
        users, known = policy_document.denied_users(texts[policy_id]), policy_document.denied_names(texts[policy_id])
        more = policy_document.denied_users(text) - users
        assert more | (policy_document.denied_names(text) - known), "touched without need"
        assert users <= policy_document.denied_users(text)
        assert known <= policy_document.denied_names(text)
        # Nobody is denied twice, and nobody who was not asked for.
        assert all(packed.placed[user_id] == policy_id for user_id in more)
        assert policy_document.denied_names(text) - known <= {
            here[one].user_name for one, at in packed.placed.items() if at == policy_id
        }
        assert names or policy_document.denied_names(text) == known
    # Whoever is left out has room nowhere.
    for denied in packed.full:
        lone = denied if names else Denied(denied.user_id)
        assert all(
            policy_id not in texts or fits(after[policy_id], [lone]) is None
            for policy_id in allowed.get(denied.user_id, ())
        )


def stays(texts, denied, allowed):
    return [
        at
        for at in texts
        if at in allowed.get(denied.user_id, ()) and denied.user_id in policy_document.denied_users(texts[at])
    ]


# --- any packing ------------------------------------------------------------------------------------------------


@st.composite
def packings(draw):
    pool = [person(number, draw(st.sampled_from(["", "jane", "a*", f"n{number}", "zoë" * 9]))) for number in range(7)]
    texts = {
        policy_id: policy(
            draw(st.integers(0, 260) | st.just(5_000)),
            ids=draw(st.lists(st.sampled_from([one.user_id for one in pool]), max_size=2, unique=True)),
            names=sorted(draw(st.sets(st.sampled_from(["jane", "n1", "n2"]), max_size=2))),
        )
        for policy_id in POLICIES
    }
    wanted = draw(st.lists(st.sampled_from(pool), max_size=8))
    allowed = {one.user_id: draw(st.sets(st.sampled_from([*POLICIES, "p-elsewhere"]))) for one in pool[:6]}
    return texts, wanted, allowed, draw(st.booleans())


@given(packings())
def test_everybody_stands_where_they_may_within_the_quota_and_no_policy_is_touched_without_need(packing):
    texts, wanted, allowed, names = packing
    packed = pack(texts, wanted, allowed, names=names)
    assert_right(texts, wanted, allowed, names, packed)
    for denied in wanted:
        home = stays(texts, denied, allowed)
        assert not home or packed.placed[denied.user_id] in home


@given(packings())
def test_packing_what_is_packed_already_changes_nothing(packing):
    texts, wanted, allowed, names = packing
    packed = pack(texts, wanted, allowed, names=names)
    placed = [denied for denied in wanted if denied.user_id in packed.placed]
    again = pack({**texts, **packed.texts}, placed, allowed, names=names)
    assert again.texts == {}
    assert again.full == ()


# --- the fewest -------------------------------------------------------------------------------------------------


@st.composite
def trees(draw):
    """Policies as they hang in an organization: at the root for everybody, at units for those inside; ids of one length."""
    reaches = [["p-root"], ["p-root", "p-one"], ["p-root", "p-two"]]
    # 38 characters of a quoted id: the first takes the place of the placeholder, each further one brings a comma.
    room = [0, *(38 + 2 - len(made.small(policy_document.PLACEHOLDER)) + 39 * more for more in range(4))]
    texts = {policy_id: policy(draw(st.sampled_from(room))) for policy_id in POLICIES}
    wanted = [person(number) for number in range(draw(st.integers(0, 6)))]
    everywhere = draw(st.booleans())
    allowed = {one.user_id: POLICIES if everywhere else draw(st.sampled_from(reaches)) for one in wanted}
    return texts, wanted, allowed


def best(texts, wanted, allowed):
    """By trying every assignment: most people placed, then fewest policies."""
    room = {
        at: next(n for n in range(8, -1, -1) if n == 0 or fits(text, [person(90 + one) for one in range(n)]))
        for at, text in texts.items()
    }
    choices = [[None, *allowed[one.user_id]] for one in wanted]
    found = (0, 0)
    for assignment in itertools.product(*choices):
        used = [at for at in assignment if at]
        if all(used.count(at) <= room[at] for at in set(used)):
            found = max(found, (len(used), -len(set(used))))
    return found


@given(trees())
def test_as_many_as_possible_are_placed_in_as_few_policies_as_possible(tree):
    texts, wanted, allowed = tree
    packed = pack(texts, wanted, allowed, names=False)
    assert_right(texts, wanted, allowed, False, packed)
    assert (len(packed.placed), -len(packed.texts)) == best(texts, wanted, allowed)


def test_the_first_policy_is_preferred_and_one_that_changes_anyway_even_more():
    texts = {"a": policy(5_000), "b": policy(5_000, ids=[person(1).user_id]), "c": policy(5_000)}
    allowed = {person(number).user_id: ["c", "b", "a"] for number in range(3)}
    assert pack(texts, [person(0), person(2)], allowed, names=True).placed == dict.fromkeys(
        [person(0).user_id, person(2).user_id], "a"
    )
    # The name of person 1 is missing in b.
    packed = pack(texts, [person(0, "zoe"), person(1, "jane")], allowed, names=True)
    assert list(packed.texts) == ["b"]
    assert policy_document.denied_names(packed.texts["b"]) == {"jane", "zoe"}


def test_one_policy_for_all_is_better_than_one_for_each():
    """Each has a policy of their own first in line, and only the last reaches both."""
    texts = {"one": policy(5_000), "two": policy(5_000), "both": policy(5_000)}
    allowed = {person(1).user_id: ["one", "both"], person(2).user_id: ["two", "both"]}
    assert set(pack(texts, [person(1), person(2)], allowed, names=True).placed.values()) == {"both"}


def test_who_can_go_nowhere_else_comes_first():
    texts = {"a": policy(39, ids=[person(8).user_id]), "b": policy(78, ids=[person(9).user_id])}
    allowed = {person(1).user_id: ["a", "b"], person(2).user_id: ["a"], person(3).user_id: ["b"]}
    packed = pack(texts, [person(1), person(2), person(3)], allowed, names=True)
    assert packed.placed == {person(1).user_id: "b", person(2).user_id: "a", person(3).user_id: "b"}


def test_the_room_that_more_people_need_is_left_to_them():
    texts = {at: policy(39, ids=[person(number).user_id]) for number, at in enumerate(["root", "one", "two"], 7)}
    allowed = {
        person(1).user_id: ["root", "two"],
        person(2).user_id: ["root", "one"],
        person(3).user_id: ["root", "one"],
    }
    packed = pack(texts, [person(1), person(2), person(3)], allowed, names=True)
    assert packed.full == ()
    assert packed.placed[person(1).user_id] == "two"


def test_somebody_denied_twice_counts_where_nothing_is_missing():
    jane = person(1, "jane")
    texts = {"a": policy(5_000, ids=[jane.user_id]), "b": policy(5_000, ids=[jane.user_id], names=["jane"])}
    packed = pack(texts, [jane], {jane.user_id: ["a", "b"]}, names=True)
    assert (packed.texts, packed.full) == ({}, ()), "her name was added to a"


def test_somebody_new_comes_before_a_name_that_is_missing():
    texts = {"a": policy(40, ids=[person(8).user_id], names=["joe"])}
    allowed = {person(8).user_id: ["a"], person(1).user_id: ["a"]}
    packed = pack(texts, [person(8, "jane"), person(1)], allowed, names=True)
    assert packed.placed == {person(8).user_id: "a", person(1).user_id: "a"}
    assert policy_document.denied_names(packed.texts["a"]) == {"joe"}


def test_somebody_denied_only_where_it_does_not_reach_them_is_denied_where_it_does():
    texts = {"a": policy(5_000, ids=[person(1).user_id]), "b": policy(5_000)}
    packed = pack(texts, [person(1)], {person(1).user_id: ["b"]}, names=True)
    assert packed.placed == {person(1).user_id: "b"}
    assert list(packed.texts) == ["b"]


def test_whom_no_policy_reaches_is_told_and_costs_the_others_nothing():
    texts = {"a": policy(5_000), "b": policy(5_000)}
    wanted = [person(1, "jane"), person(2), person(3), person(4)]
    packed = pack(texts, wanted, {person(number).user_id: ["b", "a"] for number in (2, 3)}, names=True)
    assert packed.full == (person(1, "jane"), person(4))
    assert list(packed.texts) == ["a"]


def test_an_id_that_is_none_and_a_text_that_is_no_policy_are_refused():
    with pytest.raises(DenyDocumentInvalid):
        pack({"a": policy(500)}, [Denied("*")], {"*": ["a"]}, names=True)
    with pytest.raises(DenyDocumentInvalid):
        pack({"a": "{}"}, [], {}, names=True)


@pytest.mark.parametrize("count", [5, 9])
def test_250_people_are_packed_in_a_moment(count):
    """Measured in the processor's own time, so that a busy machine does not matter; the bound is several times it."""
    texts = {f"p-{number}": policy(6_000, ids=[person(900).user_id], names=["x"]) for number in range(count)}
    crowd = [person(number, f"somebody.{number}@example.com") for number in range(250)]
    allowed = {one.user_id: list(texts)[number % 2 :] for number, one in enumerate(crowd)}
    start = time.process_time()
    packed = pack(texts, crowd, allowed, names=True)
    assert time.process_time() - start < 0.4
    assert len(packed.placed) == 250
    assert len(packed.texts) == 3
    assert sum(len(json.loads(text)["Statement"]) for text in packed.texts.values()) == 9
