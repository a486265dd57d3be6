"""Start the real program many times without importing it many times.

One process imports everything and does nothing else (tests/zygote_process.py); each program is a fork of it, with its own
environment, folder, arguments and output, killed and waited for like any process. The workers of a test run share one.
"""

import atexit
import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
# The name of the environment variable that says where the zygote listens. Not LEAVERBOT_…: those are settings.
SOCKET = "TESTS_ZYGOTE"


class Program:
    """A running program, with the interface of `subprocess.Popen`: `pid`, `poll`, `wait`, `send_signal`, `kill`,
    `terminate`.
    """

    def __init__(self, pid: int, ended: socket.socket) -> None:
        self.pid, self._ended = pid, ended
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._look(0.0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(["leaverbot"], timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def _look(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            self._ended.settimeout(timeout if timeout is None or timeout > 0 else 0.000001)
            with contextlib.suppress(TimeoutError):
                told = self._ended.recv(4)
                self.returncode = struct.unpack("!i", told)[0] if len(told) == 4 else -signal.SIGKILL
                self._ended.close()
        return self.returncode


@contextlib.contextmanager
def shared() -> Iterator[None]:
    """One zygote for this process and all that it starts. It imports nothing before somebody asks it for a program."""
    with tempfile.TemporaryDirectory(prefix="leaverbot-zygote-") as folder, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{folder}/socket")
        listening.listen(64)
        file = listening.fileno()
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.zygote_process", str(file)], pass_fds=[file], cwd=ROOT, stdin=subprocess.PIPE
        )
        os.environ[SOCKET] = f"{folder}/socket"
        try:
            yield
        finally:
            del os.environ[SOCKET]
            # Its standard input ends, and with it the zygote; the programs it started must have ended before.
            process.communicate()


@lru_cache(maxsize=1)
def _control() -> socket.socket:
    """The connection of this process to the zygote."""
    if SOCKET not in os.environ:
        own = shared()
        own.__enter__()
        atexit.register(own.__exit__, None, None, None)
    control = socket.socket(socket.AF_UNIX)
    atexit.register(control.close)
    control.connect(os.environ[SOCKET])
    return control


def start(
    arguments: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: str | Path,
    stdout: int,
    stderr: int | None = None,
    quick: bool = False,
    rates: bool = True,
) -> Program:
    """A running `python -m bot <arguments>`, with these file descriptors as its output. `stderr` goes where `stdout` does
    unless it is given. `quick`, `rates`: see tests/paces.py.
    """
    ours, theirs = socket.socketpair()
    given = {"arguments": list(arguments), "env": dict(env), "cwd": str(cwd), "quick": quick, "rates": rates}
    asked = json.dumps(given).encode()
    errors = stdout if stderr is None else stderr
    with theirs:
        _control().sendall(struct.pack("!I", len(asked)))
        socket.send_fds(_control(), [asked], [stdout, errors, theirs.fileno()])
    ours.settimeout(30)
    (pid,) = struct.unpack("!i", ours.recv(4))
    return Program(pid, ours)


def run_to_end(
    arguments: Sequence[str], *, env: Mapping[str, str], cwd: str | Path, timeout: float = 60.0, quick: bool = False
) -> subprocess.CompletedProcess[str]:
    """As `subprocess.run(capture_output=True, text=True)`."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        program = start(arguments, env=env, cwd=cwd, stdout=out.fileno(), stderr=errors.fileno(), quick=quick)
        try:
            code = program.wait(timeout)
        finally:
            program.kill()
        out.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(list(arguments), code, out.read().decode(), errors.read().decode())
