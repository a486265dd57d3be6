"""The answer of `/leavers help`."""

from bot.core.kinds import KINDS, LET_RUN, STOP, Kind, Note
from bot.slack import kinds
from bot.slack.blocks import Message, context, message, section
from bot.slack.wording.text import clean, code

# Behind "list", or alone.
_FILTERS = (
    "*Only some of them*: `/leavers critical account payments-prod`. The filters: critical, high, normal, incident, "
    "denied, older 2d, account, group or permission-set with a name, closed (no access left)."
)
# The commands that ask for no action, before and after those that do.
_FIRST = (
    ("list", "disabled people who still have access, the worst first; same as /leavers"),
    ("show <user>", "one person: their ways in, and the buttons"),
    ("scan", "start a scan now"),
)
_LAST = (
    ("schedule <user> 2026-11-30 18:00", "an emergency deny at that time, for admins; alone: what is scheduled"),
    ("orphans", "what deleted users left behind, and how to remove it"),
    ("unused", "permission sets not assigned to anybody; admins may delete them"),
    ("go-on", "let what waits for the hourly limit go on now; for admins"),
    ("summary", "how things stand, and what happened since the last summary"),
    ("status", "leaverbot's health: scans, events, AWS, the database, waiting work"),
    ("help", "this list"),
)
USER_HINT = "Give the user name, the e-mail, the id, or a unique part of one."


def verb(kind: Kind) -> str:
    """What is typed to ask for it."""
    return kind.name.replace("_", "-")


def note_verbs() -> dict[str, Note]:
    """The commands that note something about a person."""
    return {note.name.replace("_", "-"): note for note in (STOP, LET_RUN)}


def question_verbs() -> list[str]:
    """The commands that ask for no action."""
    return [command.split()[0] for command, _ in (*_FIRST, *_LAST)]


def action_verbs() -> dict[str, Kind]:
    """The commands that ask for an action."""
    return {verb(kind): kind for kind in KINDS.values() if kind.asked_for and kind.on_user}


def commands() -> list[tuple[str, str]]:
    """Every command, as it is typed after /leavers, with what it does."""
    asking = [(f"{typed} <user>", kinds.presenter_of(kind).help) for typed, kind in action_verbs().items()]
    noting = [(f"{typed} <user>", kinds.button_of(note).help) for typed, note in note_verbs().items()]
    return [*_FIRST, *asking, *noting, *_LAST]


def help_message(meant: str | None = None, typed: str = "") -> Message:
    """Every command with one line, and what an unknown one may have meant."""
    every = commands()
    intro = "*What /leavers can do*"
    text = f"What /leavers can do: {', '.join(command.split()[0] for command, _ in every)}"
    if clean(typed):
        unknown = f"There is no command {code(typed, 40)}."
        text = intro = f"{unknown} Did you mean {code(f'/leavers {meant}')}?" if meant else unknown
    lines = [f"{code(f'/leavers {command}')}  {what}" for command, what in every]
    return message(text, [section("\n".join([intro, *lines])), section(_FILTERS), context(USER_HINT)])
