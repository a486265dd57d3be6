"""How often the running program goes from one room of bot/ to another while it carries out one press.

Counted are calls, not returns, of a function in one top folder (or file) of bot/ from another, on all threads of the
real program: from Slack's payload of the press of *Revoke access*, through its dialog and the submit, until four
seconds after AWS holds no access of the leaver, when the alert shows it; what runs in the background meanwhile is
included. The leaver holds one direct assignment. Three leavers are pressed one after another, and the median is taken.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PRESSES = 3
SETTLE_SECONDS = 4.0


def room_changes(tree: Path) -> int:
    """The median, measured with the program and the test world of this tree in a process of its own."""
    here = Path(__file__)
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "PYTHONPATH": f"{here.parent / 'tracer'}{os.pathsep}{tree}",
            "SHAPE_TREE": str(tree),
            "SHAPE_TRACE": str(Path(folder, "trace")),
        }
        command = [sys.executable, str(here)]
        printed = subprocess.run(command, env=environment, cwd=tree, stdout=subprocess.PIPE, check=True).stdout
    return int(printed)


def main() -> None:
    # Of the tree that is measured, which may be older than this file.
    from tests.world import World, eventually, world

    def press(here: World, name: str) -> int:
        alert = here.alert(name)
        began = time.monotonic()
        assert here.press(here.alice, alert, "case_revoke").ok
        here.dialog(here.alice, "payments-prod")
        assert here.workspace.submit(here.alice, {}).closed
        eventually(lambda: here.org.truth(leavers[name]) == [], what="the revoke")
        time.sleep(SETTLE_SECONDS)
        assert "case_revoke" not in str(here.alert(name)), "the alert is not up to date yet"
        return _noted(here.process.pid, began)

    with world() as here:
        account = here.org.add_account("payments-prod")
        admin = here.org.add_permission_set("AdministratorAccess")
        leavers = {name: here.leaver(name, (account, admin)) for name in map("leaver{}".format, range(PRESSES))}
        here.start()
        here.alert(max(leavers))
        time.sleep(SETTLE_SECONDS)
        print(int(statistics.median(press(here, name) for name in leavers)))


def _noted(process: int, since: float) -> int:
    lines = Path(f"{os.environ['SHAPE_TRACE']}.{process}").read_text().splitlines()
    return sum(float(line.split()[0]) >= since for line in lines)


if __name__ == "__main__":
    main()
