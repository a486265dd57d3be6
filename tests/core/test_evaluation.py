"""Whom our statements deny, checked against two other readings of IAM's rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.deny import policy_document
from bot.core.deny.evaluation import Session, denies
from bot.core.deny.policy_document import Denied
from bot.core.deny.statements import DocumentKind
from bot.core.errors import DenyDocumentInvalid
from bot.playground.identity_center.truth.evaluator import denies_everything
from tests.core import deny_documents as made

A, B = made.IDS[:2]
SCP = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
PATH = "role/aws-reserved/sso.amazonaws.com/"
ROLES = [
    f"arn:aws:iam::111122223333:{PATH}AWSReservedSSO_Admin_0123456789abcdef",
    f"arn:aws:iam::111122223333:{PATH}eu-west-1/AWSReservedSSO_Admin_0123456789abcdef",
    f"arn:aws-us-gov:iam::111122223333:{PATH}us-gov-west-1/AWSReservedSSO_a:b_0123456789abcdef",
    f"arn:aws-cn:iam::000000000000:{PATH}cn-north-1/AWSReservedSSO_",
]
OTHER_ROLES = [
    "arn:aws:iam::111122223333:role/Admin",
    "arn:aws:iam::111122223333:role/AWSReservedSSO_Admin_0123456789abcdef",
    f"arn:aws:iam::111122223333:{PATH}eu-west-1/Other",
    f"arn:aws:iam::111122223333:user/{PATH}AWSReservedSSO_x",
    f"arn:aws:iam:eu-west-1:111122223333:{PATH}AWSReservedSSO_x",
    f"arn:aws:sts::111122223333:{PATH}AWSReservedSSO_x",
    f"arn:aws:iam::1:2:{PATH}AWSReservedSSO_x",
    f"x:aws:iam::111122223333:{PATH}AWSReservedSSO_x",
    "arn:aws:iam::111122223333",
    "",
]
# What AWS lets a role session be called (botocore model of sts, `roleSessionNameType`), and what it never is.
SESSION_NAMES = [
    "jane",
    "Jane",
    "jane@example.com",
    "jane2",
    "xjane",
    "an",
    "*",
    "?",
    "AROAEXAMPLE:jane",
    "jane\n",
    "a\n:jane",
    "",
]
SESSIONS = st.builds(
    Session,
    st.sampled_from([*made.IDS, A.upper(), "f" + A[1:], "", policy_document.PLACEHOLDER.lower()]),
    st.sampled_from(SESSION_NAMES + made.SAFE_NAMES),
    st.sampled_from(ROLES + OTHER_ROLES),
)


def is_session_role(arn):
    """Written without wildcards: a role that a permission set made."""
    parts = arn.split(":", 5)
    if len(parts) != 6 or [parts[0], parts[2], parts[3]] != ["arn", "iam", ""] or not parts[5].startswith(PATH):
        return False
    return "AWSReservedSSO_" in parts[5].removeprefix(PATH)


def is_called(name, session):
    """`*:` matches up to any colon, the first one of `AROAEXAMPLE:` among them."""
    return f"AROAEXAMPLE:{session.session_name}".endswith(f":{name}")


def expected(ids, names, session, id_key):
    by_id = id_key and session.user_id in ids
    return by_id or (is_session_role(session.role_arn) and any(is_called(name, session) for name in names))


@given(made.KINDS, st.data(), made.people(max_size=4), SESSIONS, st.booleans())
def test_exactly_those_whom_a_document_names_are_denied(kind, data, people, session, id_key):
    layout = data.draw(made.layouts(kind))
    text = policy_document.change(layout.text(), kind=kind, add=people)
    ids = layout.denied_ids | {one.user_id for one in people}
    names = layout.denied_names | {one.user_name for one in people if made.matchable(one.user_name)}
    assert denies(text, session, id_key=id_key) == expected(ids, names, session, id_key)


@given(made.KINDS, st.data(), made.people(max_size=4), SESSIONS, st.booleans())
def test_the_simulator_judges_alike(kind, data, people, session, id_key):
    allowing = st.just({"Effect": "Allow", "Action": "*", "Resource": "*"})
    before = data.draw(made.layouts(kind, allowing)).text()
    text = policy_document.change(before, kind=kind, add=[one for one in people if "\\" not in one.user_name])
    context = {"aws:userid": f"AROAEXAMPLE:{session.session_name}", "aws:principalarn": session.role_arn}
    if id_key:
        context["identitystore:userid"] = session.user_id
    assert denies(text, session, id_key=id_key) == (text != "" and denies_everything(text, context))


@given(
    made.KINDS,
    st.sampled_from([one for one in made.SAFE_NAMES if made.matchable(one)]),
    st.sampled_from(ROLES),
    st.booleans(),
)
def test_who_is_denied_by_name_is_denied_though_aws_may_leave_the_id_out(kind, name, role_arn, id_key):
    before = SCP if kind is DocumentKind.SCP else ""
    text = policy_document.change(before, kind=kind, add=[Denied(A, name)])
    assert denies(text, Session(A, name, role_arn), id_key=id_key)
    assert denies(text, Session(A, "renamed", role_arn), id_key=id_key) is id_key
    assert not denies(text, Session(B, f"x{name}", role_arn))
    assert not denies(text, Session(B, f"{name}x", role_arn))
    assert not denies(policy_document.change(text, kind=kind, remove=[Denied(A, name)]), Session(A, name, role_arn))
    assert not denies(
        policy_document.change(before, kind=kind, add=[Denied(A, name)], names=False),
        Session(A, name, role_arn),
        id_key=False,
    )


@pytest.mark.parametrize("role_arn", OTHER_ROLES)
def test_a_name_denies_no_session_of_any_other_role(role_arn):
    """A role session of a pipeline may be called like a person."""
    text = policy_document.change("", kind=DocumentKind.INLINE, add=[Denied(A, "jane")])
    assert not denies(text, Session(B, "jane", role_arn))
    assert denies(text, Session(A, "jane", role_arn))


@given(SESSIONS, st.booleans())
def test_nobody_is_denied_by_a_placeholder_by_statements_of_others_or_by_no_policy(session, id_key):
    everybody = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}'
    for text in ("", everybody, policy_document.change(SCP, kind=DocumentKind.SCP)):
        assert not denies(text, session, id_key=id_key)


def test_names_and_ids_are_compared_to_the_letter():
    text = policy_document.change(
        "", kind=DocumentKind.INLINE, add=[Denied("abcdef00-0000-4000-8000-000000000000", "Jane")]
    )
    assert denies(text, Session(B, "Jane", ROLES[0]))
    assert denies(text, Session(B, "a star matches\nany letter:Jane", ROLES[0]))
    assert not denies(text, Session("ABCDEF00-0000-4000-8000-000000000000", "jane", ROLES[0]))


def test_what_can_not_be_read_is_not_judged():
    with pytest.raises(DenyDocumentInvalid):
        denies("{}", Session(A, "jane", ROLES[0]))
