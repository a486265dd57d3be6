"""`leaverbot unused`."""

from bot.cli.questions.asking import AsJson, answer, ask
from bot.cli.questions.documents import unused_json
from bot.services.permission_sets import read_unused
from bot.slack import messages


def unused(as_json: AsJson = False) -> None:
    """List the permission sets that are not assigned to anybody, read from AWS now, the longest unused first.

    How long each has been unused comes from the database. Changes nothing; `leaverbot prune` deletes one.

    Exit codes: 0 listed, 1 wrong settings or AWS refused, 3 AWS or the database did not answer.

    Examples: `leaverbot unused` · `leaverbot unused --json | jq -r '.permission_sets[].name'`
    """
    found = ask(lambda context: read_unused(context, note=False))
    answer(messages.unused_message(found, whole=True).blocks, lambda: unused_json(found), as_json=as_json)
