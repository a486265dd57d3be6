"""Start the real program many times without importing it many times.

One process per test worker imports everything and does nothing else; each program is a fork of it, with its own
environment, folder, arguments and output, killed and waited for like any process. Linux and macOS.
"""

import atexit
import contextlib
import gc
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests import paces

ROOT = Path(__file__).parent.parent


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


class Zygote:
    """The process that has imported everything. Made at the first `start`."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(
        self,
        arguments: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: str | Path,
        stdout: int,
        stderr: int,
        quick: bool,
    ) -> Program:
        """`python -m bot <arguments>`, with these file descriptors as its output. `quick`: see tests/paces.py."""
        if self._control is None:
            self._control = self._begin()
        ours, theirs = socket.socketpair()
        given = {"arguments": list(arguments), "env": dict(env), "cwd": str(cwd), "quick": quick}
        asked = json.dumps(given).encode()
        with theirs:
            self._control.sendall(struct.pack("!I", len(asked)))
            socket.send_fds(self._control, [asked], [stdout, stderr, theirs.fileno()])
        ours.settimeout(30)
        (pid,) = struct.unpack("!i", ours.recv(4))
        return Program(pid, ours)

    def _begin(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.zygote", str(theirs.fileno())], pass_fds=[theirs.fileno()], cwd=ROOT
            )
        atexit.register(self.end)
        return ours

    def end(self) -> None:
        """Close the control socket, which ends it; the programs it started must have ended before."""
        if self._control and self._process:
            self._control.close()
            self._process.wait(timeout=10)
            self._control = self._process = None


ZYGOTE = Zygote()


def start(
    arguments: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: str | Path,
    stdout: int,
    stderr: int | None = None,
    quick: bool = False,
) -> Program:
    """A running `python -m bot <arguments>`. `stderr` goes where `stdout` does unless it is given."""
    errors = stdout if stderr is None else stderr
    return ZYGOTE.start(arguments, env=env, cwd=cwd, stdout=stdout, stderr=errors, quick=quick)


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


def main(control: socket.socket) -> None:
    """The zygote: fork for each request, until the control is closed."""
    import bot.__main__
    import bot.app
    import bot.cli.main
    import bot.playground.play  # noqa: F401 - seconds of imports, done once

    _read_service_models()
    gc.freeze()
    while True:
        asked, files = _request(control)
        _count_ended()
        if asked is None:
            return
        if os.fork() == 0:
            control.close()
            _mind(asked, *files)
            return
        for file in files:
            os.close(file)


def _count_ended() -> None:
    """Collect the minders that have ended: this way the CPU time of the programs counts as that of the tests."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _read_service_models() -> None:
    """botocore reads megabytes of JSON at each start; read them here, once."""
    import botocore.exceptions
    import botocore.loaders
    import botocore.session

    loader = botocore.loaders.Loader()
    for service in ("account-access", "cloudtrail", "identitystore", "organizations", "sso-admin", "sts"):
        for kind in ("service-2", "paginators-1", "endpoint-rule-set-1"):
            with contextlib.suppress(botocore.exceptions.UnknownServiceError, botocore.exceptions.DataNotFoundError):
                loader.load_service_model(service, kind)
    for name in ("endpoints", "partitions", "_retry", "sdk-default-configuration"):
        loader.load_data(name)
    botocore.session.create_loader = lambda _search_path=None: loader


def _request(control: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    head = control.recv(4)
    if len(head) < 4:
        return None, []
    (length,) = struct.unpack("!I", head)
    text, files, _, _ = socket.recv_fds(control, length, 3)
    while len(text) < length:
        text += control.recv(length - len(text))
    return json.loads(text), list(files)


def _mind(asked: dict[str, Any], stdout: int, stderr: int, told: int) -> None:
    """Fork the program; report its pid, and its exit code once it has ended. Returns only in the program."""
    pid = os.fork()
    if pid == 0:
        os.close(told)
        _become(asked, stdout, stderr)
        return
    os.write(told, struct.pack("!i", pid))
    _, status = os.waitpid(pid, 0)
    # The process that started it may be gone.
    with contextlib.suppress(BrokenPipeError):
        os.write(told, struct.pack("!i", os.waitstatus_to_exitcode(status)))
    os._exit(0)


def _become(asked: dict[str, Any], stdout: int, stderr: int) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, standard in ((nothing, 0), (stdout, 1), (stderr, 2)):
        os.dup2(ours, standard)
    for file in {nothing, stdout, stderr} - {0, 1, 2}:
        os.close(file)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    sys.path[0] = asked["cwd"]
    if kept := os.environ.get("PYTHONWARNINGS"):
        warnings.resetwarnings()
        warnings.simplefilter(kept)  # type: ignore[arg-type]  # one word here, and Python checks it
    if asked["quick"]:
        paces.hurry()
    sys.argv = ["leaverbot", *asked["arguments"]]
    sys.modules["bot.__main__"].main()


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
