"""What a command prints that acts on many people: plan, progress and report, or one JSON document."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from bot.cli.actions.output import UNREAD, holder_words
from bot.cli.bulks.documents import bulk_json
from bot.cli.bulks.results import ShownBulk
from bot.cli.exits import complain
from bot.cli.plain_text import show_blocks
from bot.cli.scan_output import json_text, say
from bot.core.bulk.bulk import Bulk
from bot.core.bulk.next_step import Counts
from bot.core.bulk.views import BulkPlanView, BulkView
from bot.core.terminal.wishes import WishState
from bot.processes.bulk_command import BulkProgress
from bot.slack import messages
from bot.slack.blocks import Block, Message
from bot.slack.dialogs.bulk_plan import bulk_plan_view
from bot.slack.terminal_words import without_slack


class Output:
    """The output of one command: text for people; with `--json`, one document, and everything else on stderr."""

    def __init__(self, verb: str, *, as_json: bool) -> None:
        self.verb, self._as_json = verb, as_json
        self._people = Console(stderr=as_json)
        self._errors = Console(stderr=True)

    def ask(self, question: str) -> str:
        """What a person types. The question goes to stderr, so that the output may go into a file."""
        typer.echo(f"\n{question}", nl=False, err=True)
        return sys.stdin.readline()

    def show_plan(self, bulk: Bulk, why: str = "") -> None:
        """The plan, in the words of Slack's dialog; or why there is nothing to do, and who was left out."""
        self._show(bulk_plan_view(BulkPlanView(bulk, why, admin=True))["blocks"])

    def refused(self, why: str, *, failed: bool = False) -> None:
        """Nothing was started: why. `failed`: it may work later."""
        if not self._as_json:
            complain(why)
            return
        state = "failed" if failed else "refused"
        typer.echo(json_text({"what": self.verb, "state": state, "why": why or None}))

    def stopping(self) -> None:
        """Somebody pressed Ctrl-C."""
        with suppress(*UNREAD):
            say(
                self._errors, "Stopping: those under way finish, and nothing more starts. Press again to leave at once."
            )

    @contextmanager
    def progress(self) -> Iterator[Callable[[BulkProgress], None]]:
        """Show progress on one line, while somebody is watching."""
        if not self._errors.is_terminal:
            yield lambda _progress: None
            return
        with Live(console=self._errors, transient=True, auto_refresh=False) as live:
            yield lambda progress: live.update(_line(so_far(self.verb, progress)), refresh=True)

    def end(self, ended: BulkProgress, shown: ShownBulk) -> None:
        """How it ended, or why it was left."""
        if self._as_json:
            by = holder_words(ended.holder) if ended.holder else "this command" if ended.here else None
            document = {"what": self.verb, "state": str(ended.wish.state), "carried_out_by": by}
            found = bulk_json(shown) if ended.begun else {"why": ended.wish.answer or left_words(ended)}
            typer.echo(json_text(document | found))
        elif ended.refused:
            complain(ended.wish.answer)
        else:
            if ended.begun:
                self._show(report_blocks(BulkView(shown.bulk, shown.results, buttons=False)))
            if not ended.ended or not ended.begun:
                complain(left_words(ended))

    def _show(self, blocks: Iterable[Block]) -> None:
        shown = [block for block in blocks if block["type"] not in {"input", "rich_text"}]
        show_blocks(self._people, without_slack(Message("", shown)).blocks)


def report_blocks(view: BulkView) -> list[Block]:
    """What became of it, and of everybody to whom it was not done."""
    blocks = messages.bulk_message(view, thread=False).blocks
    return [*blocks, *(messages.bulk_rest_message(view).blocks if view.not_done else [])]


def so_far(verb: str, progress: BulkProgress) -> str:
    """revoke: 37 done, 2 not done, 161 left · carried out by leaverbot run on host9."""
    if not progress.begun:
        return f"{verb}: waiting to begin"
    by = f" · carried out by {holder_words(progress.holder)}" if progress.holder else ""
    return f"{verb}: {counted(progress.counts)}{by}"


def counted(found: Counts) -> str:
    """37 done, 2 not done, 161 left (4 wait for the hourly limit)."""
    waiting = f" ({found.parked:,} wait for the hourly limit)" if found.parked else ""
    return f"{found.done:,} done, {found.not_done:,} not done, {found.left:,} left{waiting}"


def left_words(ended: BulkProgress) -> str:
    """What happens to one that has not ended."""
    if ended.wish.state is WishState.WITHDRAWN:
        return "Nothing was started. Your request is withdrawn, so nothing will start later either."
    who = f"{holder_words(ended.holder)} continues" if ended.holder else "The next `leaverbot run` or `once` continues"
    return f"Not finished: {counted(ended.counts)}. {who}. `leaverbot bulks show {ended.bulk.id}` shows how far it is."


def _line(text: str) -> Text:
    return Text(text, no_wrap=True, overflow="ellipsis")
