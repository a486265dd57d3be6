"""`leaverbot orphans`."""

from bot.cli.questions.asking import AsJson, answer, ask
from bot.cli.questions.documents import orphans_json
from bot.slack import messages


def orphans(as_json: AsJson = False) -> None:
    """List what deleted users left behind, as of the newest scan that looked for it, and how to remove it.

    Reads only the database and changes nothing. With LEAVERBOT_FIND_ORPHANS=true, scans find all of it.

    Exit codes: 0 listed, 1 wrong settings or leaverbot has not run here yet, 3 the database did not answer.

    Examples: `leaverbot orphans` · `leaverbot orphans --json | jq '.orphans | length'`
    """
    found = ask(lambda context: context.store.orphans())
    answer(messages.orphans_message(found, whole=True).blocks, lambda: orphans_json(found), as_json=as_json)
