"""Something of all that is stored, with every field of every stored value set somewhere."""

import itertools
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path as File
from typing import Any

import sqlalchemy as sa

from bot.core.access.person_read import PersonRead, Problem
from bot.core.access.sessions import LongSession
from bot.core.actions import Action, ActionState, Result
from bot.core.cases import CloseReason
from bot.core.deny.placed import AccountCover, InlinePlace, PlacedDeny
from bot.core.deny.plans import Names, plan_deny
from bot.core.events.subjects import Dropped, DropReason, Event, OfAnybody, OfUser, Says, Unknown
from bot.core.kinds import DELETE, DENY, DETAILS, REVOKE, SHUT_OUT
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
    RoleAt,
    Use,
)
from bot.core.plans.operations import OperationState
from bot.core.plans.plan import plan_revoke
from bot.core.scan.coverage import Coverage, How, Scan, ScanStatus, Seen, Strategy
from bot.core.views import DialogState, NoticeKind
from bot.core.waiting import Trouble, Wait
from bot.ports import Heard, MessageKind, Posted, StoredDialog, StoredInline, Waiting
from bot.store.store import SqlStore
from tests.store.records import ALICE, T0, grant, user

HOUR = timedelta(hours=1)
# Tables that no commit before `kept` had.
LATER = {
    "leaverbot_schema",
    "wishes",
    "announcements",
    "leaves",
    "rule_stops",
    "holds",
    "held_people",
    "brakes",
    "braked_people",
    "source_looks",
    "lists",
    "bulks",
    "bulk_people",
}
# Messages that say something else since `kept`: whoever asks for a scan is told where they asked once it has ended, not
# the channel when it begins; and a summary keeps how many cases were open then.
OTHERWISE = {MessageKind.SCAN, MessageKind.SUMMARY}
# Fields of stored values that no commit before `kept` had.
LATER_FIELDS = {"external_ids"}
USE = Use("Federate", T0 + timedelta(microseconds=120), "111111111111", "eu-west-1", "event-1")
GROUP = Group("group-1", "Zoë 👩‍💻", scim=True)
GRANTS = (
    replace(grant(), session_seconds=3600, privilege=Privilege.OTHER),
    replace(grant("222222222222"), path=Path.GROUP, group_id=GROUP.id, group_name=GROUP.name, group_scim=True),
    Grant(
        GrantKind.APPLICATION,
        Path.DIRECT,
        session_seconds=1800,
        application_arn="arn:aws:sso::1:application/a/apl-1",
        application_name="Wiki",
        background=True,
    ),
    Grant(
        GrantKind.ENTITLEMENT,
        Path.DIRECT,
        account_id="333333333333",
        account_status="SUSPENDED",
        entitlement_id="e-1",
        role_arn="arn:aws:iam::333333333333:role/Admin",
        privilege=Privilege.ADMINISTRATOR,
    ),
)
READ = PersonRead(replace(user(1), scim=True), GRANTS, (Membership("m-1", GROUP),), used=USE)
COVERAGE = Coverage(
    ScanStatus.PARTIAL,
    T0,
    T0 + HOUR,
    kinds_read=tuple(GrantKind),
    users_read=10,
    leavers=3,
    leavers_read=2,
    unknown_status=1,
    calls={"sso-admin.ListInstances": 1, "identitystore.ListUsers": 2},
    problems=(Problem("a page", "throttled", passing=True, kind=GrantKind.ACCOUNT, path=Path.GROUP),),
    how=(How("membership", Strategy.BY_LOCATION, "it is cheaper"),),
    notes=("a note",),
    orphans=1,
    disagreements=4,
    use_checked=True,
    user_list_complete=False,
    principals=7,
)
COVER = (
    AccountCover(Account("111111111111", "Prod", "ACTIVE", ("r-1", "ou-1")), covered=True, why="p-1"),
    AccountCover(Account("222222222222"), covered=None, why="could not be read"),
)
PLACED = PlacedDeny(
    READ.user,
    "p-1",
    T0,
    "UALICE",
    COVER,
    confirmed=False,
    names=("jane",),
    inline=(InlinePlace("arn:ps-1", ("111111111111",), ("222222222222",)),),
    reason="left in anger",
    not_disabled=True,
    clear_since=T0 + HOUR,
    missing="the statement",
    lent=("joe",),
    long_sessions=(LongSession(GrantKind.APPLICATION, "Wiki", sure=True), LongSession(GrantKind.ENTITLEMENT, "Admin")),
    id="deny-1",
)


