"""Who asks from a terminal: how that is stored, and whose wishes are carried out."""

import string
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import User
from bot.core.terminal.askers import TerminalAsker, terminal_asker
from bot.core.terminal.identities import NAMED, may_ask_here
from bot.core.terminal.wishes import Wish

ACCOUNT, ELSEWHERE = "111111111111", "222222222222"
names = st.text(string.ascii_letters + string.digits + "+=,.@_-", min_size=1, max_size=20)


def session(role: str, name: str = "alice", account: str = ACCOUNT) -> str:
    return f"arn:aws:sts::{account}:assumed-role/{role}/{name}"


@given(st.text(), st.text(), names)
def test_whoever_asked_is_read_back_as_stored_and_can_be_taken_for_nobody_in_slack(
    os_user: str, host: str, role: str
) -> None:
    stored = TerminalAsker(session(role), os_user, host).stored
    found = terminal_asker(stored)
    assert found
    assert found.arn == session(role)
    assert found.stored == stored
    assert not set(stored) & set("\n\r\x1b\u202e")


@given(st.text(string.ascii_uppercase + string.digits, max_size=12))
def test_a_slack_id_is_nobody_in_a_terminal(text: str) -> None:
    assert terminal_asker(f"U{text}") is None
    assert terminal_asker("leaverbot") is None


@pytest.mark.parametrize(
    ("arn", "called"),
    [
        (session("Admin"), "Admin/alice"),
        (session("AWSReservedSSO_Security_0123456789abcdef", "alice@example.com"), "Security/alice@example.com"),
        (f"arn:aws:iam::{ACCOUNT}:user/team/alice", "alice"),
        (f"arn:aws:iam::{ACCOUNT}:root", "root"),
        ("", ""),
    ],
)
def test_an_identity_goes_by_role_and_session_or_by_its_user(arn: str, called: str) -> None:
    assert TerminalAsker(arn, "alice", "host7").identity == called


@given(names, names, names)
def test_sessions_of_one_role_are_one_identity_and_roles_of_other_accounts_are_not(
    role: str, one: str, other: str
) -> None:
    assert may_ask_here(session(role, one), session(role, other), ())
    assert not may_ask_here(session(role, one), session(role, one, ELSEWHERE), ())
    assert not may_ask_here(session(role, one), session(f"{role}x", one), ())


@given(names, names, st.sampled_from(["", "team/", "aws-reserved/sso.amazonaws.com/eu-west-1/"]))
def test_a_named_role_goes_by_its_name_whatever_its_path(role: str, own: str, path: str) -> None:
    named = f"arn:aws:iam::{ACCOUNT}:role/{path}{role}"
    assert NAMED.fullmatch(named)
    assert may_ask_here(session(role), f"arn:aws:iam::{ACCOUNT}:user/{own}", (named,))
    assert not may_ask_here(session(role, account=ELSEWHERE), f"arn:aws:iam::{ACCOUNT}:user/{own}", (named,))
    assert not may_ask_here(session(f"{role}x"), f"arn:aws:iam::{ACCOUNT}:user/{own}", (named,))


def test_a_user_is_a_user_with_this_path_and_no_role_of_the_same_name() -> None:
    alice = f"arn:aws:iam::{ACCOUNT}:user/team/alice"
    assert may_ask_here(alice, session("leaverbot"), (alice,))
    assert not may_ask_here(f"arn:aws:iam::{ACCOUNT}:user/alice", session("leaverbot"), (alice,))
    assert not may_ask_here(session("alice"), session("leaverbot"), (alice,))
    assert not may_ask_here(f"arn:aws-cn:iam::{ACCOUNT}:user/team/alice", session("leaverbot"), (alice,))


def test_who_proved_nothing_may_ask_nothing() -> None:
    assert not may_ask_here("", "", ("",))


WISH = Wish("w-1", "revoke", User("u-1", "dana"), "alice", "host7", datetime(2026, 11, 28, tzinfo=UTC))
OTHERS = {
    "id": "w-2",
    "what": "delete",
    "user": User("u-1", "dana", revision="2"),
    "os_user": "bob",
    "host": "host8",
    "digest": "d",
    "reason": "r",
    "not_disabled": True,
    "with_delete": True,
    "dry_run": True,
    "case_id": "c",
    "case_version": 1,
}


def test_a_proof_is_bound_to_every_field_that_somebody_decided_on() -> None:
    made = {WISH.binding} | {replace(WISH, **{name: value}).binding for name, value in OTHERS.items()}
    assert len(made) == len(OTHERS) + 1
    # When it was asked is in the proof itself; the rest is what became of it.
    assert {field.name for field in fields(Wish)} - set(OTHERS) == {"asked_at", "proof", "state", "answer"}
