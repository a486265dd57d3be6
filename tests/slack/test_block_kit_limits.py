"""Whatever a directory holds, Slack takes what we draw, and nothing of it acts."""

import itertools
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import pytest
import slack_sdk.models.blocks as sdk
import slackblocks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slackblocks import _limits as limits

from bot.core.access.person_read import PersonRead, Problem
from bot.core.access.severity import Severity
from bot.core.actions import LEAVERBOT, Action, ActionState, Asker
from bot.core.authorization import Refused
from bot.core.cases import Case, CaseState, CloseReason
from bot.core.deny.placed import AccountCover, PlacedDeny
from bot.core.kinds import DELETE, DENY, DETAILS, KINDS, REVOKE, SHUT_OUT, controls, dialogs
from bot.core.lists.digests import Digest, First
from bot.core.lists.filters import CaseFilter
from bot.core.lists.order import PAGE
from bot.core.lists.views import DenyMark, ListPage, ListRow
from bot.core.models import (
    Account,
    Grant,
    GrantKind,
    Group,
    Membership,
    Orphan,
    Path,
    PermissionSet,
    Privilege,
    Use,
    User,
    UserStatus,
)
from bot.core.plans.operations import Operation, OperationKind, OperationState, Outcome
from bot.core.plans.plan import Plan
from bot.core.reasons import Code, Reason
from bot.core.rules.announcements import Announcement, AnnouncementState
from bot.core.rules.brake import Brake, BrakeState, BrakeView
from bot.core.rules.decisions import Why
from bot.core.rules.durations import parse
from bot.core.rules.facts import Stop
from bot.core.rules.holds import Hold, HoldView, WhyHeld
from bot.core.rules.report import Awaited, RulesReport
from bot.core.rules.rules import AutoRules, DenyScope
from bot.core.rules.views import Foreseen, OnPerson, RuleView
from bot.core.scan.coverage import Coverage, How, ScanStatus, Strategy
from bot.core.scan.report import Summary
from bot.core.views import (
    CaseChange,
    CaseView,
    DenyView,
    DialogState,
    DialogView,
    Matches,
    Notice,
    NoticeKind,
    OrphanList,
    PersonView,
    UnusedList,
    UnusedSet,
)
from bot.core.waiting import Wait
from bot.playground.slack_workspace.blockkit.check import check_message, check_view
from bot.slack import blocks, messages
from bot.slack.dialogs.dialog import dialog_view
from bot.slack.wording.text import size

ALL_RULES = AutoRules(
    DenyScope.CRITICAL, parse("critical=1m,high=61m,normal=3599d"), parse("critical=1m,high=61m,normal=3599d")
)
HOSTILE = [
    "",
    "   ",
    "\u3164",
    "<!channel>",
    "<!here|here>",
    "<@U123>",
    "<!subteam^S123>",
    "<https://evil.example|Approve>",
    "&lt;!channel&gt;",
    "\u202egnp.exe",
    "\u2067abc",
    "דנה רוסי",
    "ضياء",
    "*bold* _it_ ~strike~ `code` ```block```",
    ":skull:",
    ":skull",
    "a\nb\r\nc\u2028d\x00e\x07",
    "> quoted",
    "&" * 300,
    "<" * 300,
    "😀" * 300,
    "👨‍👩‍👧‍👦" * 60,
    "a" * 300,
    "word " * 60,
    "z" + "\u0300" * 300,
    "svc_backup_1",
    "@channel",
    "arn:aws:sso:::permissionSet/ssoins-1/ps-1",
    "^{date}|x>",
]
# Deferred, because hypothesis writes strategies out when they are long.
texts = st.deferred(lambda: st.sampled_from(HOSTILE) | st.text(max_size=300))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds
slack_ids = st.sampled_from(["U0ALICE", "W0BOB", "S0TEAM", "<!channel>", "", "scan", "@here"])
account_ids = st.sampled_from(["111111111111", "222222222222", "333333333333"]) | st.integers(10**11, 10**12 - 1).map(
    str
)
maybe = lambda inner: st.none() | inner  # noqa: E731 - reads as a word below


