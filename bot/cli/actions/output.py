"""What a command that changes something prints: plan, progress and report, or one JSON document."""

import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import typer
from rich.console import Console

from bot.cli.actions.command import Asked
from bot.cli.exits import complain
from bot.cli.plain_text import plain, show_blocks, text_of
from bot.cli.scan_output import grant_json, json_text, user_json
from bot.core.actions import Action
from bot.core.kinds import Kind
from bot.core.models import User, worst_first
from bot.core.plans.operations import Outcome
from bot.core.rules.views import OnPerson
from bot.core.terminal.wishes import WishState
from bot.core.views import CaseView, DialogState, DialogView, Matches
from bot.ports import Holder
from bot.processes.acting_command import Progress
from bot.slack import kinds, messages
from bot.slack.blocks import Block, Message, section
from bot.slack.dialogs import parts
from bot.slack.terminal_words import without_slack
from bot.slack.wording import operations
from bot.slack.wording.rules.rules import noted
from bot.slack.wording.text import plural

# What is raised when nobody reads what is printed, or there is no room for it; rich leaves the program then.
UNREAD = (OSError, SystemExit)


class Output:
    """The output of one command: text for people; with `--json`, one document, and everything else on stderr."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._people = Console(stderr=asked.as_json)
        self._errors = Console(stderr=True)
        self._said = ""
        self._view: DialogView | None = None

    @staticmethod
    def whom(matches: Matches) -> str:
        """Whom the text may mean."""
        return plain(without_slack(messages.matches_message(matches)).blocks)

    def ask(self, question: str) -> str:
        """What a person types. The question goes to stderr, so that the output may go into a file."""
        typer.echo(f"\n{question}", nl=False, err=True)
        return sys.stdin.readline()

    def show_plan(self, view: DialogView) -> None:
        """The plan, in the words of Slack's dialog, or why there is none."""
        self._view = view
        if view.state is not DialogState.READY or view.user is None:
            if not self._asked.as_json:
                self._show(self._errors, [section(parts.refused(view))])
            return
        assert isinstance(view.kind, Kind)
        self._show_asking(kinds.presenter_of(view.kind).dialog(view, view.user))

    def show_case(self, view: CaseView) -> None:
        """The case that a note is about."""
        self._show_asking(messages.card_message(view).blocks)

    def show_question(self, blocks: Iterable[Block]) -> None:
        """What is to be decided about many people; without the commands for that, one of which is running."""
        self._show_asking(block for block in blocks if block["type"] != "rich_text")

    def show_rules(self, user: User, rules: OnPerson) -> None:
        """What rules will do to the person whom they are to leave alone, or not any more."""
        self._show_asking(messages.on_person_message(user, rules).blocks)

    def tell(self, progress: Progress) -> None:
        """Who carries it out, and progress, once for each step, if somebody is watching."""
        if progress.holder and not self._said:
            self._say(f"Handed over to {holder_words(progress.holder)}.")
        said = _so_far(progress)
        if said and said != self._said and sys.stderr.isatty():
            self._say(said)

    def _say(self, said: str) -> None:
        # If nobody can read it any more, that is no reason to leave what has begun.
        with suppress(*UNREAD):
            self._errors.print(text_of(said), soft_wrap=True)
        self._said = said

    def end(self, ended: Progress) -> None:
        """How it ended."""
        if self._asked.as_json:
            typer.echo(json_text(ended_json(ended)))
        elif ended.action and ended.action.state.final:
            for message in messages.whole_report(replace(ended.action, buttons=False)):
                self._people.print()
                self._show(self._people, message.blocks)
        elif ended.done:
            self._show(self._people, [section(noted(ended.wish.what, ended.wish.user))])
        elif ended.wish.answer:
            complain(ended.wish.answer)
        else:
            complain(left_words(ended))

    def refused(self, why: str, *, failed: bool = False) -> None:
        """Nothing was started: why. `failed`: it may work later."""
        if not self._asked.as_json:
            if why:
                complain(why)
            return
        view = self._view
        about = _subject_json(view.user) if view and view.user else {}
        why = why or (view.message if view else "")
        typer.echo(
            json_text(
                {
                    "what": self._asked.control.name,
                    **about,
                    "state": "failed" if failed else "refused",
                    "why": why or None,
                }
            )
        )

    def _show_asking(self, blocks: Iterable[Block]) -> None:
        """What to confirm; a program that has already confirmed reads only the document."""
        if not (self._asked.as_json and self._asked.asks_nothing):
            self._show(self._people, blocks)

    def _show(self, console: Console, blocks: Iterable[Block]) -> None:
        show_blocks(console, without_slack(Message("", list(blocks))).blocks)


