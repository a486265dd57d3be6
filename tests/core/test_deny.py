"""The deny document: it must never deny anybody who is not named in it."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.deny import policy_document, statements
from bot.core.errors import DenyDocumentFull, DenyDocumentInvalid
from bot.core.models import is_user_id
from tests.core import strategies as our

A = "11111111-1111-4111-8111-111111111111"
B = "9067000000-22222222-2222-4222-8222-222222222222"
OURS = {
    "Effect": "Deny",
    "Action": ["*"],
    "Resource": "*",
    "Condition": {"StringEquals": {"identitystore:userId": policy_document.PLACEHOLDER}},
}
FORM = {"Effect", "Action", "Resource", "Condition"}


def add(text, user_id):
    return policy_document.change(text, kind=policy_document.DocumentKind.SCP, add=[policy_document.Denied(user_id)])


def lift(text, user_id, placeholder=policy_document.PLACEHOLDER):
    return policy_document.change(
        text, kind=policy_document.DocumentKind.SCP, remove=[policy_document.Denied(user_id)], placeholder=placeholder
    )


def check(text, before):
    policy_document.check(text, before, policy_document.DocumentKind.SCP)


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def naming(value, **changes):
    return {**OURS, "Condition": {"StringEquals": {"identitystore:userId": value}}, **changes}


def statements_of(text):
    found = json.loads(text)["Statement"]
    return found if isinstance(found, list) else [found]


def values_of(statement):
    """What our statement's condition names, written independently of the module; None for others' statements."""
    if not isinstance(statement, dict) or set(statement) - {"Sid"} != FORM or statement["Effect"] != "Deny":
        return None
    if statement["Action"] not in ("*", ["*"]) or statement["Resource"] not in ("*", ["*"]):
        return None
    condition = statement["Condition"]
    if not isinstance(condition, dict) or set(condition) != {"StringEquals"}:
        return None
    inner = condition["StringEquals"]
    if not isinstance(inner, dict) or len(inner) != 1 or next(iter(inner)).lower() != "identitystore:userid":
        return None
    value = next(iter(inner.values()))
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or any(not isinstance(item, str) or "$" in item for item in values):
        return None
    return values


def exactly(value):
    """A text that differs whenever two JSON values do: Python holds 1, 1.0 and True for equal."""
    return json.dumps(value, sort_keys=True)


def untouched(text):
    """Everything in the document that is not ours."""
    parsed = json.loads(text)
    others = [statement for statement in statements_of(text) if values_of(statement) is None]
    return exactly({**parsed, "Statement": others})


def named(text):
    """The users our statements deny."""
    found = [values_of(statement) or [] for statement in statements_of(text)]
    return {value for values in found for value in values if is_user_id(value)}


def assert_safe(text, before):
    """Every deny of ours names well-formed ids, or a lone text that is nobody's; the rest is as it was; it fits."""
    ours = [values for values in map(values_of, statements_of(text)) if values is not None]
    assert len(ours) == 1
    (values,) = ours
    assert values
    assert all(is_user_id(value) for value in values) or (len(values) == 1 and not set("*?$") & set(values[0]))
    assert untouched(text) == untouched(before)
    assert len(text) <= statements.MAX_CHARACTERS
    text.encode()


TEXTS = our.written(our.policy_documents())


@given(TEXTS)
def test_the_denied_users_are_those_our_statements_name(text):
    assert policy_document.denied_users(text) == named(text)


@given(TEXTS, our.user_ids)
def test_adding_a_user_denies_exactly_one_more_and_changes_nothing_else(text, user_id):
    after = add(text, user_id)
    assert policy_document.denied_users(after) == named(after) == named(text) | {user_id}
    assert_safe(after, text)


@given(TEXTS, st.data())
def test_lifting_frees_exactly_one_and_changes_nothing_else(text, data):
    user_id = data.draw(st.sampled_from(sorted(named(text))) if named(text) else our.user_ids)
    after = lift(text, user_id, data.draw(our.placeholders))
    assert policy_document.denied_users(after) == named(after) == named(text) - {user_id}
    assert_safe(after, text)