LINK = "https://acme.slack.com/archives/C0123456789/p1772444520000100"


class Everybody(dict[str, str]):
    """Everybody has a message of their own."""

    def get(self, key: str, default: str | None = None) -> str:  # noqa: ARG002 - as dictionaries have it
        return LINK


links = st.sampled_from([{}, Everybody()])


def _digest(still, counted, worst, at, used, first, brake, buttons):
    """Each of those that it names has a message of its own."""
    links = {case.user.id: LINK for case in worst}
    name = f"brake:{'0' * 36}" if brake else "0" * 36
    return Digest(name, 3000, still, counted, worst, at, links, used, first, brake=brake, buttons=buttons)


def some(inner, most=4):
    return st.lists(inner, max_size=most).map(tuple)


def many(inner):
    """A few of them, or three hundred alike, as a large directory has."""
    return some(inner, 12) | st.tuples(inner, st.sampled_from([60, 300])).map(lambda pair: (pair[0],) * pair[1])


users = st.builds(
    User,
    id=texts,
    user_name=texts,
    display_name=texts,
    email=texts,
    status=st.sampled_from(UserStatus),
    updated_at=maybe(moments),
    scim=st.booleans(),
)
grants = st.builds(
    Grant,
    kind=st.sampled_from(GrantKind),
    path=st.sampled_from(Path),
    group_id=maybe(texts),
    group_name=maybe(texts),
    account_id=maybe(account_ids),
    account_name=maybe(texts),
    account_status=maybe(st.sampled_from(["ACTIVE", "SUSPENDED", "CLOSED", "PENDING_CLOSURE", "<odd>"])),
    permission_set_arn=maybe(texts),
    permission_set_name=maybe(texts | st.just("AdministratorAccess")),
    session_seconds=maybe(st.integers(0, 43_200)),
    application_arn=maybe(texts),
    application_name=maybe(texts),
    entitlement_id=maybe(texts),
    role_arn=maybe(texts | st.just("arn:aws:iam::111111111111:role/Deploy")),
    privilege=maybe(st.sampled_from(Privilege)),
)
uses = st.builds(
    Use,
    event=texts | st.sampled_from(["UserAuthentication", "Federate", "RunInstances"]),
    at=moments,
    account_id=texts | account_ids,
    region=texts,
)
operations = st.builds(
    Operation,
    kind=st.sampled_from(OperationKind),
    args=st.fixed_dictionaries(
        {"permission_set_arn": texts, "group_id": texts, "user_id": texts, "application_arn": texts, "role_arn": texts},
        optional={"account_id": texts},
    ),
    shown=st.fixed_dictionaries(
        {"account": maybe(texts), "permission_set": maybe(texts), "group": maybe(texts), "application": maybe(texts)},
        optional={
            "account_id": maybe(texts),
            "removes_role": st.booleans(),
            "scim": st.booleans(),
            "session_seconds": st.integers(0, 43_200),
        },
    ),
)
outcomes = st.builds(Outcome, operations, st.sampled_from(OperationState), texts, maybe(moments))
covers = st.builds(AccountCover, st.builds(Account, id=account_ids, name=texts), maybe(st.booleans()), texts)
denies = st.builds(
    DenyView,
    user=users,
    policy_id=texts,
    since=moments,
    by=slack_ids | st.just(LEAVERBOT),
    cover=many(covers),
    reason=texts,
    ends_at=maybe(moments),
    missing=texts | st.just(""),
    not_disabled=st.booleans(),
    lent=many(texts).map(tuple),
    unmatched=st.booleans(),
    stays=st.booleans(),
)
permission_sets = st.builds(PermissionSet, texts, texts)
actions = st.builds(
    Action,
    id=texts,
    kind=st.sampled_from(list(KINDS.values())),
    state=st.sampled_from(ActionState),
    user=users,
    key=texts,
    case_id=maybe(texts),
    asker=st.builds(Asker, slack_ids | st.just(LEAVERBOT), texts),
    asked_at=moments,
    finished_at=maybe(moments),
    dry_run=st.booleans(),
    operations=many(outcomes),
    left=many(grants),
    verified_at=maybe(moments),
    message=texts,
    undo=many(texts),
    management_commands=many(texts),
    cover=many(covers),
    reason=texts,
    not_disabled=st.booleans(),
    emptied=many(permission_sets),
    with_delete=st.booleans(),
)
actions = actions | st.builds(
    lambda action, steps: replace(action, kind=SHUT_OUT, steps=steps), actions, some(actions, 3)
)
rule_texts = st.sampled_from(["LEAVERBOT_AUTO_DENY=critical", "LEAVERBOT_AUTO_REVOKE_AFTER=3d", "", "odd `rule` <x>"])
stops = st.builds(Stop, slack_ids, moments)
ruled_kinds = st.sampled_from([DENY, REVOKE, DELETE])
announcements = st.builds(
    Announcement,
    id=st.uuids().map(str),
    user=users,
    kind=ruled_kinds,
    rule=rule_texts,
    counts_from=moments,
    made_at=moments,
    acts_at=moments,
    case_id=st.sampled_from(["", "case-1"]),
    posted_at=maybe(moments),
    state=st.sampled_from(AnnouncementState),
    version=st.integers(1, 10**6),
)
foreseen = st.builds(
    Foreseen, ruled_kinds, rule_texts, maybe(moments), maybe(st.sampled_from(Why)), st.booleans(), st.booleans()
)
on_person = st.builds(OnPerson, some(foreseen, 3), maybe(stops))
awaited = st.builds(Awaited, users, foreseen)
rule_reports = st.builds(
    RulesReport,
    rules=some(rule_texts, 3),
    watch_only=st.booleans(),
    did=st.dictionaries(st.tuples(ruled_kinds, st.sampled_from(ActionState)), st.integers(1, 500), max_size=6),
    coming=many(awaited),
    waits=st.dictionaries(st.sampled_from(Why), many(awaited).filter(bool), max_size=12),
    asked=some(actions, 3),
    stopped=many(st.tuples(users, stops)),
    links=links,
)
cases = st.builds(
    Case,
    id=st.uuids().map(str),
    user=users,
    grants=many(grants),
    severity=st.sampled_from(Severity),
    state=st.sampled_from(CaseState),
    version=st.integers(1, 10**6),
    opened_at=moments,
    found_by=texts | st.just("schedule"),
    read_at=moments,
    read_complete=st.booleans(),
    management_account_id=maybe(account_ids),
    closed_at=maybe(moments),
    closed_reason=maybe(st.sampled_from(CloseReason)),
    closed_by=maybe(slack_ids),
    caller_account_id=maybe(account_ids),
    used=maybe(uses),
)
case_views = st.builds(
    CaseView,
    case=cases,
    controls=st.sets(st.sampled_from(controls())).map(lambda chosen: tuple(one for one in controls() if one in chosen)),
    latest=maybe(actions),
    deny=maybe(denies),
    protected=st.booleans(),
    watch_only=st.booleans(),
    dry_run=st.booleans(),
    deny_ready=st.booleans(),
    superseded=st.booleans(),
    rules=on_person,
)
problems = st.builds(Problem, texts, texts)
groups = st.builds(Group, texts, texts, st.booleans())
reads = st.builds(
    PersonRead, users, many(grants), many(st.builds(Membership, texts, groups)), some(problems), maybe(uses)
)
coverages = st.builds(
    Coverage,
    status=st.sampled_from(ScanStatus),
    started_at=moments,
    finished_at=moments,
    users_read=st.integers(0, 200_000),
    leavers=st.integers(0, 500),
    leavers_read=st.integers(0, 500),
    unknown_status=st.integers(0, 500),
    kinds_read=st.sets(st.sampled_from(GrantKind)).map(tuple),
    calls=maybe(st.dictionaries(texts, st.integers(0, 10**6), max_size=3)),
    problems=many(problems | st.builds(Problem, texts, texts, kind=st.sampled_from(GrantKind), whole=st.just(True))),
    how=some(
        st.builds(How, texts | st.sampled_from([*map(str, GrantKind), "membership"]), st.sampled_from(Strategy), texts)
    ),
    notes=many(texts),
    orphans=maybe(st.integers(0, 500)),
    disagreements=st.integers(0, 500),
    use_checked=st.booleans(),
)
severities = st.dictionaries(st.sampled_from(Severity), st.integers(0, 400))
counts = st.integers(0, 400)
waits = st.builds(Wait, st.none(), moments, moments)
reasons = st.builds(
    Reason,
    st.sampled_from(Code),
    users,
    texts,
    counts,
    st.sampled_from(list(KINDS.values())),
    st.booleans(),
    users,
    many(users),
    many(texts),
    rule_why=maybe(st.sampled_from(Why)),
    missing=many(problems),
    wait=waits,
)
ratios = maybe(st.floats(0, 10**7))
VIEWS: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "case": (messages.case_message, case_views),
    "report": (messages.report_message, actions),
    "whole report": (messages.whole_report, actions),
    "change": (messages.change_message, st.builds(CaseChange, moments, many(grants), many(grants))),
    "digest": (
        messages.digest_message,
        st.builds(
            _digest,
            st.integers(0, 3000),
            severities,
            some(cases, 5),
            moments,
            st.integers(0, 3000),
            maybe(st.sampled_from(First)),
            st.booleans(),
            st.booleans(),
        ),
    ),
    "summary": (
        messages.summary_message,
        st.builds(
            Summary,
            at=moments,
            since=moments,
            open_by_severity=severities,
            open_before=st.integers(0, 500),
            opened=st.integers(0, 500),
            closed=some(
                st.tuples(st.sampled_from([*map(str, CloseReason), "odd"]), maybe(slack_ids), st.integers(1, 99)), 20
            ),
            longest=some(cases, 5),
            median_seconds=ratios,
            worst_seconds=ratios,
            denies=many(denies),
            last_scan=maybe(coverages),
            scans_complete=st.integers(0, 99),
            scans_total=st.integers(0, 99),
            scans_failed=st.integers(0, 99),
            all_clear=st.booleans(),
            rules=rule_reports,
        ),
    ),
    "person": (
        messages.person_message,
        st.builds(
            PersonView,
            read=reads,
            severity=st.sampled_from(Severity),
            case=maybe(case_views),
            deny=maybe(denies),
            protected=st.booleans(),
            link=st.sampled_from(["", "https://sample.slack.com/archives/C1/p1", "javascript:x", "https://x|<!here>"]),
            management_account_id=maybe(account_ids),
            rules=on_person,
        ),
    ),
    "rule": (
        messages.rule_message,
        st.builds(
            RuleView,
            announcements,
            maybe(stops),
            rule_now=rule_texts,
            why=maybe(st.sampled_from(Why)),
            action=maybe(actions),
            dry_run=st.booleans(),
            link=st.sampled_from(["", LINK]),
            buttons=st.booleans(),
        ),
    ),
    "rules": (messages.rules_message, rule_reports),
    "rules of one person": (lambda pair: messages.on_person_message(*pair), st.tuples(users, on_person)),
    "orphans": (
        messages.orphans_message,
        st.builds(
            OrphanList,
            many(st.builds(Orphan, texts, grants)),
            maybe(moments),
            st.booleans(),
            maybe(coverages),
        ),
    ),
    "brake": (
        messages.brake_message,
        st.builds(
            BrakeView,
            st.builds(
                Brake,
                st.uuids().map(str),
                st.sampled_from(BrakeState),
                moments,
                moments,
                moments,
                maybe(moments),
                counts,
                maybe(moments),
                st.one_of(st.just(""), slack_ids, texts),
            ),
            counts,
            counts,
            severities,
            some(users, 5),
            links,
            counts,
            st.booleans(),
            st.booleans(),
        ),
    ),
    "hold": (
        messages.hold_message,
        st.builds(
            HoldView,
            st.builds(
                Hold,
                st.uuids().map(str),
                st.sampled_from(WhyHeld),
                moments,
                st.frozensets(texts, max_size=3),
                maybe(moments),
                st.one_of(st.just(""), slack_ids, texts),
            ),
            counts,
            severities,
            some(users, 5),
            links,
            st.sampled_from([(), ALL_RULES.rules]),
            st.booleans(),
        ),
    ),
    "matches": (messages.matches_message, st.builds(Matches, texts, many(users), st.integers(0, 999), st.booleans())),
    "notice": (messages.notice_message, st.builds(Notice, st.sampled_from(NoticeKind), texts, maybe(users))),
    "unused": (
        messages.unused_message,
        st.builds(UnusedList, many(st.builds(UnusedSet, permission_sets, moments)), counts, moments, st.booleans()),
    ),
    "refusal": (messages.refusal_message, st.builds(Refused, reasons, some(slack_ids))),
    "plain": (messages.plain_message, texts | st.text(max_size=30_000)),
}
dialog_views = st.builds(
    DialogView,
    id=st.uuids().map(str),
    kind=st.sampled_from(dialogs()),
    state=st.sampled_from(DialogState),
    user=maybe(users),
    message=texts,
    plan=maybe(
        st.builds(
            Plan,
            st.sampled_from(list(KINDS.values())),
            texts,
            many(operations),
            many(groups),
            many(grants),
            many(grants),
        )
    ),
    read=maybe(reads),
    cover=many(covers),
    deny=maybe(denies),
    management_account_id=maybe(account_ids),
    dry_run=st.booleans(),
    management_commands=many(texts),
    needs_reason=st.booleans(),
    may_delete=st.booleans(),
    permission_set=maybe(st.builds(UnusedSet, permission_sets, moments)),
    notes=many(texts),
    warnings=some(texts, 3),
)
# What of ours may act in mrkdwn: mentions of well-formed ids, dates, links to https.
OURS = re.compile(
    r"<@[UW][A-Z0-9]+>|<!subteam\^S[A-Z0-9]+>|<!date\^\d+\^\{time_secs\}\|[0-9:]+ UTC>|<https://[^|<>\s]+\|[^<>]*>"
    r"|<!date\^\d+\^\{date_short_pretty\} at(?: about)? \{time\}\|[0-9: -]+ UTC(?:, about)?>"
    r"|<!date\^\d+\^\{date_short\}\|\d\d [A-Z][a-z]{2} \d{4}>"
)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BIDI = re.compile("[\u202a-\u202e\u2067\u200e\u200f\u061c]")
slow = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def text_objects(value: Any):
    if isinstance(value, dict):
        if value.get("type") in {"mrkdwn", "plain_text"}:
            yield value
        for member in value.values():
            yield from text_objects(member)
    elif isinstance(value, list):
        for item in value:
            yield from text_objects(item)


