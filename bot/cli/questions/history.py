"""`leaverbot history USER`."""

from dataclasses import replace
from typing import Annotated

import typer

from bot.cli.actions.output import action_json
from bot.cli.exits import WRONG_USE, complain
from bot.cli.questions.asking import AsJson, answer, ask, nobody
from bot.cli.questions.documents import history_json
from bot.cli.questions.show import User
from bot.core.actions import Action
from bot.core.history import History, What
from bot.core.views import Matches
from bot.services.context import Context
from bot.services.messages.report import report_of
from bot.services.questions.history import find_known
from bot.services.questions.history import history as history_of
from bot.slack import messages

Details = Annotated[
    bool, typer.Option("--details", help="Everything that each action did, and every command that undoes it.")
]


def history(user: User, details: Details = False, as_json: AsJson = False) -> None:
    """Show what happened to one person, in order: cases, actions with who asked and the result, refusals.

    Reads only the database and its audit log, and changes nothing. It finds everybody the database knows, including
    deleted users. For a user id without records, it says that nothing is stored.

    Exit codes: 0 shown, 1 wrong usage or nobody has that name, 3 the database did not answer.

    Examples: `leaverbot history dana.rossi@example.com` · `leaverbot history dana --details` ·
    `leaverbot history dana --json | jq '.entries[].what'`
    """
    found, ended = ask(lambda context: _look(context, user, details=details))
    if isinstance(found, Matches):
        if not found.users:
            complain(f"leaverbot has no records of {user!r}. `leaverbot show` looks in the directory.")
            raise typer.Exit(WRONG_USE)
        nobody(found)
    pages = [*messages.history_message(found), *(page for one in ended for page in messages.whole_report(one))]
    document = {"actions": [{**action_json(one), "kind": str(one.kind)} for one in ended]} if details else {}
    blocks = [block for page in pages for block in page.blocks]
    answer(blocks, lambda: {**history_json(found), **document}, as_json=as_json)


def _look(context: Context, query: str, *, details: bool) -> tuple[History | Matches, list[Action]]:
    """The history; with `details`, also the actions that have ended, as they can be undone now."""
    found = find_known(context, query)
    if isinstance(found, Matches):
        return found, []
    history = history_of(context, found)
    asked = [entry.action for entry in history.entries if entry.action and entry.what is What.ENDED]
    ended = [report_of(context, one.id) for one in asked if not one.parent] if details else []
    return history, [replace(one, buttons=False) for one in ended]
