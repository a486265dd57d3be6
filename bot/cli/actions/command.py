"""A terminal command for a kind of action, or for a note: its options and its help."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from bot.cli.denies import NAMED_LIKE_A_WORD
from bot.core.bulk.bulk import BULK_KINDS
from bot.core.kinds import DENY, LET_RUN, REVIEWED, STOP, Kind, Note
from bot.core.text import capital
from bot.slack import kinds

_USER = "The user name, the e-mail, the user id, or a unique part of one."
_SET = "The name or the ARN of the permission set."
_HOW = """Shows the plan from a fresh read and asks you to type {typed}. Then makes the changes, reads AWS again and
reports. The messages in Slack follow when a bot runs. It needs no Slack settings: your AWS rights decide what you may
do. LEAVERBOT_PROTECTED_USERS and LEAVERBOT_DRY_RUN apply.

If another leaverbot holds the database, the command hands the work over to it. That leaverbot does it if it runs as the
same AWS identity as you, or names yours in LEAVERBOT_TERMINAL_IDENTITIES.

{many}
Exit codes: 0 done and checked in AWS, 1 refused or wrong usage, 3 not everything was done, or it could not be checked.

Examples: {examples}
"""
_HOW_MANY = """
With --filter it is done to everybody whom `leaverbot list` shows with the same filter. One plan for all of them comes
first, and then you type how many they are; whoever matches later is not added. The typed number also lets it go above
LEAVERBOT_MAX_CHANGES_PER_HOUR. Ctrl-C: those under way finish, and nothing more starts. `leaverbot bulks` shows
how far it is, and what undoes it.
"""
_HOW_RULES = """{means}

Shows what rules will do to this person and asks you to type `{verb}`. It changes nothing in AWS: your AWS identity only
proves who asks, and is recorded. It needs no Slack settings; the messages in Slack follow when a bot runs.

If another leaverbot holds the database, the command hands this over to it. That leaverbot does it if it runs as the
same AWS identity as you, or names yours in LEAVERBOT_TERMINAL_IDENTITIES.

Exit codes: 0 done, 1 refused or wrong usage, 3 it could not be done now.

Examples: `leaverbot {verb} dana.rossi@example.com` · `leaverbot {verb} dana.rossi@example.com --yes --json | jq .state`
"""
_MEANS = {
    STOP: "Also ends what a rule has begun to do to them, after the change under way. People can still act.",
    LET_RUN: "Anything overdue then happens soon.",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: whom or what it is about, and the options that the command has."""

    control: Kind | Note
    subject: str
    reason: str = ""
    delete: bool = False
    confirm: str = ""
    yes: bool = False
    as_json: bool = False
    deadline: float | None = None

    @property
    def asks_nothing(self) -> bool:
        """Whether the confirmation was typed with the command."""
        return self.yes or bool(self.confirm)

    @property
    def deletes_user(self) -> bool:
        """Whether the user is deleted, for which the user name has to be typed."""
        return self.delete or (isinstance(self.control, Kind) and self.control.needs_name)


def verb_of(control: Kind | Note) -> str:
    """What is typed for it."""
    return control.name.replace("_", "-")


def command_for(control: Kind | Note) -> Callable[..., None]:
    """The command, for Typer, which reads signature and docstring."""

    def command(**given: Any) -> None:
        # Slack's words, the database and the engine are of no use to `scan`.
        from bot.cli.actions.carry_out import carry_out  # noqa: PLC0415 - see above

        given = {name: value for name, value in given.items() if value is not None}
        if isinstance(control, Kind) and {"filter_text", "count"} & set(given):
            from bot.cli.bulks.begin import begin_bulk  # noqa: PLC0415 - see above

            begin_bulk(control, given)
        subject = given.pop("user", None) or given.pop("permission_set", "")
        if not subject:
            raise typer.BadParameter("Name a user, or give --filter for several people.")
        carry_out(Asked(control, subject, **given))

    parameters = list(_parameters(control))
    command.__name__ = control.name
    command.__doc__ = _help(control)
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # as `inspect` documents it
    return command