def assert_harmless(text: str) -> None:
    rest = OURS.sub("", text)
    assert "<" not in rest, rest
    assert ">" not in rest, rest
    assert not BIDI.search(text)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)
    assert rest.count("```") % 2 == 0
    for line in re.sub(r"```[^`]*```", "", rest).split("\n"):
        assert line.count("`") % 2 == 0, f"code left open: {line}"
        outside = re.sub(r"`[^`]*`", "", line)
        assert outside.count("*") % 2 == 0, f"bold left open: {line}"
        assert not re.search(r"(?<!\w):[a-z0-9_+'-]+:", outside), f"an emoji code: {line}"


def buttons_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    beside = [block["accessory"]] if "accessory" in block else []
    return [*(block["elements"] if block["type"] == "actions" else []), *beside]


def second_opinion(block: dict[str, Any]) -> None:
    """slackblocks parses sections and context; buttons and menus it can only build."""
    if block["type"] in {"section", "context"} and "accessory" not in block:
        slackblocks.Block.from_dict(block)._resolve()
    for button in buttons_of(block):
        if button["type"] == "overflow":
            options = [slackblocks.Option(one["text"]["text"], one["value"]) for one in button["options"]]
            slackblocks.OverflowMenu(button["action_id"], options)._resolve()
            continue
        ask = slackblocks.Confirm.from_dict(button["confirm"]) if "confirm" in button else None
        shown = slackblocks.Text(button["text"]["text"], slackblocks.TextType.PLAINTEXT)
        slackblocks.Button(
            shown, button["action_id"], value=button["value"], style=button.get("style"), confirm=ask
        )._resolve()


