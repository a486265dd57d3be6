"""Run a program as a person would, and let the kernel say what it took."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
OTHERS = ("AWS_", "LEAVERBOT_", "SLACK_")


@dataclass(frozen=True, slots=True)
class Run:
    """A program that has ended. `megabytes` is its peak of resident memory, `cpu` its user and system seconds."""

    code: int
    seconds: float
    cpu: float
    megabytes: float
    errors: str


def run(arguments: list[str], environment: Mapping[str, str], out: Path, *, python: str = sys.executable) -> Run:
    """Run `python *arguments`; what it prints goes to the file `out`.

    What a process was before exec counts into its peak, so whoever calls this has to be smaller than the program.
    """
    given = {
        **{name: value for name, value in os.environ.items() if not name.startswith(OTHERS)},
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        **environment,
    }
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as err, out.open("w") as printed:
        started = time.monotonic()
        process = subprocess.Popen([python, *arguments], env=given, cwd=folder, stdout=printed, stderr=err)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        err.seek(0)
        unit = 1024 * 1024 if sys.platform == "darwin" else 1024
        cpu = used.ru_utime + used.ru_stime
        return Run(process.returncode, seconds, cpu, used.ru_maxrss / unit, err.read()[-4000:])
