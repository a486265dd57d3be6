"""A database beside the process that has its lock: whoever only reads makes and changes nothing, whoever writes makes
nothing without the lock, and what is wrong is told in a sentence.
"""

from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.core.errors import NeverRan, StoreError
from bot.ports import Holder
from bot.store.beside import open_to_read, open_to_write
from bot.store.database import process_lock
from bot.store.database.connection import connect
from bot.store.database.migrate import newest_version
from bot.store.database.schema import versions
from bot.store.store import SqlStore
from tests.store.records import T0, open_case, user


def test_what_is_stored_can_be_read_while_the_bot_has_the_database_open(url: str) -> None:
    with closing(SqlStore.open(url)) as store:
        open_case(store)
        with closing(open_to_read(url)) as reading:
            assert set(reading.open_cases()) == {user().id}


def test_the_kind_of_database_and_the_version_of_its_tables_are_known(url: str) -> None:
    SqlStore.open(url).close()
    with closing(open_to_read(url)) as reading:
        kind, version = reading.database()
    assert kind.lower() == sa.make_url(url).get_backend_name()
    assert version == newest_version(kind.lower())


def test_nothing_can_be_written(url: str) -> None:
    with closing(SqlStore.open(url)) as store, closing(open_to_read(url)) as reading:
        with pytest.raises(StoreError):
            reading.remember("x", "y", T0)
        assert store.recall("x") is None


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(NeverRan, match="leaverbot has not run here yet"):
        open_to_read(f"sqlite:///{tmp_path / 'none.db'}")
    assert list(tmp_path.iterdir()) == []


def test_in_an_empty_database_leaverbot_has_not_run(url: str) -> None:
    engine = connect(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE other (id INTEGER)")
    engine.dispose()
    with pytest.raises(NeverRan):
        open_to_read(url)


@pytest.mark.parametrize(("step", "told"), [(-1, "an older leaverbot"), (1, "a newer leaverbot")])
def test_tables_of_another_version_are_told_and_left_as_they_are(url: str, step: int, told: str) -> None:
    SqlStore.open(url).close()
    engine = connect(url)
    version = newest_version(engine.dialect.name) + step
    with engine.begin() as connection:
        connection.execute(versions.delete())
        connection.execute(versions.insert().values(version=version))
    with pytest.raises(StoreError, match=told):
        open_to_read(url)
    with engine.connect() as connection:
        assert connection.execute(sa.select(versions.c.version)).scalars().all() == [version]
    engine.dispose()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("this is no database, but a text that is longer than its header would be" * 20)
    with pytest.raises(StoreError):
        open_to_read(f"sqlite:///{tmp_path / 'x.db'}")


def test_beside_a_process_at_work_something_can_be_stored(url: str) -> None:
    with closing(SqlStore.open(url)) as working:
        lock = process_lock.take(url, "run")
        assert not isinstance(lock, Holder)
        beside = open_to_write(url, "revoke")
        assert isinstance(beside, SqlStore)
        beside.remember("x", "y", T0)
        assert working.recall("x") == ("y", T0)
        beside.close()
        lock.release()


def test_a_database_that_is_not_there_is_made_under_the_lock_which_is_free_again(url: str) -> None:
    made = open_to_write(url, "revoke")
    assert isinstance(made, SqlStore)
    assert made.open_wishes() == []
    made.close()
    assert process_lock.look(url) is None


def test_while_another_process_would_have_to_make_it_its_name_is_told(url: str) -> None:
    lock = process_lock.take(url, "run")
    assert not isinstance(lock, Holder)
    held = open_to_write(url, "revoke")
    assert isinstance(held, Holder)
    assert held.command == "run"
    lock.release()


@pytest.mark.parametrize("step", [-1, 1])
def test_tables_of_another_version_are_never_worked_with(url: str, step: int) -> None:
    SqlStore.open(url).close()
    engine = connect(url)
    version = newest_version(engine.dialect.name) + step
    with engine.begin() as connection:
        connection.execute(versions.delete())
        connection.execute(versions.insert().values(version=version))
    engine.dispose()
    lock = process_lock.take(url, "run")
    assert not isinstance(lock, Holder)
    if step > 0:
        with pytest.raises(StoreError, match="newer leaverbot"):
            open_to_write(url, "revoke")
    else:
        assert isinstance(open_to_write(url, "revoke"), Holder)
    lock.release()


def test_what_is_no_database_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("to do " * 999)
    with pytest.raises(StoreError, match="LEAVERBOT_DATABASE_URL cannot be opened: file is not a database"):
        open_to_read(f"sqlite:///{tmp_path / 'notes.db'}")


def test_a_database_that_cannot_be_reached_is_not_taken_for_none(tmp_path: Path) -> None:
    (tmp_path / "loop.db").symlink_to(tmp_path / "loop.db")
    with pytest.raises(StoreError, match=r"cannot be opened: .*symbolic links"):
        open_to_read(f"sqlite:///{tmp_path / 'loop.db'}")
