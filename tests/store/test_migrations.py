"""A database of any released version, and an empty one, become the same tables: those that the queries are written for."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.actions import ActionState
from bot.core.kinds import DENY, REVOKE, SHUT_OUT
from bot.core.models import User, UserStatus
from bot.core.plans.operations import OperationState
from bot.core.plans.plan import plan_delete
from bot.store.database import rule_tables, schema
from bot.store.database.connection import connect
from bot.store.database.migrate import migrate, migrations
from bot.store.store import SqlStore
from tests.databases import POSTGRES, new_database
from tests.in_line import outdated_cases
from tests.store.elsewhere import elsewhere
from tests.store.records import T0
from tests.store.released import RELEASED, load

# SHA-256 of each migration that was released.
HASHES = {
    "0001.postgresql.sql": "e7763877f71b033e405e89375f2043986d1fc11f15463b136246a24ac2142702",
    "0001.sqlite.sql": "e2aecc6a1f84d4adb1b6de9a79a041342d71f4130a4effc4ec158c00d4bb63ce",
    "0002.sql": "a87e8a0b23390fd522d4810564b9b082094e1ffeaf27aa33b4f80516794a1a42",
    "0003.sql": "3142bc76634b98af1edbadbc5be802348772a0fa46f8da242a6eea89e3ccbe52",
    "0004.sql": "3730dd55afb3e2794224454cc0a31d939ef05e1ccd8fc4fd4b34a50002ea107d",
    "0005.sql": "5118a06784e9a2b7f6668e00645cca0e78636f7e75bce1120b67ebad02d0c586",
    "0006.sql": "1d4e82e863fa62aacd31298fd073384d88ad4c94422a4d4286daf1d5454ce814",
    "0007.sql": "7e68dd260bb5318d9af035e859ebe17afbd12c36682dc8a9c64940632ab02a26",
    "0008.sql": "7435184b8c92df9599e4e7efcf0753542a1c5d76ea126019fe7a841a8deca617",
    "0009.sql": "dbd80ef081e290bdf3c6ffb1ad394b5c825a1d371bfbfe11e3b4c2e47ceb6281",
    "0010.sql": "8ce4358fb67d8af35a1de119ae6508fe21cb65a519ed896995fdc0af2d10738a",
    "0011.sql": "16e7ab062e0f546212a0cf81c61ff448f8175c4f0bfa78436ff84d08793b718e",
    "0012.sql": "d82566c2886db65e804efddefc5f610fdb77e8e70df43637e982edb0a93ef15f",
    "0013.sql": "9aaae6c62da73474fd55dd376c954b8c9f0ae20749d8edd29d9a2d07d7fbc5f2",
    "0014.sql": "e7d11a8657eb7e0956ddeafa2c2e295a4534d8e35c7bb848015051ab123f0e31",
    "0015.sql": "d66d59d32604f2060c8be76c2a440ec5579553bb61adc7af520b54f6f441ea97",
    "0016.sql": "e1e4e674e1cae3eebecc676f70ee38f27e1a64fbdea062ede3623c84ff438f09",
}


def tables(url: str, make: Callable[[sa.Engine], None]) -> dict[str, Any]:
    """Our tables in a database, after `make`: columns, keys and indexes."""
    engine = connect(url)
    make(engine)
    look = sa.inspect(engine)
    found = {name: table_of(look, name) for name in look.get_table_names() if name in rule_tables.metadata.tables}
    engine.dispose()
    return found


def table_of(look: sa.Inspector, name: str) -> dict[str, Any]:
    dialect = look.dialect.name
    return {
        "columns": {column["name"]: (str(column["type"]), column["nullable"]) for column in look.get_columns(name)},
        "key": look.get_pk_constraint(name)["constrained_columns"],
        "points to": {(*key["constrained_columns"], key["referred_table"]) for key in look.get_foreign_keys(name)},
        "unique": {tuple(unique["column_names"]) for unique in look.get_unique_constraints(name)},
        "indexes": {
            (
                index["name"],
                tuple(index["column_names"]),
                bool(index["unique"]),
                # PostgreSQL prints casts and brackets by how the text reached it.
                re.sub(r"::[a-z]+(\[\])?|[()]", "", str(index["dialect_options"].get(f"{dialect}_where"))),
            )
            for index in look.get_indexes(name)
        },
    }


@pytest.fixture
def empty(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of another empty database, of the same kind as `url`."""
    if backend == POSTGRES:
        return new_database(request.getfixturevalue("postgres"))
    return f"sqlite:///{tmp_path / 'other.db'}"


def test_an_empty_database_becomes_the_tables_that_the_queries_are_written_for(url: str, empty: str) -> None:
    described = tables(empty, rule_tables.metadata.create_all)
    assert set(described) == set(rule_tables.metadata.tables)
    assert tables(url, migrate) == described