@lru_cache(maxsize=1000)
def assert_block_ok(written: str) -> None:
    """Judges a block by its JSON: one that stands in many messages is judged once."""
    block = json.loads(written)
    for text in text_objects(block):
        assert 1 <= size(text["text"]) <= limits.TEXT_MAX_LENGTH
        if text["type"] == "mrkdwn":
            assert text["verbatim"] is True
            assert_harmless(text["text"])
        else:
            assert "<" not in text["text"]
            assert text["emoji"] is False
    assert block["type"] in {"section", "context", "actions", "input", "rich_text"}
    if block["type"] == "actions":
        assert 1 <= len(block["elements"]) <= 5
        assert len({button["action_id"] for button in block["elements"]}) == len(block["elements"])
    for one in buttons_of(block):
        options = one.get("options", [])
        assert all(0 < len(option["value"]) <= limits.OPTION_VALUE_MAX_LENGTH for option in options)
        assert options or 0 < len(one["value"]) <= limits.BUTTON_VALUE_MAX_LENGTH
    second_opinion(json.loads(written))
    parsed = sdk.Block.parse(block)
    assert parsed is not None
    parsed.to_dict()


def assert_slack_takes(made: list[dict[str, Any]]) -> None:
    ids = [block["block_id"] for block in made if "block_id" in block]
    assert len(ids) == len(set(ids))
    assert all(len(block_id) <= limits.BLOCK_ID_MAX_LENGTH for block_id in ids)
    for block in made:
        assert_block_ok(json.dumps(block))


