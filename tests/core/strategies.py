"""Random users, grants, scans, cases and policy documents, for every test that wants to be surprised.

Names are what AWS allows and people type: any language, emoji, right-to-left, `<!channel>`. Ids have AWS's own form.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from bot.core.access.person_read import PersonRead, Problem
from bot.core.access.privilege import privilege_of_name
from bot.core.access.severity import severity
from bot.core.cases import Case, CaseState, CloseReason
from bot.core.deny.policy_document import PLACEHOLDER
from bot.core.deny.statements import SID
from bot.core.models import (
    APPLICATION_SESSION,
    ENTITLEMENT_SESSION,
    ExternalId,
    Grant,
    GrantKind,
    Group,
    Membership,
    Path,
    Privilege,
    Use,
    User,
    UserStatus,
)
from bot.core.scan.coverage import Coverage, How, Scan, ScanStatus, Seen, Strategy

T0 = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
INSTANCE = "ssoins-0123456789abcdef"
MANAGEMENT_ACCOUNT = "000000000001"

moments = st.integers(0, 40 * 86_400 * 10).map(lambda tenths: T0 + timedelta(seconds=tenths / 10))
nasty_names = ["", "<!channel>", "<@U1|x> & *b* `c`", "\u202eevil", "Zoë 👩‍💻", "n" * 300, "a\tb", "=cmd()", "Jane Doe"]
few_names = st.sampled_from(nasty_names)  # where many are drawn; it is quicker
names = few_names | st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)

uuids = st.uuids().map(str)
# Legacy ids carry ten hex digits of the identity store in front; AWS's model allows capitals in the UUID.
user_ids = st.one_of(
    uuids,
    st.builds("{}-{}".format, st.integers(0, 16**10 - 1).map("{:010x}".format), uuids),
    uuids.map(str.upper),
)
account_ids = st.integers(1, 40).map("{:012}".format)
permission_set_names = st.sampled_from(
    ["AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "ViewOnlyAccess", "Billing", "Data", "Support"]
)
account_states = st.sampled_from([None, "ACTIVE", "PENDING_ACTIVATION", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"])


# A strategy that is made anew at each draw is checked anew each time, so what the composites draw from stands outside.
booleans = st.booleans()
maybe_a_management_account = st.sampled_from([None, MANAGEMENT_ACCOUNT])
shown_names = st.sampled_from([None, *nasty_names[1:]])
kinds_of_grant = st.sampled_from(GrantKind)
read_or_not = st.sampled_from([True, True, True, False])
session_lengths = st.sampled_from([3600, 43_200])
privileges = st.sampled_from(Privilege)


def permission_set_arn(name: str) -> str:
    return f"arn:aws:sso:::permissionSet/{INSTANCE}/ps-{name.encode().hex():0>16.16}"


groups = st.sampled_from(
    [Group(f"00000000-aaaa-4000-8000-{n:012}", nasty_names[n % len(nasty_names)], n % 2 == 0) for n in range(12)]
)
maybe_groups = st.none() | groups
memberships = st.builds(Membership, id=uuids, group=groups)


def users(
    ids: st.SearchStrategy[str] = user_ids,
    status: st.SearchStrategy[UserStatus] = st.sampled_from(UserStatus),  # noqa: B008 - strategies are values
) -> st.SearchStrategy[User]:
    """`scim` may be true without any external id: so it is with users stored before those were kept."""
    return st.builds(
        _user,
        id=ids,
        user_name=names,
        display_name=few_names,
        email=st.sampled_from(["", "jane@example.com", "o'hara+x@example.org", "jürgen@bücher.example"]),
        status=status,
        revision=st.one_of(st.just(""), uuids),
        updated_at=st.none() | moments,
        scim=st.booleans(),
        external_ids=st.lists(st.builds(ExternalId, names.filter(bool), uuids), max_size=2).map(tuple),
    )


def _user(scim: bool, external_ids: tuple[ExternalId, ...], **fields: Any) -> User:
    return User(**fields, scim=scim, external_ids=external_ids if scim else ())


leavers = users(status=st.just(UserStatus.DISABLED))


@st.composite
def grants(draw: st.DrawFn, kinds: tuple[GrantKind, ...] = tuple(GrantKind)) -> Grant:
    """A grant with exactly the fields that its kind and path have. Names and states may be unread (None)."""
    kind = draw(kinds_of_grant if kinds == tuple(GrantKind) else st.sampled_from(kinds))
    group = draw(maybe_groups)
    common: dict[str, Any] = {"kind": kind, "path": Path.GROUP if group else Path.DIRECT}
    if group:
        common |= {"group_id": group.id, "group_name": group.name or None, "group_scim": group.scim}
    if kind is GrantKind.APPLICATION:
        arn = f"arn:aws:sso::{draw(account_ids)}:application/{INSTANCE}/apl-0123456789abcdef"
        named = draw(shown_names)
        return Grant(**common, application_arn=arn, application_name=named, session_seconds=APPLICATION_SESSION)
    account_id = draw(account_ids)
    common |= {
        "account_id": account_id,
        "account_name": draw(shown_names),
        "account_status": draw(account_states),
    }
    if kind is GrantKind.ENTITLEMENT:
        name = draw(permission_set_names)
        return Grant(
            **common,
            entitlement_id=draw(uuids),
            role_arn=f"arn:aws:iam::{account_id}:role/{name}",
            session_seconds=ENTITLEMENT_SESSION,
            privilege=privilege_of_name(name),
        )
    name, read = draw(permission_set_names), draw(read_or_not)
    return Grant(
        **common,
        permission_set_arn=permission_set_arn(name),
        permission_set_name=name if read else None,
        session_seconds=draw(session_lengths) if read else None,
        privilege=draw(privileges) if read and not privilege_of_name(name) else privilege_of_name(name),
    )


def grant_tuples(max_size: int = 5, **kwargs: Any) -> st.SearchStrategy[tuple[Grant, ...]]:
    """Several grants, each once."""
    return st.lists(grants(**kwargs), max_size=max_size, unique_by=lambda grant: grant.key).map(tuple)


some_grants = grant_tuples()
idle_groups = st.lists(groups, max_size=3, unique_by=lambda group: group.id)

few_grants = st.lists(
    st.sampled_from(
        [
            Grant(
                GrantKind.ACCOUNT,
                Path.DIRECT,
                account_id=account_id,
                permission_set_name=name,
                privilege=privilege_of_name(name),
            )
            for account_id in ("000000000001", "000000000002")
            for name in ("AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess")
        ]
    ),
    max_size=2,
    unique=True,
).map(tuple)

problems = st.builds(Problem, what=few_names, why=few_names)
whole_kinds = st.builds(Problem, few_names, few_names, kind=st.sampled_from(GrantKind), whole=st.just(True))
unread = st.one_of(st.just(()), st.just(()), st.lists(problems, min_size=1, max_size=3).map(tuple))


@st.composite
def person_reads(
    draw: st.DrawFn,
    person: st.SearchStrategy[User] = leavers,
    missing: st.SearchStrategy[tuple[Problem, ...]] = unread,
) -> PersonRead:
    """A user, grants, and memberships: of every group that grants something and of some that grant nothing."""
    held = draw(some_grants)
    granting = {
        grant.group_id: Group(grant.group_id, grant.group_name or "", grant.group_scim)
        for grant in held
        if grant.group_id
    }
    idle = draw(idle_groups)
    all_groups = list({**{group.id: group for group in idle}, **granting}.values())
    members = [Membership(draw(uuids), group) for group in draw(st.permutations(all_groups))]
    return PersonRead(draw(person), held, tuple(members), draw(missing))


up_to_an_hour = st.timedeltas(timedelta(0), timedelta(hours=1))
several_kinds = st.lists(kinds_of_grant, unique=True)
counts, large_counts = st.integers(0, 10**5), st.integers(0, 10**6)
calls_made = st.dictionaries(
    st.sampled_from(["identitystore.ListUsers", "sso-admin.ListAccountAssignmentsForPrincipal"]), large_counts
)
few_problems = st.lists(problems | whole_kinds, max_size=3)
ways_of_reading = st.lists(st.builds(How, few_names, st.sampled_from(Strategy), few_names), max_size=2)
few_notes = st.lists(few_names, max_size=2)
maybe_orphans = st.none() | counts
disagreements = st.integers(0, 10)


@st.composite
def coverages(draw: st.DrawFn, status: st.SearchStrategy[ScanStatus] = st.sampled_from(ScanStatus)) -> Coverage:  # noqa: B008 - strategies are values
    started = draw(moments)
    return Coverage(
        status=draw(status),
        started_at=started,
        finished_at=started + draw(up_to_an_hour),
        kinds_read=tuple(draw(several_kinds)),
        users_read=draw(large_counts),
        leavers=draw(counts),
        leavers_read=draw(counts),
        unknown_status=draw(counts),
        calls=draw(calls_made),
        problems=tuple(draw(few_problems)),
        how=tuple(draw(ways_of_reading)),
        notes=tuple(draw(few_notes)),
        orphans=draw(maybe_orphans),
        disagreements=draw(disagreements),
        use_checked=draw(booleans),
    )


events = st.sampled_from(["UserAuthentication", "Federate", "GetRoleCredentials", "ConsoleLogin", "PutObject"])


@st.composite
def uses(draw: st.DrawFn) -> Use:
    """Something a leaver did, as CloudTrail tells it."""
    return Use(draw(events), draw(moments), draw(account_ids), "eu-west-1", draw(uuids))


@st.composite
def scans(draw: st.DrawFn, ids: st.SearchStrategy[str] = user_ids) -> Scan:
    """A scan: each leaver once, and others it was told to watch."""
    people = draw(st.lists(person_reads(users(ids, st.just(UserStatus.DISABLED))), max_size=4))
    return Scan(
        coverage=draw(coverages()),
        people=tuple({read.user.id: read for read in people}.values()),
        others=draw(st.none() | st.dictionaries(ids, st.sampled_from(Seen), max_size=6)),
        management_account_id=draw(maybe_a_management_account),
    )


maybe_a_while = st.none() | st.timedeltas(timedelta(0), timedelta(days=20))
reasons_to_close = st.sampled_from(CloseReason)
closers = st.sampled_from([None, "UALICE", "UBOB"])
versions = st.integers(1, 99)


@st.composite
def cases(
    draw: st.DrawFn,
    person: st.SearchStrategy[User] = leavers,
    holding: st.SearchStrategy[tuple[Grant, ...]] | None = None,
    *,
    only_open: bool = False,
) -> Case:
    """A case that an earlier scan opened; `holding`: its grants, any when not given."""
    held = draw(some_grants if holding is None else holding)
    management = draw(maybe_a_management_account)
    opened = draw(moments)
    lasted = None if only_open else draw(maybe_a_while)
    closed: dict[str, Any] = {}
    if lasted is not None:
        closed = {
            "closed_at": opened + lasted,
            "closed_reason": draw(reasons_to_close),
            "closed_by": draw(closers),
        }
    return Case(
        id=draw(uuids),
        user=draw(person),
        grants=held,
        severity=severity(held, management),
        state=CaseState.CLOSED if closed else CaseState.OPEN,
        version=draw(versions),
        opened_at=opened,
        found_by=draw(uuids),
        read_at=opened,
        read_complete=draw(booleans),
        management_account_id=management,
        **closed,
    )


# --- policy documents -------------------------------------------------------------------------------------------

json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
finite_json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), names),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
condition_keys = st.sampled_from(
    ["identitystore:userId", "identitystore:UserId", "identitystore:userid", "IdentityStore:USERID"]
)
placeholders = st.sampled_from([PLACEHOLDER, "nobody", "00000000-NOBODY", "niemand: é"])
stars = st.sampled_from(["*", ["*"]])
sids = st.sampled_from([None, SID, "Leavers"])
indents = st.sampled_from([None, 2])
policy_versions = st.sampled_from(["2012-10-17", "2008-10-17"])
allowing_anything = st.dictionaries(names, finite_json_values, max_size=3).map(
    lambda extra: {**extra, "Effect": "Allow"}
)
several_ids = st.lists(user_ids, min_size=1, max_size=5, unique=True)
condition_values = st.one_of(placeholders, placeholders.map(lambda text: [text]), user_ids, several_ids)


@st.composite
def our_statements(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> dict[str, Any]:
    """A statement of exactly the form AWS recommends, in each of its spellings, around the given condition value."""
    statement = {
        "Effect": "Deny",
        "Action": draw(stars),
        "Resource": draw(stars),
        "Condition": {"StringEquals": {draw(condition_keys): draw(values)}},
    }
    sid = draw(sids)
    if sid:
        statement["Sid"] = sid
    keys = draw(st.permutations(list(statement)))
    return {key: statement[key] for key in keys}


@st.composite
def others_statements(draw: st.DrawFn) -> dict[str, Any]:
    """A statement that is somebody else's: an ordinary one, one that nearly looks like ours, or anything at all."""
    ours: dict[str, Any] = {
        "Effect": "Deny",
        "Action": draw(stars),
        "Resource": draw(stars),
        "Condition": {"StringEquals": {draw(condition_keys): draw(user_ids)}},
    }
    condition = ours["Condition"]
    return draw(
        st.one_of(
            st.just({"Effect": "Deny", "Action": ["organizations:LeaveOrganization"], "Resource": "*"}),
            st.just({"Sid": "FullAWSAccess", "Effect": "Allow", "Action": "*", "Resource": "*"}),
            st.just({**ours, "Effect": "Allow"}),
            st.just({**ours, "Action": "s3:*"}),
            st.just({**ours, "Action": ["*", "s3:*"]}),
            st.just({**ours, "Resource": ["arn:aws:s3:::a"]}),
            st.just({key: value for key, value in ours.items() if key != "Action"} | {"NotAction": ["sts:*"]}),
            st.just({**ours, "Principal": "*"}),
            st.just({**ours, "Condition": {"StringLike": condition["StringEquals"]}}),
            st.just({**ours, "Condition": {"ForAnyValue:StringEquals": condition["StringEquals"]}}),
            st.just({**ours, "Condition": {**condition, "Bool": {"aws:ViaAWSService": "false"}}}),
            st.just({**ours, "Condition": {"StringEquals": {**condition["StringEquals"], "aws:RequestedRegion": "x"}}}),
            st.just({**ours, "Condition": {"StringEquals": {"aws:userId": "*:x"}}}),
            st.just({**ours, "Condition": {"StringEquals": {"identitystore:userId": "${aws:PrincipalTag/banned}"}}}),
            allowing_anything,
        )
    )


def ours_with(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(our_statements(values), max_size=2, unique_by=lambda statement: statement.get("Sid", id))


few_of_ours = ours_with(condition_values)
few_of_others = st.lists(others_statements(), max_size=3)


@st.composite
def policy_documents(draw: st.DrawFn, values: st.SearchStrategy[Any] | None = None) -> dict[str, Any]:
    """A policy document in which our statement is absent, or stands once or twice with a placeholder or ids.

    `values`: what our statement's condition holds; ids or a placeholder when not given.
    """
    ours = draw(few_of_ours if values is None else ours_with(values))
    others = draw(few_of_others)
    statements = draw(st.permutations([*ours, *others]))
    document: dict[str, Any] = {"Version": draw(policy_versions)}
    if draw(booleans):
        document["Id"] = draw(names)
    single = len(statements) == 1 and draw(booleans)
    document["Statement"] = statements[0] if single else list(statements)
    return document


@st.composite
def written(draw: st.DrawFn, document: st.SearchStrategy[Any]) -> str:
    """The document as somebody may have saved it: minified or indented, with or without escapes."""
    return json.dumps(draw(document), indent=draw(indents), ensure_ascii=draw(booleans), allow_nan=True)