def _parameters(control: Kind | Note) -> Iterator[inspect.Parameter]:
    if isinstance(control, Kind) and not control.on_user:
        yield _parameter("permission_set", str, typer.Argument(help=_SET))
    elif control in BULK_KINDS:
        yield _parameter("user", str | None, typer.Argument(help=_USER), default=None)
        yield from _of_many()
    else:
        yield _parameter("user", str, typer.Argument(help=_USER))
    if isinstance(control, Kind):
        yield from _of_kind(control)
    yield _parameter("yes", bool, typer.Option("--yes", help=_yes(control)), default=False)
    yield _parameter(
        "as_json",
        bool,
        typer.Option("--json", help="Print one JSON document; everything else goes to stderr."),
        default=False,
    )
    late = typer.Option("--deadline", min=1, metavar="SECONDS", help="Exit after this time, finished or not.")
    yield _parameter("deadline", float | None, late, default=None)


def _of_many() -> Iterator[inspect.Parameter]:
    """What is asked for many people at once."""
    words = typer.Option("--filter", metavar="WORDS", help='Everybody in the list, for example "critical older 2d".')
    yield _parameter("filter_text", str | None, words, default=None)
    count = typer.Option("--count", min=1, metavar="N", help="How many people the plan is about; --yes needs it.")
    yield _parameter("count", int | None, count, default=None)


def _of_kind(kind: Kind) -> Iterator[inspect.Parameter]:
    """What only some kinds ask for."""
    if kind.needs_reason or kind.on_enabled:
        needed = "" if kind.needs_reason else " Needed for somebody who is not disabled."
        reason = typer.Option("--reason", help=f"Why: shown in Slack and kept in the audit log.{needed}")
        yield _parameter("reason", str, reason, default="")
    if kind.optional:
        yield _parameter("delete", bool, typer.Option("--delete", help="Delete the user at the end."), default=False)
    if kind.needs_name or kind.optional:
        name = typer.Option(
            "--confirm", metavar="USER-NAME", help="The user name, so that the command does not ask for it."
        )
        yield _parameter("confirm", str, name, default="")


def _yes(control: Kind | Note) -> str:
    named = isinstance(control, Kind) and (control.needs_name or control.optional)
    whole = control.on_user if isinstance(control, Kind) else control is not REVIEWED
    return (
        f"Do not ask for confirmation.{' Needs the whole user name, e-mail or user id.' if whole else ''}"
        f"{' Deleting a user also needs --confirm.' if named else ''}"
        f"{' With --filter, it needs --count.' if control in BULK_KINDS else ''}"
    )


def _parameter(name: str, kind: Any, about: Any, **default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[kind, about], **default)


def _help(control: Kind | Note) -> str:
    verb = verb_of(control)
    named = isinstance(control, Kind) and control.needs_name
    typed = "the user name" if named else f"`{verb}`"
    # Slack's line has more to say after this.
    what = capital(kinds.button_of(control).help.partition(".")[0])
    if control in _MEANS:
        return f"{what}. {_HOW_RULES.format(means=_MEANS[control], verb=verb)}"
    many = _HOW_MANY if control in BULK_KINDS else ""
    how = _HOW.format(typed=typed, many=many, examples=" · ".join(_examples(control)))
    return f"{what}.\n\n{how}" + (f"\n{NAMED_LIKE_A_WORD}\n" if control is DENY else "")


def _examples(control: Kind | Note) -> Iterator[str]:
    verb = verb_of(control)
    if not isinstance(control, Kind):
        yield f"`leaverbot {verb} dana.rossi@example.com`"
        return
    subject = "dana.rossi@example.com" if control.on_user else "OldReadOnly"
    why = ' --reason "false alarm"' if control.needs_reason else ""
    yield f"`leaverbot {verb} {subject}{why}`"
    if control.optional:
        yield f"`leaverbot {verb} {subject} --delete`"
    confirmed = f" --confirm {subject}" if control.needs_name else ""
    yield f"`leaverbot {verb} {subject}{why} --yes{confirmed} --json | jq .state`"
    if control in BULK_KINDS:
        words = "closed" if control.deletes else "critical account payments-prod"
        yield f'`leaverbot {verb} --filter "{words}"`'
