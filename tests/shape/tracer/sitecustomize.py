"""Notes each call that goes from one room of bot/ to another, with its time, in the file that SHAPE_TRACE names.

Python imports this at its start because the folder is on PYTHONPATH; each process, forked ones too, has a file of its
own. A call that enters bot/ from outside (a thread's start, a library that calls back) is of no room before it, unless
code of bot/ stands further up the same stack.
"""

import os
import sys
import threading
import time
from functools import cache

BOT = f"{os.environ['SHAPE_TREE']}/bot/"


@cache
def room(path: str) -> str:
    """The top folder of bot/ that this file lies in, or its own name where it lies in none; "" outside bot/."""
    return path.removeprefix(BOT).partition("/")[0].removesuffix(".py") if path.startswith(BOT) else ""


@cache
def trace_of(process: int) -> int:
    return os.open(f"{os.environ['SHAPE_TRACE']}.{process}", os.O_CREAT | os.O_APPEND | os.O_WRONLY)


def note(frame, event, _argument):
    called = room(frame.f_code.co_filename) if event == "call" else ""
    if not called:
        return
    caller, before = frame.f_back, ""
    while caller and not (before := room(caller.f_code.co_filename)):
        caller = caller.f_back
    if before not in {"", called}:
        line = f"{time.monotonic()} {before} {called} {frame.f_code.co_qualname}\n"
        os.write(trace_of(os.getpid()), line.encode())


threading.setprofile(note)
sys.setprofile(note)
