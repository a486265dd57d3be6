"""Confirmation of what was shown: the verb is typed, or the user name for a delete."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.cli.actions.command import Asked, verb_of
from bot.core.kinds import Kind
from bot.core.models import User
from bot.core.text import clean
from bot.core.typed_names import visible
from bot.core.views import DialogView
from bot.services.actions.dialog_views import names_it, typed_name
from bot.services.find_user import is_whole_name

NO_TERMINAL = "Nothing was started: nobody can confirm, because this is not a terminal."


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`why_not`: why nothing is started, "" to go ahead. `wrong_name`: another user name was typed."""

    reason: str = ""
    why_not: str = ""
    wrong_name: bool = False


def confirm(
    asked: Asked, view: DialogView | None, ask: Callable[[str], str] | None, about: User | None = None
) -> Confirmed:
    """What was confirmed. `ask` asks a person; None if there is nobody to ask. `about`: whom a note is about."""
    reason = asked.reason.strip() if visible(asked.reason) else ""
    if view and view.needs_reason and not reason:
        reason = visible(ask("Reason: ")) if ask else ""
        if not reason:
            return Confirmed(why_not="Nothing was started: a reason is needed. Give it with --reason.")
    if asked.deletes_user and view and view.user:
        return _by_name(asked, view.user, reason, ask)
    if asked.yes:
        on_user = isinstance(asked.control, Kind) and asked.control.on_user
        return _unattended(asked, view.user if view and on_user else about, reason)
    if ask is None:
        return Confirmed(why_not=f"{NO_TERMINAL} Add --yes to go ahead.")
    verb = verb_of(asked.control)
    same = visible(ask(f"Type {verb} to go ahead: ")).casefold() == verb
    return Confirmed(reason) if same else Confirmed(why_not=f"Nothing was started: you did not type {verb}.")


def _unattended(asked: Asked, user: User | None, reason: str) -> Confirmed:
    """Without anybody to look at the plan, a part of a name might match somebody else than it did yesterday."""
    if user is None or is_whole_name(asked.subject, user):
        return Confirmed(reason)
    name = clean(typed_name(user))
    return Confirmed(why_not=f"Nothing was started: with --yes, give the whole user name, e-mail or user id: {name}")


def _by_name(asked: Asked, user: User, reason: str, ask: Callable[[str], str] | None) -> Confirmed:
    """Deleting a user needs the user name, with or without `--yes`."""
    expected = clean(typed_name(user))
    typed = asked.confirm
    if not typed and ask and not asked.yes:
        typed = ask(f"Type the user name to delete it ({expected}): ")
    if not typed:
        why = NO_TERMINAL if not asked.yes else "Nothing was started: a deleted user cannot be restored."
        return Confirmed(why_not=f"{why} Add --confirm with the user name: {expected}")
    if names_it(typed, user):
        return Confirmed(reason)
    return Confirmed(why_not=f"Nothing was started: that is not the user name. It is {expected}", wrong_name=True)
