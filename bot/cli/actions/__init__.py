"""The commands that change something: one for each kind of action that people can ask for, made from the kind's row."""

from collections.abc import Callable

from bot.cli.actions.command import command_for, verb_of
from bot.core.kinds import KINDS, LET_RUN, REVIEWED, STOP, Kind, Note


def actions() -> dict[str, Callable[..., None]]:
    """Every command by what is typed for it, in the order in which they are shown."""
    controls: tuple[Kind | Note, ...] = (*(kind for kind in KINDS.values() if kind.asked_for), REVIEWED, STOP, LET_RUN)
    return {verb_of(control): command_for(control) for control in controls}
