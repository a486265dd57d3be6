"""`leaverbot summary`."""

from bot.cli.questions.asking import AsJson, answer, ask
from bot.cli.questions.status_documents import summary_json
from bot.services.messages.summary import summary as summary_now
from bot.slack import messages


def summary(as_json: AsJson = False) -> None:
    """Show what the next summary would say: how things stand, and what happened since the last one. Posts nothing.

    Reads only the database and changes nothing.

    Exit codes: 0 shown, 1 wrong settings or leaverbot has not run here yet, 3 the database did not answer.

    Examples: `leaverbot summary` · `leaverbot summary --json | jq .open_by_severity`
    """
    found = ask(summary_now)
    answer(messages.summary_message(found).blocks, lambda: summary_json(found), as_json=as_json)