@pytest.mark.parametrize("name", RELEASED)
def test_the_database_of_a_released_version_becomes_the_same_as_a_fresh_one(url: str, empty: str, name: str) -> None:
    load(url, name)
    assert tables(url, migrate) == tables(empty, migrate)


def test_what_a_released_version_stored_is_still_there(url: str) -> None:
    load(url, "8d28ce4")
    store = SqlStore.open(url)
    done, waiting = store.action("revoke-1"), store.action("revoke-10")
    assert (done.state, waiting.state) == (ActionState.DONE, ActionState.QUEUED)
    assert waiting.user.status is UserStatus.DISABLED
    assert {action.kind for action in store.unfinished_actions()} == {
        REVOKE,
        DENY,
        SHUT_OUT,
    }
    assert len(store.open_cases()) == 14
    store.close()


def test_a_database_from_before_there_were_events_and_wishes_keeps_its_work_and_its_denies(url: str) -> None:
    load(url, "b583df8")
    store = SqlStore.open(url)
    unfinished = Counter((action.kind, action.state) for action in store.unfinished_actions())
    running = ActionState.RUNNING
    assert unfinished == {
        (REVOKE, running): 1,
        (DENY, running): 1,
        (SHUT_OUT, running): 1,
        (DENY, ActionState.QUEUED): 1,
    }
    assert Counter(deny.confirmed for deny in store.denies()) == {True: 1, False: 1}
    assert [bool(store.case(case.id).posted) for case in store.open_cases().values()] == [True] * 5
    assert outdated_cases(store) == []
    assert (store.open_wishes(), store.due_reads(T0), store.next_read()) == ([], [], None)
    store.close()


def test_processes_that_migrate_an_empty_database_at_once_all_succeed(url: str) -> None:
    started = [elsewhere(SqlStore.open, url) for _ in range(4)]
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0] * 4


def test_a_migration_that_fails_leaves_nothing_behind(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = connect(url)
    migrate(engine)
    before = tables(url, lambda _: None)
    newest = max(migrations(engine.dialect.name))
    broken = {newest: "", newest + 1: "ALTER TABLE cases ADD COLUMN extra TEXT;\nSELECT nothing FROM nowhere;\n"}
    monkeypatch.setattr("bot.store.database.migrate.migrations", lambda _: broken)
    with pytest.raises(sa.exc.DBAPIError):
        migrate(engine)
    monkeypatch.undo()
    migrate(engine)
    engine.dispose()
    assert tables(url, lambda _: None) == before


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_numbers_of_migrations_have_no_gap_and_no_double(dialect: str) -> None:
    folder = Path(schema.__file__).parent / "migrations"
    mine = [file.name for file in folder.iterdir() if file.name.split(".")[1:-1] in ([], [dialect])]
    assert sorted(int(name.split(".")[0]) for name in mine) == list(range(1, len(mine) + 1))
    assert sorted(migrations(dialect)) == list(range(1, len(mine) + 1))


def test_the_text_of_a_released_migration_never_changes() -> None:
    folder = Path(schema.__file__).parent / "migrations"
    names = {file.name for file in folder.iterdir()}
    now = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    assert now == HASHES


def test_an_older_database_tells_use_from_none_and_asks_for_the_review_of_what_was_used(url: str) -> None:
    load(url, "8d28ce4")
    engine = sa.create_engine(url) if url.startswith("sqlite") else connect(url)
    use = '{"event": "Federate", "at": "2026-11-24T09:00:00+00:00", "account_id": "", "region": "", "event_id": "e"}'
    with engine.begin() as connection:
        first = connection.exec_driver_sql("SELECT id FROM cases ORDER BY id LIMIT 1").scalar_one()
        closed = f"UPDATE cases SET state = 'closed', wants_message = FALSE, used = '{use}' WHERE id = '{first}'"  # noqa: S608 - our own values
        connection.exec_driver_sql(closed)
    engine.dispose()
    store = SqlStore.open(url)
    (waiting,) = store.unreviewed()
    assert (waiting.case.id, waiting.digest) == (first, False)
    assert waiting.case.id in {stored.case.id for stored in outdated_cases(store)}
    store.close()


def test_an_operation_that_an_older_version_called_failed_is_one_whose_outcome_is_not_known(url: str) -> None:
    load(url, "8d28ce4")
    engine = sa.create_engine(url) if url.startswith("sqlite") else connect(url)
    operation = plan_delete(User("u", revision="1")).operations[0]
    failed = {"action_id": "revoke-1", "seq": 0, "operation": operation, "state": "failed", "detail": "AWS says: no"}
    with engine.begin() as connection:
        connection.execute(schema.operations.insert().values(failed))
    engine.dispose()
    store = SqlStore.open(url)
    found = store.action("revoke-1").operations[0]
    assert (found.state, found.detail) == (OperationState.UNKNOWN, "AWS says: no")
    # And a read back may still tell more.
    store.set_operation("revoke-1", found.seq, OperationState.DONE, T0)
    assert store.action("revoke-1").operations[0].state is OperationState.DONE
    store.close()