@given(our.written(our.policy_documents(values=our.placeholders)), st.lists(our.user_ids, min_size=1, max_size=4))
def test_lifting_the_last_user_restores_the_placeholder_that_stood_there(text, user_ids):
    placeholder = policy_document.placeholder_of(text)
    after = text
    for user_id in user_ids:
        after = add(after, user_id)
    for user_id in user_ids:
        after = lift(after, user_id, placeholder)
    assert policy_document.placeholder_of(after) == placeholder
    assert policy_document.denied_users(after) == frozenset()
    assert [values for values in map(values_of, statements_of(after)) if values is not None] == [[placeholder]]
    assert_safe(after, text)


def test_the_document_aws_recommends_comes_back_as_it_was():
    before = json.dumps({"Version": "2012-10-17", "Statement": [OURS]}, separators=(",", ":"))
    denied = add(add(before, B), A)
    assert json.loads(denied)["Statement"] == [naming([A, B])]
    assert lift(lift(denied, A), B) == before


def test_our_statement_keeps_the_spelling_it_was_written_in():
    text = document(
        {"Sid": "Leavers", **naming("x", Action="*"), "Condition": {"StringEquals": {"identitystore:UserId": "x"}}}
    )
    (after,) = statements_of(add(text, A))
    assert after == {
        "Sid": "Leavers",
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringEquals": {"identitystore:UserId": [A]}},
    }


def test_a_document_without_our_statement_gets_one_at_its_end():
    others = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    single = json.dumps({"Version": "2012-10-17", "Statement": others})
    for text in (document(others), single):
        assert statements_of(add(text, A)) == [others, naming([A], Sid=policy_document.SID)]


def test_what_several_of_our_statements_name_is_carried_by_the_first():
    text = document(naming([A]), {"Effect": "Allow", "Action": "*", "Resource": "*"}, naming(B))
    after = lift(text, A)
    assert [values_of(statement) for statement in statements_of(after)] == [[B], None]


def test_a_deny_of_ours_without_values_gets_some_the_next_time_it_is_written():
    assert values_of(statements_of(lift(document(naming([])), A))[0]) == [policy_document.PLACEHOLDER]
    assert policy_document.placeholder_of(document(naming([]))) == policy_document.PLACEHOLDER


def test_an_id_in_capitals_stays_denied_when_another_user_is_added_or_lifted():
    """AWS's model allows capitals; losing one here would lift a deny that nobody lifted."""
    text = document(naming([A.replace("1", "A")]))
    assert policy_document.denied_users(add(text, B)) == {A.replace("1", "A"), B}
    assert policy_document.denied_users(lift(text, B)) == {A.replace("1", "A")}


# --- full -------------------------------------------------------------------------------------------------------


def ids(count, prefix=""):
    return [f"{prefix}{number:08x}-0000-4000-8000-000000000000" for number in range(count)]


@pytest.mark.parametrize(("prefix", "room"), [("", 258), ("1234567890-", 201)])
def test_there_is_room_for_as_many_users_as_the_quota_allows_and_not_for_one_more(prefix, room):
    """10,240 characters: 258 ids of 36 characters, 201 of 47."""
    *most, last, too_many = ids(room + 1, prefix)
    text = add(document(naming(most)), last)
    assert len(policy_document.denied_users(text)) == room
    with pytest.raises(DenyDocumentFull, match="full"):
        add(text, too_many)
    assert add(text, last) == text
    assert too_many in policy_document.denied_users(add(lift(text, last), too_many))


@given(st.integers(0, 10_300))
def test_no_document_over_the_quota_is_written_however_others_fill_it(filling):
    text = document({"Effect": "Allow", "Action": "x" * filling, "Resource": "*"}, OURS)
    try:
        after = add(text, A)
    except DenyDocumentFull:
        other = json.dumps(statements_of(text)[0])
        mine = json.dumps(naming([A]), separators=(",", ":"))
        assert len(f'{{"Version":"2012-10-17","Statement":[{other},{mine}]}}') > statements.MAX_CHARACTERS
    else:
        assert_safe(after, text)


