"""Nothing that stands in the database runs as code."""

import base64
import json
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dbos
import pytest
import sqlalchemy as sa
from dbos import DBOS, _serialization

from bot.core.actions import ActionState
from bot.core.errors import StoreError
from bot.core.models import User
from bot.engine.library_fixes import mend
from bot.services.context import Context
from tests.engine.asking import ask, engine_of
from tests.world import eventually

SOURCES = Path(dbos.__file__).parent
GHOST = User("00000000-0000-4000-8000-000000000001", "ghost")


class Touch:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


def payload(path: Path) -> str:
    return base64.b64encode(pickle.dumps({"args": (Touch(path),), "kwargs": {}})).decode()


@pytest.fixture
def database(context: Context, tmp_path: Path) -> sa.Engine:
    """Somebody else's connection to the bot's database."""
    return sa.create_engine(f"sqlite:///{tmp_path / 'engine.db'}", connect_args={"timeout": 30})


def forge(database: sa.Engine, name: str, path: Path) -> None:
    """A workflow that waits in DBOS's own queue, with pickled arguments."""
    with database.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO workflow_status (workflow_uuid, status, name, queue_name, application_version, application_name,"
                " executor_id, inputs, serialization, recovery_attempts, priority) VALUES"
                " (:id, 'ENQUEUED', :name, '_dbos_internal_queue', 'leaverbot', 'leaverbot', 'leaverbot', :inputs, 'py_pickle', 0, 0)"
            ),
            {"id": f"forged-{name}", "name": name, "inputs": payload(path)},
        )


def test_a_pickled_workflow_ends_in_an_error_runs_nothing_and_others_go_on(
    context: Context, database: sa.Engine, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    names = ("act_v1", "show_v1", "scan_tick_v1")
    for name in names:
        forge(database, name, made)
    for name in names:
        eventually(lambda name=name: DBOS.list_workflows(workflow_ids=[f"forged-{name}"])[0].status == "ERROR")
    action_id = ask(context, GHOST)
    context.work.start_action(action_id)
    eventually(lambda: context.store.action(action_id).state is ActionState.REFUSED)
    assert not made.exists()


def test_a_pickled_step_of_an_action_is_not_read_and_the_action_is_carried_on(
    context: Context, database: sa.Engine, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    action_id = ask(context, GHOST)
    assert context.store.set_workflow(action_id, "forged", "")
    with database.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO operation_outputs (workflow_uuid, function_id, function_name, output, serialization)"
                " VALUES ('forged', 1, 'prepare', :output, 'py_pickle')"
            ),
            {"output": payload(made)},
        )
        connection.execute(
            sa.text(
                "INSERT INTO workflow_status (workflow_uuid, status, name, queue_name, application_version, application_name,"
                " executor_id, inputs, serialization, recovery_attempts, priority) VALUES ('forged', 'ENQUEUED', 'act_v1',"
                " '_dbos_internal_queue', 'leaverbot', 'leaverbot', 'leaverbot', :inputs, 'portable_json', 0, 0)"
            ),
            {"inputs": json.dumps({"positionalArgs": [action_id], "namedArgs": {}})},
        )
    eventually(lambda: DBOS.list_workflows(workflow_ids=["forged"])[0].status == "ERROR")
    engine_of(context).resume()
    eventually(lambda: context.store.action(action_id).state is ActionState.REFUSED)
    assert not made.exists()


READERS: dict[str, Callable[[str], Any]] = {
    "a value": lambda text: _serialization.deserialize_value(text, "py_pickle", dbos.DBOSPortableJSONSerializer()),
    "arguments": lambda text: _serialization.deserialize_args(text, "py_pickle", dbos.DBOSPortableJSONSerializer()),
    "an error": lambda text: _serialization.deserialize_exception(text, "py_pickle", dbos.DBOSPortableJSONSerializer()),
    "a client's default": lambda text: _serialization.DefaultSerializer().deserialize(text),
}


@pytest.mark.parametrize("what", READERS)
def test_no_function_of_dbos_reads_pickle(what: str, tmp_path: Path) -> None:
    mend()
    with pytest.raises(StoreError):
        READERS[what](payload(tmp_path / "made"))
    assert not (tmp_path / "made").exists()


def test_dbos_reads_pickle_in_the_one_place_that_is_closed() -> None:
    readers = {
        file.name: len(
            re.findall(r"pickle\.loads?\(|Unpickler|read_pickle|marshal\.load|yaml\.load\(", file.read_text())
        )
        for file in SOURCES.rglob("*.py")
    }
    assert {name: count for name, count in readers.items() if count} == {"_serialization.py": 1}
