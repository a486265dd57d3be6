"""`leaverbot show USER`."""

from dataclasses import replace
from typing import Annotated

import typer

from bot.cli.exits import NOT_COMPLETE
from bot.cli.questions.asking import AsJson, answer, ask, nobody
from bot.cli.questions.documents import person_json
from bot.core.views import Matches, PersonView
from bot.services import find_user
from bot.services.context import Context
from bot.services.directory.iam_users import iam_users_of
from bot.services.questions.person import person_view
from bot.slack import messages

User = Annotated[str, typer.Argument(help="The user name, the e-mail, the user id, or a unique part of one.")]


def show(user: User, as_json: AsJson = False) -> None:
    """Show one person: every way in, read from AWS now, and the case with the commands that apply.

    Needs AWS credentials and the database. Changes nothing.

    Exit codes: 0 shown, 1 wrong usage or nobody has that name, 3 AWS or the database did not answer, or not everything
    could be read.

    Examples: `leaverbot show dana.rossi@example.com` · `leaverbot show dana --json | jq .grants`
    """
    found = ask(lambda context: _look(context, user))
    if isinstance(found, Matches):
        nobody(found)
    blocks = messages.person_message(found).blocks
    if found.case or len(found.read.grants) > messages.MOST_WAYS:
        blocks = [*blocks, *messages.every_way_in(found)]
    blocks = [*blocks, *messages.outside_identity_center(found)]
    answer(blocks, lambda: person_json(found), as_json=as_json)
    if not found.read.complete:
        raise typer.Exit(NOT_COMPLETE)


def _look(context: Context, query: str) -> PersonView | Matches:
    found = find_user.find(context.directory, query)
    if isinstance(found, Matches):
        return found
    person = person_view(context, found.id)
    return replace(person, iam=iam_users_of(context, person.read.user))
