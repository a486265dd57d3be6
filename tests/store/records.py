"""Made-up people, grants, scans and actions for the tests of the store."""

import itertools
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.core.access.person_read import PersonRead
from bot.core.actions import Action, Asker
from bot.core.deny.plans import Names, plan_deny
from bot.core.kinds import REVOKE, Kind
from bot.core.models import Grant, GrantKind, Path, User, UserStatus
from bot.core.plans.operations import Operation
from bot.core.scan.coverage import Coverage, Scan, ScanStatus, Seen
from bot.store.audit import GENESIS, chained
from bot.store.database.schema import audit
from bot.store.store import SqlStore

T0 = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ALICE = Asker("UALICE", "C1", "https://hooks.example/1")
numbers = itertools.count(1)


def new_id() -> str:
    return f"id-{next(numbers)}"


def user(number: int = 1) -> User:
    return User(
        f"00000000-0000-4000-8000-{number:012}",
        f"user{number}@example.com",
        f"User {number}",
        "",
        UserStatus.DISABLED,
        "1",
        T0,
    )


def grant(account: str = "111111111111", name: str = "ReadOnlyAccess", status: str = "ACTIVE") -> Grant:
    return Grant(
        GrantKind.ACCOUNT,
        Path.DIRECT,
        account_id=account,
        account_name=f"acct-{account}",
        account_status=status,
        permission_set_arn=f"arn:aws:sso:::permissionSet/ssoins-1/{name}",
        permission_set_name=name,
    )


def scan_of(
    *people: PersonRead,
    at: datetime = T0,
    others: dict[str, Seen] | None = None,
    status: ScanStatus = ScanStatus.COMPLETE,
) -> Scan:
    coverage = Coverage(
        status, at, at + timedelta(seconds=5), users_read=10, leavers=len(people), leavers_read=len(people), calls={}
    )
    return Scan(coverage, people, others, "999999999999")


def save(store: SqlStore, scan: Scan, *, digest_after: int = 20, asker: Asker | None = None) -> list:
    stored = store.begin_scan(new_id(), "schedule", asker, scan.coverage.started_at)
    return store.save_scan(stored.id, scan, digest_after, new_id)


def open_case(store: SqlStore, number: int = 1, *grants: Grant) -> str:
    save(store, scan_of(PersonRead(user(number), grants or (grant(),))))
    return store.open_cases()[user(number).id].id


def action(case_id: str | None, kind: Kind = REVOKE, *, key: str = "", number: int = 1, parent: str = "") -> Action:
    name = new_id()
    return Action(name, key or name, kind, user(number), case_id, ALICE, T0, parent=parent)


def deny_operations(number: int = 1) -> tuple[Operation, ...]:
    """The one operation of a deny in a service control policy."""
    return plan_deny(user(number), scp=True, roles=(), names=Names({}, {})).operations


def broken_at(connection: sa.Connection) -> int | None:
    """The number of the first entry of the audit log that does not follow from the one before; None when all do."""
    before = GENESIS
    for row in connection.execute(sa.select(audit).order_by(audit.c.seq)).mappings():
        entry = {name: row[name] for name in ("at", "who", "what", "subject", "verdict", "reason")}
        if chained(before, entry) != row["hash"]:
            return int(row["seq"])
        before = row["hash"]
    return None
