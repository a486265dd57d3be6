"""`leaverbot denies setup|list`, and the earlier names of these commands."""

import typer
from typer.core import TyperGroup

from bot.cli.deny_list import list_denies
from bot.cli.deny_setup import setup

# Part of the help of both commands.
NAMED_LIKE_A_WORD = """`leaverbot deny setup` and `leaverbot deny list` still mean `denies setup` and `denies list`. To
deny somebody whose user name is `setup` or `list`, use `leaverbot deny -- setup`, or the e-mail or user id."""
_HELP = f"""Set up the policy for emergency denies, and see who is denied.

{NAMED_LIKE_A_WORD}
"""
denies = typer.Typer(no_args_is_help=True, help=_HELP)
denies.command()(setup)
denies.command(name="list")(list_denies)

_OLD = ("deny", "denies")
_SUBCOMMANDS = frozenset({"setup", "list"})


class Commands(TyperGroup):
    """The commands. `deny setup` and `deny list` still mean `denies setup` and `denies list`, so somebody whose user
    name is one of these words is denied with `deny -- setup`, or by e-mail or user id.
    """

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # typer's own class
        """The arguments with the current names."""
        old, now = _OLD
        if args[:1] == [old] and _SUBCOMMANDS.intersection(args[1:2]):
            args = [now, *args[1:]]
        return super().parse_args(ctx, args)
