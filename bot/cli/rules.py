"""`leaverbot rules …`: what an admin says about rules and limits."""

import typer

from bot.cli.brake import accept_rules

_HELP = "Decide what waits for an admin's word: what leaverbot does by itself, and how much of it."
rules = typer.Typer(help=_HELP, no_args_is_help=True)


@rules.callback()
def _rules() -> None:
    """Decide what waits for an admin's word: what leaverbot does by itself, and how much of it."""


rules.command(name="accept")(accept_rules)
