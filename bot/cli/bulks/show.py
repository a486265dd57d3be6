"""`leaverbot bulks` and `leaverbot bulks show`: what was asked for many people at once, read from the database."""

from collections.abc import Iterator

import typer
from rich.console import Console
from rich.text import Text

from bot.cli.bulks.documents import bulk_json, bulks_json
from bot.cli.bulks.output import counted
from bot.cli.bulks.results import ShownBulk, find_bulk, newest, shown_bulk, undo_of
from bot.cli.exits import WRONG_USE, complain
from bot.cli.plain_text import text_of
from bot.cli.questions.asking import ask
from bot.cli.scan_output import json_text, say
from bot.core.bulk.next_step import BulkResult, Fate, counts
from bot.core.text import capital, clean, plural
from bot.services.context import Context
from bot.slack.wording import bulk as words
from bot.slack.wording.names import best_name
from bot.slack.wording.text import mention, when

NO_SUCH = "No action on many people has the id {id}. `leaverbot bulks` lists them."
_FATES = {
    Fate.WAITING: "not started",
    Fate.UNDER_WAY: "under way",
    Fate.PARKED: "waits for the hourly limit",
    Fate.DONE: "done",
    Fate.NOT_DONE: "not done",
}


def list_bulks(*, as_json: bool) -> None:
    """Print the newest ones."""
    found = ask(lambda context: newest(context.store))
    if as_json:
        typer.echo(json_text(bulks_json(found)))
        return
    console = Console()
    if not found:
        say(console, 'No action on many people yet. For example: leaverbot revoke --filter "critical"')
    for one in found:
        say(console, f"{one.bulk.id}  {summary(one)}")


def show_bulk(typed: str, *, as_json: bool) -> None:
    """Print one with its people and the commands that undo it."""
    found = ask(lambda context: _one(context, typed))
    if found is None:
        complain(NO_SUCH.format(id=typed))
        raise typer.Exit(WRONG_USE)
    if as_json:
        typer.echo(json_text(bulk_json(found)))
        return
    console = Console()
    for line in shown_lines(found):
        console.print(line, soft_wrap=True)


def summary(one: ShownBulk) -> str:
    """Revoke the access of 41 people (critical), 2026-11-28 at 09:40 UTC by …, running: 40 done, 1 not done, 0 left."""
    bulk = one.bulk
    chosen = f" ({clean(bulk.filter_text)})" if bulk.filter_text else ""
    began = f", {text_of(when(bulk.began_at)).plain}" if bulk.began_at else ""
    dry = "Dry run: " if bulk.dry_run else ""
    found = counts(one.results)
    what = capital(words.does_to(bulk.kind, found.total))
    return f"{dry}{what}{chosen}{began} by {text_of(mention(bulk.by)).plain}, {bulk.state}: {counted(found)}"


def shown_lines(one: ShownBulk) -> Iterator[Text]:
    """What became of it and of each person, and the commands that undo it, person by person."""
    yield Text(f"{summary(one)}.")
    if one.bulk.stopped_at:
        who = "by the brake" if one.bulk.braked else f"by {text_of(mention(one.bulk.stopped_by)).plain}"
        yield Text(f"Stopped {who}, {text_of(when(one.bulk.stopped_at)).plain}.")
    yield Text()
    yield from (Text(f"• {_name(result)}: {_became(result)}") for result in one.results)
    undo = {result: undo_of(one.actions.get(result.person.number)) for result in one.results}
    total = sum(map(len, undo.values()))
    if total:
        yield Text()
        yield Text(f"To undo a mistake: {plural(total, 'command')}, one for each thing to put back.")
    for result, commands in undo.items():
        yield from (Text(line, no_wrap=True) for line in ([f"# {_name(result)}", *commands] if commands else ()))


def _name(result: BulkResult) -> str:
    """Dana Rossi (dana.rossi@example.com)."""
    user = result.person.user
    label, user_name = clean(best_name(user)), clean(user.user_name)
    return f"{label} ({user_name})" if user_name not in {"", label} else label


def _became(result: BulkResult) -> str:
    """Done; or not done, and why."""
    left_out = result.person.left_out
    if left_out:
        return f"left out, {words.left_out_why(left_out)}"
    why = clean(result.why)
    return f"{_FATES[result.fate]}. {why}" if why else _FATES[result.fate]


def _one(context: Context, typed: str) -> ShownBulk | None:
    bulk_id = find_bulk(context.store, typed)
    return shown_bulk(context.store, bulk_id) if bulk_id else None
