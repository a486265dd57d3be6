"""`leaverbot list`."""

from typing import Annotated

import typer

from bot.cli.exits import WRONG_USE, complain
from bot.cli.questions.asking import AsJson, answer, ask
from bot.cli.questions.documents import list_json
from bot.cli.questions.list_output import list_blocks
from bot.core.lists.filters import parse_filter
from bot.core.reasons import Reason
from bot.services.lists.page import whole_list
from bot.slack.wording.reasons import sentence

Words = Annotated[
    list[str] | None, typer.Argument(metavar="FILTER", help="Whom to show: critical, older 2d, account payments-prod …")
]


def list_cases(
    words: Words = None,
    filter_text: Annotated[str, typer.Option("--filter", metavar="WORDS", help="The same, as one text.")] = "",
    top: Annotated[int | None, typer.Option("--top", min=1, metavar="N", help="Show only the N most urgent.")] = None,
    as_json: AsJson = False,
) -> None:
    """List who is disabled and can still get in, as last read: used access first, then the worst, then the longest
    disabled.

    A filter is a few words, all of which have to fit: `critical`, `high`, `normal`, `incident` (access used while
    disabled), `denied`, `older 2d`, `account NAME`, `group NAME`, `permission-set NAME`; and `closed`: disabled users
    without any way in. `leaverbot revoke --filter` and others act on everybody that this shows.

    Reads only the database. Takes no lock and changes nothing, so you can run it while the bot runs.

    Exit codes: 0 listed, 1 wrong filter or settings, or leaverbot has not run here yet, 3 the database did not answer.

    Examples: `leaverbot list` · `leaverbot list critical account payments-prod` · `leaverbot list older 2d --top 20` ·
    `leaverbot list --json | jq '.cases[].user.user_name'`
    """
    wanted = parse_filter(" ".join([*(words or ()), filter_text]))
    if isinstance(wanted, Reason):
        complain(sentence(wanted))
        raise typer.Exit(WRONG_USE)
    found = ask(lambda context: whole_list(context, wanted))
    answer(list_blocks(found, top), lambda: list_json(found, top), as_json=as_json)