def assert_message_ok(message: messages.Message) -> None:
    assert message.text.strip()
    assert size(message.text) <= 4000
    assert_harmless(message.text)
    assert 1 <= len(message.blocks) <= limits.MESSAGE_BLOCKS_MAX_ITEMS
    assert sum(size(text["text"]) for text in text_objects(message.blocks)) <= 12_000
    assert_slack_takes(message.blocks)
    assert check_message(message.blocks) is None


def assert_view_ok(view: dict[str, Any]) -> None:
    assert len(view["title"]["text"]) <= limits.VIEW_TITLE_MAX_LENGTH
    assert len(view["private_metadata"]) <= limits.VIEW_PRIVATE_METADATA_MAX_LENGTH
    assert 1 <= len(view["blocks"]) <= limits.VIEW_BLOCKS_MAX_ITEMS
    assert len(json.dumps(view)) <= 250_000
    assert ("submit" in view) or all(block["type"] != "input" for block in view["blocks"])
    assert_slack_takes(view["blocks"])
    assert check_view(view) is None


@pytest.mark.parametrize("kind", VIEWS)
@slow
@given(data=st.data())
def test_slack_takes_every_message_and_nothing_in_it_acts(kind, data):
    render, views = VIEWS[kind]
    made = render(data.draw(views))
    for message in made if isinstance(made, list) else [made]:
        assert_message_ok(message)


