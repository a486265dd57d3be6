"""The last look before writing refuses every single thing that could go wrong with a deny document."""

import copy
import json
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.deny import policy_document
from bot.core.deny.packing import pack
from bot.core.deny.policy_document import Denied
from bot.core.deny.statements import DocumentKind
from bot.core.errors import DenyDocumentInvalid
from tests.core import deny_documents as made

A, B = made.IDS[:2]
SCP, INLINE = DocumentKind
TEXTS = ["", "*", "?", "a*", "${aws:userid}", "jane\n"]


def refused(text, before, kind):
    with pytest.raises(DenyDocumentInvalid):
        policy_document.check(text, before, kind)


def without(key):
    return lambda statement: statement.pop(key)


def condition(change):
    return lambda statement: change(statement["Condition"])


def values(change):
    """Change what the first operator's first key is compared with."""

    def work(statement):
        operator = next(iter(statement["Condition"]))
        key = next(iter(statement["Condition"][operator]))
        statement["Condition"][operator][key] = change(statement["Condition"][operator][key])

    return work


def renamed(old, new):
    """Another operator or another key in the condition, at the same place."""

    def work(statement):
        text = json.dumps(statement["Condition"])
        statement["Condition"] = json.loads(text.replace(f'"{old}', f'"{new}'))

    return work


BOTH = {
    "emptied list": values(lambda _: []),
    "nothing": values(lambda _: None),
    "no condition": without("Condition"),
    "empty condition": condition(dict.clear),
    "only the operators": condition(lambda found: found.update({key: {} for key in found})),
    "a wildcard more": values(lambda found: [*found, "*"]),
    "a placeholder more": values(lambda found: [*found, "Add user ID here"]),
    "a number more": values(lambda found: [*found, 1]),
    "a list in the list": values(lambda found: [found]),
    "a text for the list": values(lambda _: "*"),
    "another effect": lambda found: found.update(Effect="Allow"),
    "a condition more": condition(lambda found: found.update({"Bool": {"aws:ViaAWSService": "false"}})),
    "an element more": lambda found: found.update(Principal="*"),
    "all but these actions": lambda found: found.update(NotAction=found.pop("Action")),
    "another action": lambda found: found.update(Action=["s3:*"]),
    "another resource": lambda found: found.update(Resource="arn:aws:s3:::x"),
}
BY_ID = {
    "another operator": renamed("StringEquals", "StringNotEquals"),
    "a like operator": renamed("StringEquals", "StringLike"),
    "if exists": renamed("StringEquals", "StringEqualsIfExists"),
    "for all values": renamed("StringEquals", "ForAllValues:StringEquals"),
    "another key": renamed("identitystore:", "aws:"),
    **{
        f"{value!r} for an id": values(lambda _, value=value: [value])
        for value in TEXTS
        if "*" in value or "?" in value
    },
    **{f"{value!r} beside ids": values(lambda found, value=value: [*found, value]) for value in TEXTS},
}
BY_NAME = {
    "another operator": renamed("StringLike", "StringNotLike"),
    "if exists": renamed("StringLike", "StringLikeIfExists"),
    "for all values": renamed("StringLike", "ForAllValues:StringLike"),
    "another key": renamed("aws:userid", "aws:username"),
    "no roles": condition(lambda found: found.pop("ArnLike")),
    "no names": condition(lambda found: found.pop("StringLike")),
    "other roles": condition(lambda found: found.update(ArnLike={"aws:PrincipalArn": "*"})),
    "all roles of one path": condition(lambda found: found.update(ArnLike={"aws:PrincipalArn": made.ROLES + "*"})),
    "all but the roles": renamed("ArnLike", "ArnNotLike"),
    "a name without its star": values(lambda _: ["jane"]),
    **{f"{value!r} for a name": values(lambda _, value=value: [f"*:{value}"]) for value in TEXTS},
    **{f"{value!r} beside names": values(lambda found, value=value: [*found, f"*:{value}"]) for value in TEXTS},
}
MUTATIONS = [(policy_document.SID, what, how) for what, how in (BOTH | BY_ID).items()]
MUTATIONS += [(policy_document.SID_BY_NAME, what, how) for what, how in (BOTH | BY_NAME).items()]


@pytest.mark.parametrize("kind", DocumentKind)
@pytest.mark.parametrize(("sid", "how"), [pytest.param(sid, how, id=f"{sid}: {what}") for sid, what, how in MUTATIONS])
@pytest.mark.parametrize("beside", [False, True])
def test_every_single_mistake_in_a_statement_of_ours_is_refused(kind, sid, how, beside):
    """In place of the good statement, and as one more, with our Sid and with another one."""
    before = policy_document.change('{"Version":"2012-10-17","Statement":[]}', kind=kind)
    document = json.loads(policy_document.change(before, kind=kind, add=[Denied(A, "jane"), Denied(B, "joe")]))
    good = next(item for item in document["Statement"] if item["Sid"] == sid)
    bad = copy.deepcopy(good)
    how(bad)
    assert bad != good
    if not beside:
        document["Statement"].remove(good)
    for changed in (bad, bad | {"Sid": "Other"}, {key: bad[key] for key in bad if key != "Sid"}):
        text = json.dumps(document | {"Statement": [*document["Statement"], changed]})
        refused(text, before, kind)


