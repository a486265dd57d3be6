"""Checks that this version continues what an older one began.

    python -m tests.upgrades COMMIT

In each scenario the older version works and is killed in the middle (kill -9), and this one finishes on the same
database. Needs git, and takes about a minute.
"""

import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.playground.identity_center import Fault
from tests.e2e.test_bad_days import many_grants, press_revoke
from tests.world import World, buttons, eventually, words, world

HERE = Path(__file__).parent.parent


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """The tree of a commit, in a folder."""
    made = subprocess.run(["git", "archive", commit, "bot"], cwd=HERE, capture_output=True, check=True)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(made.stdout)) as tree:
            tree.extractall(folder, filter="data")
        yield Path(folder)


def start(here: World, tree: Path) -> None:
    """Start the bot of this tree."""
    with (here.folder / "bot.log").open("ab") as log:
        here.process = subprocess.Popen(  # type: ignore[assignment] # it is used like a zygote's program
            [sys.executable, "-m", "bot", "run"],
            env={**here.environment(), "PYTHONPATH": str(tree)},
            cwd=here.folder,
            stdout=log,
            stderr=log,
        )
    eventually(lambda: here.slack.connections > 0 or here._died(), seconds=40, what=here.log)


def begin(here: World, tree: Path) -> None:
    here.aws.start()
    here.slack.start()
    start(here, tree)


def upgrade(here: World) -> None:
    here.kill()
    here.aws.faults.clear()
    start(here, HERE)


def revoke(here: World, older: Path) -> None:
    user = many_grants(here)
    begin(here, older)
    press_revoke(here)
    eventually(lambda: 3 <= len(here.org.truth(user)) <= 15, seconds=40)
    upgrade(here)
    here.alert("dana", "no way in any more", seconds=60)
    assert here.org.truth(user) == []
    assert here.aws.calls["sso-admin.DeleteAccountAssignment"] <= 21


def deny(here: World, older: Path) -> None:
    user = many_grants(here, 2)
    begin(here, older)
    here.aws.faults.add(Fault(operation="organizations.UpdatePolicy", kind="latency", seconds=20, times=1))
    here.press(here.bob, here.alert("dana"), "case_deny")
    eventually(lambda: here.aws.calls["organizations.UpdatePolicy"])
    upgrade(here)
    eventually(lambda: _with_button(here, "Lift deny"), seconds=60)
    assert user in here.org.policy_text(here.policy_id)


def lift(here: World, older: Path) -> None:
    user = many_grants(here, 2)
    begin(here, older)
    here.press(here.bob, here.alert("dana"), "case_deny")
    here.press(here.bob, eventually(lambda: _with_button(here, "Lift deny")), "case_lift")
    here.dialog(here.bob, "Lift deny")
    here.aws.faults.add(Fault(operation="organizations.UpdatePolicy", kind="latency", seconds=20, times=1))
    before = here.aws.calls["organizations.UpdatePolicy"]
    here.workspace.submit(here.bob, {"why": "back at work"})
    eventually(lambda: here.aws.calls["organizations.UpdatePolicy"] > before)
    upgrade(here)
    eventually(lambda: user not in here.org.policy_text(here.policy_id), seconds=60)


def _with_button(here: World, label: str) -> dict[str, Any] | None:
    alert = here.alert("dana")
    return alert if label in buttons(alert) else None


def shut_out_with_delete(here: World, older: Path) -> None:
    user = many_grants(here, 12)
    begin(here, older)
    here.press(here.alice, here.alert("dana"), "case_shut_out")
    here.dialog(here.alice, "Shut out")
    here.workspace.submit(here.alice, {"typed": "dana.rossi@example.com"})
    eventually(lambda: len(here.org.truth(user)) <= 10, seconds=60)
    upgrade(here)
    eventually(lambda: user not in here.org.user_by_id, seconds=90, what=here.log)
    thread = here.thread(here.alert("dana"))
    assert len([message for message in thread if "shut out" in words(message).lower()]) <= 1


def dialogs_and_buttons(here: World, older: Path) -> None:
    user = many_grants(here, 3)
    begin(here, older)
    here.press(here.alice, here.alert("dana"), "case_revoke")
    here.dialog(here.alice, "Revoke access")
    upgrade(here)
    here.workspace.submit(here.alice, {})
    here.alert("dana", "no way in any more", seconds=60)
    assert here.org.truth(user) == []
    here.press(here.alice, eventually(lambda: _with_button(here, "Delete user")), "case_delete")
    here.dialog(here.alice, "Delete user")
    here.workspace.submit(here.alice, {"typed": "dana.rossi@example.com"})
    eventually(lambda: user not in here.org.user_by_id, seconds=60, what=here.log)


SCENARIOS: tuple[Callable[[World, Path], None], ...] = (revoke, deny, lift, shut_out_with_delete, dialogs_and_buttons)


def read_back(here: World) -> None:
    """Show the list, the summary and a scan of a database that the older version began."""
    for command, answer in (("summary", "disabled"), ("list", ".")):
        here.workspace.slash(here.bob, here.channel, command)
        here.told(here.bob, answer)
    here.workspace.slash(here.bob, here.channel, "scan")
    here.told(here.bob, "The scan is complete", seconds=30)


def main(commit: str) -> None:
    """Print a line for each scenario; raises when one fails."""
    with checked_out(commit) as older:
        for scenario in SCENARIOS:
            with world() as here:
                scenario(here, older)
                read_back(here)
            print(f"{scenario.__name__.replace('_', ' ')}: ended as it should", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
