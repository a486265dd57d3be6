"""`leaverbot playground`."""

from typing import Annotated

import typer

from bot.cli.exits import WRONG_USE, complain, leave_now


def playground(
    port: Annotated[int, typer.Option(help="The page's port.", min=0, max=65535)] = 8765,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    seed: Annotated[int, typer.Option(help="A different number makes a different sample company.")] = 7,
    users: Annotated[int, typer.Option(help="How many people work at the sample company.", min=10, max=5000)] = 60,
    leavers: Annotated[
        int | None,
        typer.Option(help="How many of them have left and are disabled. [default: 9 of every 60]", min=1, max=5000),
    ] = None,
) -> None:
    """Try everything without AWS or Slack: the real bot against two simulators, with a page in the browser.

    Example: `leaverbot playground --open`

    A first day with many cases: `leaverbot playground --users 2000 --leavers 400`
    """
    if leavers is not None and leavers > users:
        complain(f"--leavers {leavers} are more people than work there: --users {users}.")
        raise typer.Exit(WRONG_USE)
    try:
        from bot.playground.play import Size, play  # noqa: PLC0415 - the simulators are an extra
    except ImportError as error:
        complain(f"The playground is an extra ({error.name} is missing): pip install 'leaverbot[playground]'")
        raise typer.Exit(WRONG_USE) from None
    leave_now(play(Size(users, leavers, seed), port=port, open_page=open_page))