def test_white_space_around_and_in_ours_is_not_what_fills_the_document():
    text = json.dumps({"Version": "2012-10-17", "Statement": [naming(ids(100))]}, indent=40)
    assert len(text) > statements.MAX_CHARACTERS
    assert len(policy_document.denied_users(add(text, A))) == 101


# --- what is not a document -------------------------------------------------------------------------------------


def attempt(work, *args):
    """The result, or None when it was refused as it should be; any other exception fails the test."""
    try:
        return work(*args)
    except (DenyDocumentInvalid, DenyDocumentFull):
        return None


@given(
    st.one_of(
        st.text(),
        our.json_values.map(json.dumps),
        our.json_values.map(lambda value: json.dumps({"Statement": value})),
        our.written(
            st.fixed_dictionaries({"Statement": st.lists(our.our_statements(our.json_values) | our.json_values)})
        ),
    ),
    our.user_ids,
)
@example('{"Statement": NaN}', A)
@example('{"Statement": [], "Id": NaN}', A)
@example('{"Statement": [], "Id": 1e999}', A)
@example('{"Statement": [], "Id": "\\ud800"}', A)
@example('{"Statement": [], "Id": "\ud800"}', A)
@example('{"Statement": [], "Statement": []}', A)
@example('{"Statement": ' + "[" * 100_000 + "]" * 100_000 + "}", A)
@example('{"Statement": [], "Id": ' + "[" * 60 + "]" * 60 + "}", A)
@example('{"Statement": [], "Id": ' + "1" * 5_000 + "}", A)
@example('\ufeff{"Statement": []}', A)
@example("", A)
def test_whatever_stands_in_the_policy_it_is_refused_or_handled_safely(text, user_id):
    attempt(policy_document.denied_users, text)
    attempt(policy_document.placeholder_of, text)
    attempt(check, text, text)
    for after in (attempt(add, text, user_id), attempt(lift, text, user_id)):
        if after is not None:
            assert_safe(after, text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (" ", "cannot be read as JSON"),
        ("{", "cannot be read as JSON"),
        ('{"Statement":[],"Id":NaN}', "cannot be read as JSON"),
        ('{"Statement":[],"Id":-Infinity}', "cannot be read as JSON"),
        ('{"Statement":[],"Version":"1","Version":"2"}', "occurs twice"),
        ('{"Statement":' + "[" * 100_000, "cannot be read as JSON"),
        ('{"Statement":[],"Id":' + "[" * 60 + "]" * 60 + "}", "nested too deeply"),
        ('{"Statement":[],"Id":"\ud800"}', "cannot be read as JSON"),
        ("[]", "not a policy document"),
        ("null", "not a policy document"),
        ('{"Version":"2012-10-17"}', "not a policy document"),
        ('{"Statement":null}', "not an object"),
        ('{"Statement":"x"}', "not an object"),
        ('{"Statement":[{},[]]}', "not an object"),
    ],
)
def test_what_can_not_be_read_is_refused_with_the_reason(text, why):
    for work in (
        lambda: policy_document.denied_users(text),
        lambda: policy_document.placeholder_of(text),
        lambda: add(text, A),
        lambda: lift(text, A),
        lambda: check(text, text),
    ):
        with pytest.raises(DenyDocumentInvalid, match=why):
            work()


@given(TEXTS, st.one_of(our.user_ids, st.sampled_from(["", "*", "a?", "${aws:userid}"])))
def test_a_placeholder_that_could_be_somebody_is_refused(text, placeholder):
    with pytest.raises(DenyDocumentInvalid, match="placeholder"):
        lift(text, A, placeholder)