def holder_words(holder: Holder) -> str:
    """The process that has the lock."""
    where = f" on {holder.host}" if holder.host else ""
    return f"leaverbot {holder.command}{where}" if holder.command else f"another leaverbot{where}"


def _so_far(progress: Progress) -> str:
    """Progress; "" when there is nothing to say."""
    action = progress.action
    if action is None or action.state.final:
        return ""
    presenter = kinds.presenter_of(action.kind)
    waits = f" · {operations.waits(action.waiting)}" if action.waiting else ""
    return f"{presenter.noun}: {presenter.progress(action, None)}{waits}"


def left_words(ended: Progress) -> str:
    """What happens to an action that has not ended."""
    if ended.wish.state is WishState.WITHDRAWN:
        return "Nothing was started. Your request is withdrawn, so nothing will start later either."
    action = ended.action
    done = f"{action.done} of {plural(len(action.outcomes), 'change')} done. " if action and action.outcomes else ""
    if ended.holder:
        return f"Not finished: {done}{holder_words(ended.holder)} continues. `leaverbot history` shows the result."
    return (
        f"Not finished: {done}The next leaverbot that works on this database continues. "
        "To continue now, run `leaverbot once`."
    )


def ended_json(ended: Progress) -> dict[str, Any]:
    """The document of `--json`."""
    wish, action = ended.wish, ended.action
    return {
        "what": wish.what,
        **_subject_json(wish.user),
        "state": _state(ended),
        "why": (action.message if action else wish.answer) or None,
        "dry_run": action.dry_run if action else wish.dry_run,
        "reason": wish.reason or None,
        "asked_by": action.by if action else None,
        "asked_at": wish.asked_at.isoformat(),
        "carried_out_by": holder_words(ended.holder) if ended.holder else "this command" if ended.here else None,
        **(action_json(action) if action else {}),
    }


def _state(ended: Progress) -> str:
    if ended.action:
        return str(ended.action.state)
    return "done" if ended.done else str(ended.wish.state)


def _subject_json(user: User) -> dict[str, Any]:
    if not user.id:
        return {}
    if user.id.startswith("arn:"):
        return {"permission_set": {"arn": user.id, "name": user.display_name or None}}
    return {"user": user_json(user)}


def action_json(action: Action) -> dict[str, Any]:
    """What came of an action, with every command."""
    return {
        "action_id": action.id,
        "checked_again_at": action.verified_at.isoformat() if action.verified_at else None,
        "changes": [_change_json(outcome) for outcome in action.outcomes],
        "left": [grant_json(grant) for grant in worst_first(action.left, None)],
        "accounts": [
            {"id": cover.account.id, "name": cover.account.name, "blocked": cover.covered} for cover in action.cover
        ],
        "undo": _commands(action, "undo"),
        "management_commands": _commands(action, "management_commands"),
    }


def _commands(action: Action, what: str) -> list[str]:
    """The commands of an action and its steps, each once."""
    found = [command for one in (action, *action.steps) for command in getattr(one, what) if command]
    return list(dict.fromkeys(found))


def _change_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "kind": str(outcome.operation.kind),
        "arguments": dict(outcome.operation.args),
        "state": str(outcome.state),
        "detail": outcome.detail or None,
    }
