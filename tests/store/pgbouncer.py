"""A real pgbouncer in front of the PostgreSQL of the tests: a pooler that gives sessions to whoever asks next."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.world import eventually

PORT = 6432
# Debian installs it where only root looks.
PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin"


@contextlib.contextmanager
def pooled(url: str, mode: str, **more: object) -> Iterator[str]:
    """The address of the same database through a pooler in this mode; `more` are settings of pgbouncer."""
    program = shutil.which("pgbouncer", path=PLACES)
    if program is None:
        pytest.skip("pgbouncer is not installed")
    server = sa.make_url(url)
    with tempfile.TemporaryDirectory(prefix="leaverbot-pgbouncer-") as name:
        folder = Path(name)
        # It refuses to run as root. Whoever runs the server may use its socket.
        owner = Path(str(server.query["host"])).stat().st_uid
        other: dict[str, Any] = {"user": owner, "extra_groups": []} if os.geteuid() == 0 else {}
        os.chown(folder, owner, -1)
        settings = {"pool_mode": mode, "auth_type": "any", "unix_socket_dir": folder, "listen_port": PORT, **more}
        (folder / "settings.ini").write_text(
            f"[databases]\n* = host={server.query['host']} user={server.username}\n[pgbouncer]\n"
            + "".join(f"{key} = {value}\n" for key, value in settings.items())
        )
        with (folder / "log").open("w") as log:
            process = subprocess.Popen([program, folder / "settings.ini"], stderr=log, **other)
        try:
            eventually((folder / f".s.PGSQL.{PORT}").exists, what=(folder / "log").read_text)
            query = {"host": str(folder), "port": str(PORT)}
            yield server.set(query=query).render_as_string(hide_password=False)
        finally:
            process.kill()
            process.wait()
