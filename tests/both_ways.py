"""Checks that another version of leaverbot continues what this one began, and the other way round.

    python -m tests.both_ways COMMIT

In each scenario one version works and is killed in the middle (kill -9), and the other finishes on the same database;
then the first starts again and reads what the other wrote. Needs git, and takes about two minutes.
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


def hand_over(here: World, tree: Path) -> None:
    here.kill()
    here.aws.faults.clear()
    start(here, tree)


def revoke(here: World, first: Path, second: Path) -> None:
    user = many_grants(here)
    begin(here, first)
    press_revoke(here)
    eventually(lambda: 3 <= len(here.org.truth(user)) <= 15, seconds=40)
    hand_over(here, second)
    here.alert("dana", "no way in any more", seconds=60)
    assert here.org.truth(user) == []
    assert here.aws.calls["sso-admin.DeleteAccountAssignment"] <= 21


def _with_button(here: World, label: str) -> dict[str, Any] | None:
    alert = here.alert("dana")
    return alert if label in buttons(alert) else None


def deny_and_lift(here: World, first: Path, second: Path) -> None:
    user = many_grants(here, 2)
    begin(here, first)
    here.aws.faults.add(Fault(operation="organizations.UpdatePolicy", kind="latency", seconds=20, times=1))
    here.press(here.bob, here.alert("dana"), "case_deny")
    eventually(lambda: here.aws.calls["organizations.UpdatePolicy"])
    hand_over(here, second)
    here.alert("dana", "Emergency deny in force", seconds=60)
    alert = eventually(lambda: _with_button(here, "Lift deny"))
    assert user in here.org.policy_text(here.policy_id)
    here.press(here.bob, alert, "case_lift")
    here.dialog(here.bob, "Lift deny")
    here.aws.faults.add(Fault(operation="organizations.UpdatePolicy", kind="latency", seconds=20, times=1))
    here.workspace.submit(here.bob, {"why": "back at work"})
    eventually(lambda: here.aws.calls["organizations.UpdatePolicy"] >= 2)
    hand_over(here, first)
    eventually(lambda: user not in here.org.policy_text(here.policy_id), seconds=60)


def shut_out_with_delete(here: World, first: Path, second: Path) -> None:
    user = many_grants(here, 12)
    begin(here, first)
    here.press(here.alice, here.alert("dana"), "case_shut_out")
    here.dialog(here.alice, "Shut out")
    here.workspace.submit(here.alice, {"typed": "dana.rossi@example.com"})
    eventually(lambda: len(here.org.truth(user)) <= 10, seconds=60)
    hand_over(here, second)
    eventually(lambda: user not in here.org.user_by_id, seconds=90, what=here.log)
    thread = here.thread(here.alert("dana"))
    assert len([message for message in thread if "shut out" in words(message).lower()]) <= 1


def dialogs_and_buttons(here: World, first: Path, second: Path) -> None:
    user = many_grants(here, 3)
    begin(here, first)
    here.press(here.alice, here.alert("dana"), "case_revoke")
    here.dialog(here.alice, "Revoke access")
    hand_over(here, second)
    here.workspace.submit(here.alice, {})
    here.alert("dana", "no way in any more", seconds=60)
    assert here.org.truth(user) == []
    hand_over(here, first)
    here.press(here.alice, eventually(lambda: _with_button(here, "Delete user")), "case_delete")
    here.dialog(here.alice, "Delete user")
    hand_over(here, second)
    here.workspace.submit(here.alice, {"typed": "dana.rossi@example.com"})
    eventually(lambda: user not in here.org.user_by_id, seconds=60, what=here.log)


SCENARIOS: tuple[Callable[[World, Path, Path], None], ...] = (
    revoke,
    deny_and_lift,
    shut_out_with_delete,
    dialogs_and_buttons,
)


def readable(here: World, tree: Path) -> None:
    """Show the list, the summary and a scan of a database that the other version wrote last."""
    hand_over(here, tree)
    for command, answer in (("summary", "disabled"), ("list", "."), ("scan", ".")):
        here.workspace.slash(here.bob, here.channel, command)
        here.told(here.bob, answer) if command != "scan" else here.alert("asked for by", "complete", seconds=30)


def main(commit: str) -> None:
    """Print a line for each scenario and direction; raises when one fails."""
    with checked_out(commit) as other:
        for scenario in SCENARIOS:
            for way, first, second in ((f"{commit} -> this", other, HERE), (f"this -> {commit}", HERE, other)):
                with world() as here:
                    scenario(here, first, second)
                    readable(here, first)
                print(f"{scenario.__name__.replace('_', ' ')}, {way}: ended as it should", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