def fill(store: SqlStore) -> None:
    """Store it all."""
    _scans(store)
    case_id = store.open_cases()[READ.user.id].id
    _actions(store, case_id)
    _denies(store)
    dialog = StoredDialog("dialog-1", DETAILS, DialogState.READING, ALICE, query="jane")
    store.add_dialog(dialog, T0)
    more = {"view_id": "V1", "case_id": case_id, "user_id": READ.user.id, "user": READ.user, "digest": "d"}
    store.add_dialog(replace(dialog, id="dialog-2", state=DialogState.READY, admin=True, **more), T0)
    store.shown(case_id, 2, Posted("C1", "1.2"))
    store.tell("tell-1", ALICE, "Hello.", T0)
    store.renew_card("card-1", ALICE, case_id, T0)
    store.add_summary("summary-1", T0)
    store.remember("name", "value", T0)
    _events(store)
    store.draw_again_if_changed("settings", T0)


def _scans(store: SqlStore) -> None:
    ids = (f"new-{number}" for number in itertools.count(1))
    people = (READ, PersonRead(user(2), (grant(),)), PersonRead(user(3), (grant(),)))
    first = store.begin_scan("scan-1", "schedule", None, T0)
    store.save_scan(first.id, Scan(COVERAGE, people, None, "999999999999", "111111111111"), 20, ids.__next__)
    later = replace(COVERAGE, status=ScanStatus.COMPLETE, started_at=T0 + HOUR, finished_at=T0 + 2 * HOUR)
    again = replace(READ, grants=(replace(GRANTS[0], account_name=None), *GRANTS[1:], grant("444444444444")))
    others = {user(2).id: Seen.ENABLED, user(3).id: Seen.UNREAD}
    orphans = (Orphan("nobody", GRANTS[0]),)
    second = store.begin_scan("scan-2", "UALICE", ALICE, T0 + HOUR)
    store.save_scan(second.id, Scan(later, (again,), others, orphans=orphans), 0, ids.__next__)
    store.begin_scan("scan-3", "schedule", ALICE, T0 + 3 * HOUR)


def _events(store: SqlStore) -> None:
    store.listen(T0)
    subjects = (OfUser(user(4).id, Says.DISABLED), OfAnybody(), Dropped(DropReason.OTHER_STORE, "d-2"), Unknown())
    heard = [Heard(f"m-{number}", Event(subject, "", T0)) for number, subject in enumerate(subjects)]
    store.take_events(heard, T0 + HOUR)


def _actions(store: SqlStore, case_id: str) -> None:
    action = Action("revoke-1", "key-1", REVOKE, READ.user, case_id, ALICE, T0, "digest", "revision")
    store.add_action(action)
    store.set_workflow("revoke-1", "workflow-1", "")
    last_of = frozenset({("111111111111", GRANTS[0].permission_set_arn or "")})
    plan = plan_revoke(READ, last_of).operations
    store.begin_action(
        "revoke-1", plan, T0, undo=tuple(f"undo {op.kind}" for op in plan), management_commands=("aws sso",)
    )
    for state in (OperationState.ASKED, OperationState.RUNNING, OperationState.DONE):
        store.set_operation("revoke-1", 0, state, T0 + HOUR, request_id="r-1", detail="a detail")
    left = replace(READ, grants=GRANTS[1:], unread=(Problem("a group", "denied"),))
    emptied = (PermissionSet("arn:ps-2", "Billing", 3600, Privilege.OTHER),)
    result = Result(ActionState.INCOMPLETE, "Something is left.", left, T0 + 4 * HOUR, tell="Done.", emptied=emptied)
    store.end_action("revoke-1", result, T0 + 4 * HOUR)
    more = {"dry_run": True, "reason": "why not", "not_disabled": True, "with_delete": True}
    store.add_action(replace(action, id="play-1", key="key-2", kind=SHUT_OUT, **more))
    step = replace(action, id="deny-1", key="key-3", kind=DENY, parent="play-1")
    store.add_action(step)
    names = Names({"111111111111": "Prod"}, {"arn:ps-1": "ReadOnly"})
    roles = (RoleAt("111111111111", "arn:ps-1"),)
    store.begin_action("deny-1", plan_deny(READ.user, scp=True, roles=roles, names=names).operations, T0)
    store.set_wait("deny-1", Wait(Trouble.THROTTLED, T0, T0 + HOUR))
    store.add_action(replace(action, id="delete-2", key="key-4", kind=DELETE, user=user(2), case_id=None))
    store.begin_action("delete-2", (), T0)
    gone = Result(ActionState.DONE, cover=COVER, close=CloseReason.DELETED)
    store.end_action("delete-2", gone, T0 + HOUR)


