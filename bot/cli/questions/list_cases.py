"""`leaverbot list`."""

from bot.cli.questions.asking import AsJson, answer, ask
from bot.cli.questions.documents import cases_json
from bot.services.questions.open_cases import list_open
from bot.slack import messages


def list_cases(as_json: AsJson = False) -> None:
    """List the open cases, worst first: who left and can still get in, as the last scan found it.

    Reads only the database. Takes no lock and changes nothing, so you can run it while the bot runs.

    Exit codes: 0 listed, 1 wrong settings or leaverbot has not run here yet, 3 the database did not answer.

    Examples: `leaverbot list` · `leaverbot list --json | jq '.cases[].user.user_name'`
    """
    found = ask(list_open)
    answer(messages.list_message(found, whole=True).blocks, lambda: cases_json(found), as_json=as_json)
