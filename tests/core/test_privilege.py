"""How much a permission set allows."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.access.privilege import privilege_of, privilege_of_name
from bot.core.models import Privilege


def inline(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(**more):
    return {"Effect": "Allow", "Resource": "*", **more}


@pytest.mark.parametrize("action", ["*", ["*"], ["s3:GetObject", "*"], "*:*"])
def test_every_action_in_the_inline_policy_makes_an_administrator(action):
    assert privilege_of("Builders", [], inline(allow(Action=action))) is Privilege.ADMINISTRATOR


@pytest.mark.parametrize("action", ["s3:*", ["iam:*", "ec2:*"], [], None, 7, [["*"]]])
def test_every_action_of_one_service_does_not(action):
    assert privilege_of("Builders", [], inline(allow(Action=action))) is Privilege.OTHER


def test_everything_but_some_makes_a_power_user():
    assert privilege_of("Builders", [], inline(allow(NotAction=["iam:*"]))) is Privilege.POWER_USER


@given(st.lists(st.sampled_from(["AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "Billing"]), max_size=4))
def test_the_strongest_of_the_managed_policies_counts(managed):
    expected = Privilege.OTHER
    if "PowerUserAccess" in managed:
        expected = Privilege.POWER_USER
    if "AdministratorAccess" in managed:
        expected = Privilege.ADMINISTRATOR
    assert privilege_of("Builders", managed, "") is expected


def test_what_is_denied_makes_nobody_stronger():
    assert privilege_of("Builders", [], inline({"Effect": "Deny", "Action": "*", "Resource": "*"})) is Privilege.OTHER


def test_one_statement_may_stand_without_a_list():
    text = json.dumps({"Statement": allow(Action="*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})})
    assert privilege_of("Builders", [], text) is Privilege.ADMINISTRATOR


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["Statement", "Effect", "Action"]), inner)
    ),
    max_leaves=10,
)


@given(
    st.text(max_size=20), st.lists(st.text(max_size=20), max_size=2), json_values.map(json.dumps) | st.text(max_size=20)
)
def test_no_policy_text_is_too_strange_to_look_at(name, managed, text):
    assert privilege_of(name, managed, text) in Privilege


@given(st.sampled_from(["AdministratorAccess", "PowerUserAccess", "Billing"]), json_values.map(json.dumps))
def test_a_policy_more_never_makes_weaker(name, text):
    ranks = list(Privilege)
    alone = privilege_of_name(name) or Privilege.OTHER
    assert ranks.index(privilege_of(name, [], text)) <= ranks.index(alone)