@given(made.KINDS, st.data())
def test_each_byte_of_others_counts(kind, data):
    layout = data.draw(made.layouts(kind))
    assume(layout.others)
    before = layout.text()
    text = policy_document.change(before, kind=kind, add=[Denied(A, "jane")])
    other = data.draw(st.sampled_from(layout.others))
    at = text.index(other)
    cut = data.draw(st.integers(1, len(other) - 1))
    for changed in (other[:cut] + " " + other[cut:], "{ " + other[1:], other.replace("e", "\\u0065", 1)):
        mutated = text[:at] + changed + text[at + len(other) :]
        if mutated != text:
            refused(mutated, before, kind)


@given(made.KINDS, st.data(), st.sampled_from([{"Effect": "Deny", "Action": "*", "Resource": "*"}, {}]))
def test_nothing_of_others_is_added_dropped_doubled_or_moved(kind, data, more):
    layout = data.draw(made.layouts(kind))
    others, mine = layout.others, made.small(made.statement_by_id([A]))

    def text(*statements):
        return replace(layout, statements=list(statements)).text()

    policy_document.check(text(mine, *others), layout.text(), kind)
    refused(text(*others, mine, made.small(more)), layout.text(), kind)
    if others:
        refused(text(mine, *others[1:]), layout.text(), kind)
        refused(text(mine, *others, others[-1]), layout.text(), kind)
    if others != others[::-1]:
        refused(text(mine, *reversed(others)), layout.text(), kind)


@given(made.KINDS, st.data())
def test_nothing_around_the_statements_is_added_dropped_or_moved(kind, data):
    layout = data.draw(made.layouts(kind))
    layout.statements = [*layout.statements, made.statement_by_id([A])]
    before, after = layout.before, layout.after
    for changed in (
        replace(layout, before=[*before, '"New":1']),
        replace(layout, before=before[1:], after=after if before else after[1:]),
        replace(layout, before=after, after=before),
    ):
        if changed != layout:
            refused(changed.text(), layout.text(), kind)


@given(st.data())
def test_an_inline_policy_may_go_exactly_when_nothing_of_others_is_in_it(data):
    layout = data.draw(made.layouts(INLINE))
    if layout.others:
        refused("", layout.text(), INLINE)
    else:
        policy_document.check("", layout.text(), INLINE)
    refused("", layout.text(), SCP)


def test_a_placeholder_is_for_service_control_policies_only():
    text = made.Layout(['"Version":"2012-10-17"'], [made.statement_by_id("nobody")], []).text()
    policy_document.check(text, text, SCP)
    refused(text, text, INLINE)
    refused(text, "", INLINE)


@pytest.mark.parametrize("kind", DocumentKind)
@pytest.mark.parametrize(
    "statement",
    [
        made.statement_by_id([A], sid=policy_document.SID_BY_NAME),
        made.statement_by_name(["jane"]) | {"Sid": policy_document.SID},
        made.statement_by_name(["j*ne"]),
        made.statement_by_name(["jane", "${aws:username}"]),
        {"Sid": policy_document.SID, "Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Sid": policy_document.SID_BY_NAME, "Effect": "Deny", "Action": "*", "Resource": "*"},
    ],
)
def test_a_statement_of_another_form_under_one_of_our_sids_is_refused_everywhere(kind, statement):
    text = made.Layout(['"Version":"2012-10-17"'], [made.statement_by_id([A]), statement], []).text()
    for work in (
        lambda: policy_document.denied_users(text),
        lambda: policy_document.denied_names(text),
        lambda: policy_document.change(text, kind=kind, remove=[Denied(A)]),
        lambda: policy_document.check(text, text, kind),
        lambda: pack({"p": text}, [Denied(A)], {A: ["p"]}, names=True),
    ):
        with pytest.raises(DenyDocumentInvalid, match="changed by hand"):
            work()


@given(made.KINDS, st.data())
def test_no_deny_of_ours_is_ever_without_people_in_its_condition(kind, data):
    """Whatever stood there: also statements of our form that somebody emptied by hand."""
    emptied = st.sampled_from(
        [made.statement_by_id([], sid="Leavers"), made.statement_by_id([]), made.statement_by_name([])]
    )
    layout = data.draw(made.layouts(kind))
    layout.statements = [*layout.statements, *data.draw(st.lists(emptied, max_size=2))]
    after = policy_document.change(
        layout.text(), kind=kind, add=data.draw(made.people(max_size=2)), remove=data.draw(made.people())
    )
    for item in json.loads(after)["Statement"] if after else []:
        if item.get("Sid") in (policy_document.SID, policy_document.SID_BY_NAME, "Leavers"):
            assert all(made.named(item, operator, ["-"]) for operator in ("StringEquals", "StringLike"))
            assert set(item["Condition"]) in ({"StringEquals"}, {"StringLike", "ArnLike"})
