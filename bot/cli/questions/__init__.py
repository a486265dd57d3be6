"""The commands that only read: each answers from the store, some also from AWS, and changes nothing."""

from collections.abc import Callable

from bot.cli.questions.history import history
from bot.cli.questions.list_cases import list_cases
from bot.cli.questions.orphans import orphans
from bot.cli.questions.show import show
from bot.cli.questions.status import status
from bot.cli.questions.summary import summary
from bot.cli.questions.unused import unused

# By name, in the order of `leaverbot --help`.
QUESTIONS: dict[str, Callable[..., None]] = {
    "list": list_cases,
    "show": show,
    "history": history,
    "unused": unused,
    "orphans": orphans,
    "summary": summary,
    "status": status,
}
