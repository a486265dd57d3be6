"""An independent linter (parliament, by Duo Security) reads every kind of document that we write and finds nothing."""

import importlib
import importlib.resources
import json
import sys
import types
import warnings

import pytest
from hypothesis import given, settings

from bot.core.deny import policy_document
from bot.core.deny.policy_document import Denied
from bot.core.deny.statements import DocumentKind
from tests.core import deny_documents as made

SCP = made.Layout(['"Version":"2012-10-17"'], [made.statement_by_id(policy_document.PLACEHOLDER)], []).text()


@pytest.fixture(scope="module")
def parliament():
    """It asks setuptools where its data lies, through a module that newer ones no longer have, and closes no file."""
    where = types.ModuleType("pkg_resources")
    where.resource_filename = lambda package, name: str(importlib.resources.files(package) / name)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setitem(sys.modules, "pkg_resources", where)
        warnings.simplefilter("ignore")
        return importlib.import_module("parliament")


def findings(parliament, text):
    return [(finding.issue, finding.detail) for finding in parliament.analyze_policy_string(text).findings]


@settings(max_examples=25)
@given(made.KINDS, made.people(min_size=1, max_size=5))
def test_the_linter_finds_nothing_in_what_we_write(parliament, kind, people):
    before = SCP if kind is DocumentKind.SCP else ""
    after = policy_document.change(before, kind=kind, add=people)
    assert findings(parliament, after) == []
    lifted = policy_document.change(after, kind=kind, remove=people)
    assert lifted == "" or findings(parliament, lifted) == []


def test_the_linter_knows_the_keys_of_our_second_statement_and_their_types(parliament):
    """With "*" for an action it looks no other key up, so what it says of `identitystore:userId` is: well-formed."""
    kinds = {key: parliament.statement.get_global_key_type(key) for key in ("aws:userid", "aws:PrincipalArn")}
    assert kinds == {"aws:userid": "String", "aws:PrincipalArn": "Arn"}


@pytest.mark.parametrize(
    ("change", "issue"),
    [
        ({"Condition": {"StringEqual": {"aws:userid": ["*:jane"]}}}, "UNKNOWN_OPERATOR"),
        ({"Condition": {"ArnLike": {"aws:PrincipalArn": "jane"}}}, "MISMATCHED_TYPE"),
        ({"Sid": "with spaces"}, "INVALID_SID"),
        ({"Conditions": {}}, "MALFORMED"),
        ({"Effect": "deny"}, "MALFORMED"),
    ],
)
def test_the_linter_would_have_seen_a_mistake(parliament, change, issue):
    text = policy_document.change("", kind=DocumentKind.INLINE, add=[Denied(made.IDS[0], "jane")])
    document = json.loads(text)
    document["Statement"][1] |= change
    assert [found for found, _ in findings(parliament, json.dumps(document))] == [issue]