@slow
@given(dialog_views)
def test_slack_takes_every_dialog_and_nothing_in_it_acts(dialog):
    assert_view_ok(dialog_view(dialog))


@slow
@given(maybe(texts), texts)
def test_slack_takes_the_help_for_whatever_was_typed(meant, typed):
    assert_message_ok(messages.help_message(meant, typed))


@slow
@given(many(texts), many(texts), many(outcomes))
def test_no_command_of_a_report_is_ever_dropped(undo, elsewhere, done):
    asker = Asker("U1", "C1")
    view = Action("a", "", REVOKE, User("id"), None, asker, NOON, state=ActionState.INCOMPLETE, operations=done)
    view = replace(view, undo=undo, management_commands=elsewhere)
    shown = [
        code["elements"][0]["text"]
        for message in messages.whole_report(view)
        for block in message.blocks
        if block["type"] == "rich_text"
        for code in block["elements"]
    ]
    for command in (*view.undo, *view.management_commands):
        assert command in "".join(shown)


@pytest.mark.parametrize("name", ["x" * 300, "Dana & Söhne <ops>" * 16, "name with spaces " * 18])
def test_details_shows_three_hundred_grants_with_names_of_300_characters(name):
    held = tuple(
        Grant(
            GrantKind.ACCOUNT,
            Path.GROUP,
            group_id=f"g{number}",
            group_name=name,
            account_id=f"{number:012}",
            account_name=name,
            permission_set_name=name,
        )
        for number in range(300)
    )
    user = User("id", name, name, f"{name}@example.com")
    view = dialog_view(DialogView("d", DETAILS, DialogState.READY, user, read=PersonRead(user, held)))
    assert_view_ok(view)
    shown = json.dumps(view)
    assert all(f"`{number:012}`" in shown for number in range(300))