def _denies(store: SqlStore) -> None:
    store.place_denies([PLACED])
    store.place_denies([replace(PLACED, id="deny-2", user=user(2), inline=(), names=(), lent=(), clear_since=None)])
    store.lift_deny(user(2).id, "UALICE", T0 + HOUR)
    store.keep_placeholder("p-1", "nobody")
    store.keep_inline("arn:ps-1", StoredInline("{}", "{ }"))
    store.notice("notice-1", NoticeKind.DRIFT, READ.user.id, "Somebody took it out.", T0)
    store.note_unused(["arn:ps-2"], T0)


def told(store: SqlStore) -> dict[str, Any]:
    """All of it, as the store tells it."""
    cases = sorted(store.cases_since(T0 - HOUR), key=lambda case: case.id)
    return {
        "cases": [store.case(case.id) for case in cases],
        "reached": [store.reached(case.user.id) for case in cases],
        "sessions": [store.long_sessions(case.user.id) for case in cases],
        "changes": store.change("new-4"),
        "actions": [store.action(name) for name in ("revoke-1", "play-1", "deny-1", "delete-2")],
        "waits": store.waits(),
        "accounts": store.busy_accounts(),
        "denies": [store.told_deny(name) for name in ("deny-1", "deny-2")],
        "inline": (store.inline("arn:ps-1"), store.placeholder("p-1")),
        "dialogs": [store.dialog(name) for name in ("dialog-1", "dialog-2")],
        "messages": _queued(store),
        "scans": [store.scan(name) for name in ("scan-1", "scan-2", "scan-3")],
        "orphans": store.orphans(),
        "totals": store.totals(),
        "events": (store.event_counts(), store.due_reads(T0 + HOUR)),
        "reads": [store.user_read(user(number).id) for number in (1, 2, 3)],
    }


def _queued(store: SqlStore) -> list[Waiting]:
    found = filter(None, (store.message(unshown.key) for unshown in store.unshown(T0)))
    return [replace(one, seq=0) for one in found if one.kind not in OTHERWISE]


def kept() -> dict[str, list[dict[str, Any]]]:
    """The rows that `fill` made in the commit before JSON of stored values was left to pydantic; those of a table that is
    newer, when it came.
    """
    return json.loads((File(__file__).parent.parent / "data" / "1cc8f1a.rows.json").read_text())


def rows(engine: sa.Engine) -> dict[str, list[dict[str, Any]]]:
    """What stands in every table, by name, without what is newer than `kept`. What is JSON there is `{"json": …}` here."""
    found = {}
    for table in tables(engine):
        columns = [sa.cast(one, sa.Text).label(one.name) if _is_json(one) else one for one in table.columns]
        with engine.connect() as connection:
            read = connection.execute(sa.select(*columns)).mappings().all()
        plain = [{name: _plain(value, table.columns[name]) for name, value in row.items()} for row in read]
        found[table.name] = sorted(plain, key=lambda row: [row[column.name] for column in table.primary_key])
    return found


def put(engine: sa.Engine, found: dict[str, list[dict[str, Any]]]) -> None:
    """Make these the rows of the tables, in place of what is there."""
    here = tables(engine)
    with engine.begin() as connection:
        for table in reversed(here):
            connection.execute(table.delete())
        for table in here:
            for row in found[table.name]:
                connection.execute(table.insert().values({name: _stored(value) for name, value in row.items()}))


def tables(engine: sa.Engine) -> list[sa.Table]:
    metadata = sa.MetaData()
    metadata.reflect(engine)
    return [table for table in metadata.sorted_tables if table.name not in LATER]


def as_before(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """These rows without the messages that say something else since `kept`, which number the others."""
    left = [{**row, "seq": 0} for row in found["messages"] if row["kind"] not in OTHERWISE]
    return {**found, "messages": left}


def _is_json(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.JSON)


def _plain(value: Any, column: sa.Column[Any]) -> Any:
    return {"json": json.loads(value, object_hook=_of_old)} if value is not None and _is_json(column) else value


def _of_old(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in LATER_FIELDS}


def _stored(value: Any) -> Any:
    if isinstance(value, dict):
        return sa.JSON.NULL if value["json"] is None else value["json"]
    return sa.null() if value is None else value
