"""`deny setup` and `deny list` are older words for `denies setup` and `denies list`."""

from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.denies import Commands
from bot.cli.main import app


@pytest.fixture
def words() -> typer.Typer:
    """A program with the same two words that says which of them it understood."""
    program, group = typer.Typer(cls=Commands), typer.Typer()
    program.add_typer(group, name="denies")

    @program.command()
    def deny(user: Annotated[str, typer.Argument()]) -> None:
        typer.echo(f"denies {user}")

    @group.command()
    def setup(name: str = "") -> None:
        typer.echo(f"sets up {name}")

    @group.command(name="list")
    def list_all() -> None:
        typer.echo("lists")

    return program


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("deny setup --name x", "sets up x"),
        ("denies setup --name x", "sets up x"),
        ("deny list", "lists"),
        ("deny dana", "denies dana"),
        ("deny -- setup", "denies setup"),
        ("deny -- list", "denies list"),
        ("deny setup@example.com", "denies setup@example.com"),
    ],
)
def test_the_older_words_are_understood_and_everybody_can_be_denied(
    words: typer.Typer, typed: str, understood: str
) -> None:
    ended = CliRunner().invoke(words, typed.split())
    assert (ended.exit_code, ended.stdout.strip()) == (0, understood)


@pytest.mark.parametrize("command", ["setup", "list"])
def test_the_real_program_understands_both(command: str) -> None:
    now, before = (CliRunner().invoke(app, [word, command, "--help"]) for word in ("denies", "deny"))
    assert now.exit_code == before.exit_code == 0
    assert now.stdout == before.stdout


@pytest.mark.parametrize("command", ["deny", "denies"])
def test_the_help_says_how_to_deny_somebody_named_like_a_word(command: str) -> None:
    said = " ".join(CliRunner().invoke(app, [command, "--help"]).stdout.split())
    assert "leaverbot deny -- setup" in said