def hostile_grants(text):
    """A hundred grants of every kind and path, half of them in accounts that are dead, with one text everywhere."""
    named = ("group_id", "group_name", "account_name", "permission_set_arn", "permission_set_name", "role_arn")
    fields = dict.fromkeys([*named, "application_arn", "application_name", "entitlement_id"], text)
    return tuple(
        Grant(kind, path, account_id=f"{number:012}", account_status=status, privilege=level, **fields)
        for number in range(10)
        for kind in GrantKind
        for path in Path
        for status in ("ACTIVE", "SUSPENDED")
        for level in (Privilege.ADMINISTRATOR, None)
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_the_same_hostile_text_everywhere_at_once_is_taken_too(text):
    user = User(text, text, text, text, UserStatus.DISABLED, updated_at=NOON, scim=True)
    held, used = hostile_grants(text), Use(text, NOON, text, text)
    cover = tuple(AccountCover(Account(grant.account_id or "", text), None, text) for grant in held)
    placed = PlacedDeny(user, text, NOON, text, cover, reason=text * 5, missing=text * 5, not_disabled=True)
    deny = DenyView.of(placed, kept=timedelta(days=90))
    args = {"group_id": text, "application_arn": text, "role_arn": text, "account_id": text}
    shown = {"group": text, "application": text, "account": text, "permission_set": text}
    failed = tuple(Outcome(Operation(kind, args, shown), OperationState.REFUSED, text) for kind in OperationKind) * 26
    kind, state = REVOKE, ActionState.INCOMPLETE
    action = Action("a", "", kind, user, None, Asker(text, ""), NOON, state=state, operations=failed, left=held)
    action = replace(action, finished_at=NOON, verified_at=NOON, message=text * 5, cover=cover)
    action = replace(action, undo=(text,), management_commands=(text,), reason=text * 5, not_disabled=True)
    sets = tuple(PermissionSet(f"arn:{number}:{text}", text) for number in range(60))
    action = replace(action, emptied=sets, with_delete=True)
    # A twentieth of it still fills every text to its limit, and is drawn in time.
    few = replace(action, operations=failed[:22], left=held[:12], cover=cover[:12])
    steps = (replace(few, kind=DENY), few, replace(few, kind=DELETE))
    case = Case("c", user, held, Severity.CRITICAL, CaseState.OPEN, 1, NOON, text, NOON, False, "000000000001")
    case = replace(case, used=used, caller_account_id="000000000002")
    view = CaseView(case, controls(), action, deny, True, True, True, True, True, action)
    assert_message_ok(messages.case_message(view))
    smaller = replace(view, case=replace(case, grants=held[::10]), deny=replace(deny, cover=cover[:12]))
    for kind_of, state in itertools.product(KINDS.values(), ActionState):
        now = tuple(replace(step, state=state) for step in steps)
        latest = replace(few, kind=kind_of, state=state, steps=now if kind_of is SHUT_OUT else ())
        assert_message_ok(messages.case_message(replace(smaller, latest=latest)))
    problems = (Problem(text, text), Problem(text, text, kind=GrantKind.ENTITLEMENT, whole=True))
    read = PersonRead(user, held, (Membership(text, Group(text, text)),) * 300, problems, used)
    assert_message_ok(messages.person_message(PersonView(read, Severity.HIGH, view, deny, True, "https://a.example/b")))
    assert_message_ok(messages.person_message(PersonView(read, Severity.HIGH, None, deny)))
    how = (How(text, Strategy.BY_LOCATION, text),) * 4
    rows = (ListRow(case, deny=DenyMark.IN_PART, kinds=(REVOKE, DENY, SHUT_OUT), protected=True),) * PAGE
    last = Coverage(ScanStatus.PARTIAL, NOON, NOON, problems=problems, how=how, notes=(text,) * 9, orphans=3)
    page = ListPage(
        "list", CaseFilter(accounts=(text,)), rows, 2, 4, 90, 90, selecting=True, selected=9, last_scan=last
    )
    assert_message_ok(messages.list_page_message(page))
    assert_message_ok(messages.orphans_message(OrphanList((*(Orphan(text, one) for one in held),), NOON, False, last)))
    for kind_of in KINDS.values():
        now = replace(few, kind=kind_of, steps=steps)
        for report in (*messages.report_message(now), *messages.whole_report(now)):
            assert_message_ok(report)
    for report in (*messages.report_message(action), *messages.whole_report(action)):
        assert_message_ok(report)
    for notice in NoticeKind:
        assert_message_ok(messages.notice_message(Notice(notice, text * 5, user, deny)))
    unused = tuple(UnusedSet(one, NOON) for one in sets)
    for may_delete in (True, False):
        assert_message_ok(messages.unused_message(UnusedList(unused, 60, NOON, may_delete)))
    plan = Plan(kind, text, tuple(one.operation for one in failed), (Group(text, text),) * 300, held, held)
    for dialog in dialogs():
        shown = DialogView("d", dialog, DialogState.READY, user, text * 5, plan, read, cover, deny, None, True)
        more = replace(shown, needs_reason=True, may_delete=True, permission_set=unused[0], notes=(text * 2,) * 60)
        for one in (shown, more):
            assert_view_ok(dialog_view(one))


def test_our_limits_are_those_of_the_second_validator():
    assert blocks.SECTION == limits.SECTION_TEXT_MAX_LENGTH
    assert blocks.CONFIRM == limits.CONFIRMATION_TEXT_MAX_LENGTH
    assert blocks.TITLE == limits.VIEW_TITLE_MAX_LENGTH
    assert blocks.BLOCK_ID == limits.BLOCK_ID_MAX_LENGTH
    assert blocks.MESSAGE_BLOCKS == limits.MESSAGE_BLOCKS_MAX_ITEMS
    assert blocks.VIEW_BLOCKS == limits.VIEW_BLOCKS_MAX_ITEMS
