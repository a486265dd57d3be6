"""The zygote: a process that has imported the program, and becomes it again and again (tests/zygote.py). Linux and macOS."""

import contextlib
import gc
import json
import os
import selectors
import socket
import struct
import sys
import time
import warnings
from typing import Any

from tests import paces


def main(listening: socket.socket) -> None:
    """Fork for each request of each connection, until the standard input ends."""
    imported = False
    selector = selectors.DefaultSelector()
    selector.register(sys.stdin, selectors.EVENT_READ)
    selector.register(listening, selectors.EVENT_READ)
    while True:
        one: Any = selector.select()[0][0].fileobj
        if one is sys.stdin:
            return
        if one is listening:
            selector.register(listening.accept()[0], selectors.EVENT_READ)
            continue
        asked, files = _request(one)
        if asked is None:
            selector.unregister(one)
            one.close()
            continue
        if not imported:
            _import_everything()
            imported = True
        _count_ended()
        if os.fork() == 0:
            _close_all(selector)
            _mind(asked, *files)
            return
        for file in files:
            os.close(file)


def _import_everything() -> None:
    """Seconds of imports, done once."""
    import bot.__main__
    import bot.app
    import bot.cli.main
    import bot.playground.play  # noqa: F401 - see above

    _read_service_models()
    gc.freeze()


def _close_all(selector: selectors.BaseSelector) -> None:
    """The program must not keep the connections of others open."""
    for key in list(selector.get_map().values()):
        if isinstance(key.fileobj, socket.socket):
            key.fileobj.close()
    selector.close()


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
    if not asked["rates"]:
        paces.without_rates()
    sys.argv = ["leaverbot", *asked["arguments"]]
    sys.modules["bot.__main__"].main()


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
