"""The shape of the code as a table: `python -m tests.shape [--at COMMIT] [--against COMMIT] [--without-press]`.

`--at` measures a commit in place of the tree as it lies here; `--against` shows another commit in a column before it.
What is counted, and how, stands in `measures` and `press`.
"""

import argparse
import contextlib
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from tests.benchmarks.table import show
from tests.shape.measures import Row, rows
from tests.shape.press import room_changes

ROOT = Path(__file__).parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.shape", description="Measure the shape of bot/.")
    parser.add_argument("--at", metavar="COMMIT", default="", help="a commit, in place of the tree as it lies here")
    parser.add_argument("--against", metavar="COMMIT", default="", help="another commit, in a column before it")
    parser.add_argument("--without-press", action="store_true", help="only read the code, start nothing")
    given = parser.parse_args()
    commits = [given.against, given.at] if given.against else [given.at]
    columns = [_measure(commit, press=not given.without_press) for commit in commits]
    names = dict.fromkeys(name for column in columns for name in column)
    head = ["", *(commit or "this tree" for commit in commits)]
    show(
        "The shape of bot/, without the playground",
        head,
        [[name, *(c.get(name, "") for c in columns)] for name in names],
    )


def _measure(commit: str, *, press: bool) -> dict[str, str]:
    with _tree(commit) as root:
        return dict([*rows(root), *(_press(root) if press else ())])


def _press(root: Path) -> Iterator[Row]:
    yield "room changes of one press", str(room_changes(root))


@contextlib.contextmanager
def _tree(commit: str) -> Iterator[Path]:
    """The files of this commit, in a folder that goes away; without one, the tree itself."""
    if not commit:
        yield ROOT
        return
    packed = subprocess.run(
        ["git", "archive", commit, "bot", "tests"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    with tempfile.TemporaryDirectory() as folder, tarfile.open(fileobj=BytesIO(packed)) as files:
        files.extractall(folder, filter="data")
        yield Path(folder)


if __name__ == "__main__":
    main()
