"""However the program ends, a terminal shows a sentence and never a traceback, and nothing shows a secret."""

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

import bot.redact
from bot.core.errors import StoreError
from bot.logs import set_up_logging
from bot.redact import keep_secret, redact
from bot.store.database.connection import connect

SECRET = "hunter2-is-no-token"
# A command that fails badly, in the way the test names.
FAILING = """
import logging, sys, threading
from bot.cli.main import app, main
from bot.logs import set_up_logging

def fail():
    try:
        raise ValueError({secret!r} + "\\n")
    except ValueError as error:
        raise RuntimeError("Bearer xapp-1-A0-very-secret\\n") from error

@app.command()
def explode(how: str, form: str = "console"):
    set_up_logging(form)
    if how == "thread":
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    elif how == "library":
        logging.getLogger("uvicorn.error").error("%s failed", {secret!r}, exc_info=ValueError({secret!r}))
    elif how == "format":
        logging.getLogger("botocore").error("%d", {secret!r})
    elif how == "drop":
        class Dropped:
            def __del__(self):
                fail()
        Dropped()
    else:
        fail()

main()
"""


def explode(folder: Path, *how: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SLACK_BOT_TOKEN": f" {SECRET}\n"}
    return subprocess.run(
        [sys.executable, "-c", FAILING.format(secret=SECRET), "explode", *how],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("how", ["command", "thread", "library", "format", "drop"])
def test_whatever_goes_wrong_wherever_no_traceback_and_no_secret_reach_the_terminal(tmp_path: Path, how: str) -> None:
    ended = explode(tmp_path, how)
    shown = ended.stdout + ended.stderr
    assert SECRET not in shown
    assert "very-secret" not in shown
    assert "Traceback" not in shown
    assert 'File "' not in shown
    assert ended.returncode == (3 if how == "command" else 0)


def test_the_sentence_and_the_log_share_a_reference(tmp_path: Path) -> None:
    ended = explode(tmp_path, "command", "--form", "json")
    *_, logged, sentence = ended.stderr.strip().splitlines()
    (reference,) = re.findall(r"\(reference ([0-9A-F]{4}-[0-9A-F]{2})\)", sentence)
    event = json.loads(logged)
    assert event["reference"] == reference
    assert "RuntimeError: Bearer [secret]" in event["exception"]
    assert "explode" in event["exception"]


@given(st.text(st.characters(codec="utf-8"), min_size=8), st.text(max_size=5), st.text(max_size=5))
def test_a_secret_is_taken_out_however_it_is_written(secret: str, before: str, after: str) -> None:
    core = secret.strip()
    if len(core) < 8 or len(core.split()) != 1:
        return
    known = set(bot.redact._kept)
    keep_secret([secret])
    try:
        for form in (core, quote(core, safe=""), json.dumps(core)[1:-1], repr(core)[1:-1]):
            assert form not in redact(f"{before}{form}{after}").replace("[secret]", "\0")
    finally:
        # If kept, they would be masked in what later tests of this process look for.
        bot.redact._kept.intersection_update(known)


@pytest.mark.parametrize(
    "text",
    [
        "Bearer xoxb-1-ABC",
        "xoxe.xoxb-1-ABC",
        "xoxe-1-ABC",
        "xapp-1-ABC",
        "http://user:ABC@proxy:3128",
        "wss://wss-primary.slack.com/link/?ticket=ABC-1&app_id=2",
        "host=h password=ABC dbname=x",
    ],
)
def test_what_looks_like_a_secret_is_taken_out_too(text: str) -> None:
    assert "ABC" not in redact(text)


@pytest.mark.parametrize("text", ["https://example.com:443/a?b=c@d", "arn:aws:sso:::instance/ssoins-1", "12:30 a@b.c"])
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "address",
    ["postgresql://u:p@x:SECRETpart/db", "sqlite:///x.db?timeout=SECRETpart", "postgresql://h/db?plugin=SECRETpart"],
)
def test_the_store_repeats_no_part_of_an_address_it_can_not_read(address: str) -> None:
    with pytest.raises(StoreError, match="LEAVERBOT_DATABASE_URL") as caught:
        connect(address)
    assert "SECRETpart" not in str(caught.value)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    stream, root, raising = Terminal(), logging.getLogger(), logging.raiseExceptions
    handlers, level = root.handlers, root.level
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    yield stream
    root.handlers, logging.raiseExceptions = handlers, raising
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("name", "value", "coloured"),
    [("NO_COLOR", "1", False), ("TERM", "dumb", False), ("NO_COLOR", "", True), ("TERM", "xterm", True)],
)
def test_log_lines_are_coloured_only_where_colour_is_wanted(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, name: str, value: str, coloured: bool
) -> None:
    # pytest installs its own stderr between the fixture and the test.
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv(name, value)
    set_up_logging("console")
    logging.getLogger("bot").warning("a line")
    assert "a line" in terminal.getvalue()
    assert ("\x1b[" in terminal.getvalue()) is coloured
