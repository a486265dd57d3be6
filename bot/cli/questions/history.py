"""`leaverbot history USER`."""

import typer

from bot.cli.exits import WRONG_USE, complain
from bot.cli.questions.asking import AsJson, answer, ask, nobody
from bot.cli.questions.documents import history_json
from bot.cli.questions.show import User
from bot.core.history import History
from bot.core.views import Matches
from bot.services.context import Context
from bot.services.questions.history import find_known
from bot.services.questions.history import history as history_of
from bot.slack import messages


def history(user: User, as_json: AsJson = False) -> None:
    """Show what happened to one person, in order: cases, actions with who asked and the result, refusals.

    Reads only the database and its audit log, and changes nothing. It finds everybody the database knows, including
    deleted users. For a user id without records, it says that nothing is stored.

    Exit codes: 0 shown, 1 wrong usage or nobody has that name, 3 the database did not answer.

    Examples: `leaverbot history dana.rossi@example.com` · `leaverbot history dana --json | jq '.entries[].what'`
    """
    found = ask(lambda context: _look(context, user))
    if isinstance(found, Matches):
        if not found.users:
            complain(f"leaverbot has no records of {user!r}. `leaverbot show` looks in the directory.")
            raise typer.Exit(WRONG_USE)
        nobody(found)
    blocks = [block for page in messages.history_message(found) for block in page.blocks]
    answer(blocks, lambda: history_json(found), as_json=as_json)


def _look(context: Context, query: str) -> History | Matches:
    found = find_known(context, query)
    return found if isinstance(found, Matches) else history_of(context, found)