@pytest.mark.parametrize(
    "changed",
    [
        {key: value for key, value in OURS.items() if key != "Condition"},
        {**OURS, "Condition": {}},
        {**OURS, "Condition": {"StringNotEquals": {"identitystore:userId": A}}},
        {**OURS, "Condition": {"StringEquals": {"aws:userId": A}}},
        {**OURS, "Effect": "Allow"},
        naming("${aws:PrincipalTag/banned}"),
        naming(None),
    ],
)
def test_our_own_statement_changed_by_hand_is_refused_on_every_path(changed):
    """By its Sid it is ours, and what it denies cannot be told: without a condition it would be everybody."""
    text = document({"Sid": policy_document.SID, **changed})
    for work in (policy_document.denied_users, policy_document.placeholder_of):
        with pytest.raises(DenyDocumentInvalid, match="changed by hand"):
            work(text)
    for write in (add, lift):
        with pytest.raises(DenyDocumentInvalid, match="changed by hand"):
            write(text, A)
    with pytest.raises(DenyDocumentInvalid, match="changed by hand"):
        check(text, document(OURS))


# --- the last look before writing -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        [],
        "",
        [""],
        "*",
        ["*"],
        "a?",
        [policy_document.PLACEHOLDER, "x"],
        [A, policy_document.PLACEHOLDER],
        [A, ""],
        [A, "*"],
        [A, A + " "],
        [A[:-1] + "g", B],
    ],
)
def test_a_deny_of_ours_that_names_anything_but_users_or_one_placeholder_is_never_written(values):
    with pytest.raises(DenyDocumentInvalid):
        check(document(naming(values)), document(OURS))
    with pytest.raises(DenyDocumentInvalid):
        check(document(naming([A]), naming(values)), document(OURS))


@pytest.mark.parametrize(
    "values", [A, [A], [A, B], [A.upper()], policy_document.PLACEHOLDER, [policy_document.PLACEHOLDER], "nobody"]
)
def test_a_deny_of_ours_that_names_users_or_one_placeholder_may_be_written(values):
    check(document(naming(values)), document(OURS))


def test_a_document_without_our_statement_is_never_written():
    with pytest.raises(DenyDocumentInvalid, match="no deny statement"):
        check(document(), document(OURS))


LOCK_OUTS = [
    {"Effect": "Deny", "Action": ["*"], "Resource": "*"},
    {**OURS, "Condition": {}},
    {**OURS, "Condition": {"StringEquals": {}}},
    {**OURS, "Condition": {"StringEquals": {"identitystore:userId": "${identitystore:userId}"}}},
    {**OURS, "Condition": {"StringNotEquals": {"identitystore:userId": A}}},
    {**OURS, "Condition": {"StringLike": {"identitystore:userId": "*"}}},
    {**OURS, "Condition": {"Null": {"identitystore:userId": "false"}}},
    {"Effect": "Deny", "NotAction": "x:y", "Resource": "*", "Condition": OURS["Condition"]},
]


@pytest.mark.parametrize("statement", LOCK_OUTS)
def test_no_statement_that_was_not_there_before_is_written_beside_ours(statement):
    with pytest.raises(DenyDocumentInvalid, match="not leaverbot's"):
        check(document(naming([A]), statement), document(OURS))
    with pytest.raises(DenyDocumentInvalid):
        check(document(statement), document(OURS))


@pytest.mark.parametrize(("old", "new"), [(1, True), (0, False), (1, 1.0), (0.0, False)])
def test_values_that_only_python_holds_for_equal_are_a_change(old, new):
    with pytest.raises(DenyDocumentInvalid, match="not leaverbot's"):
        check(document({"Effect": "Allow", "x": new}, OURS), document({"Effect": "Allow", "x": old}, OURS))


@pytest.mark.parametrize("letter", ["x", "é", "\U0001f600"])
def test_the_quota_counts_characters_to_the_last_one(letter):
    """A letter beyond ASCII is one character, unless it was written as an escape."""

    def filled(length):
        statement = {"Effect": "Allow", "Action": letter * length, "Resource": "*"}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, ensure_ascii=False)

    room = statements.MAX_CHARACTERS - len(add(filled(0), A))
    assert len(add(filled(room), A)) == statements.MAX_CHARACTERS
    with pytest.raises(DenyDocumentFull):
        add(filled(room + 1), A)


def test_a_document_that_is_too_long_is_never_written():
    with pytest.raises(DenyDocumentFull, match="Lift a deny"):
        check(document(naming(ids(300))), document(OURS))
