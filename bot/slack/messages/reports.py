"""What goes into a case's thread: what an action did, how to undo it, and what a scan changed."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal

from bot.core.actions import DELETE, DENY, LEAVERBOT, LIFT, PRUNE, RENAME, REVOKE, SHUT_OUT, ActionState
from bot.core.deny.policy_document import NAME_UNMATCHED, by_name
from bot.core.models import worst_first
from bot.core.plans import OperationKind, OperationState
from bot.core.views import ActionView, CaseChange
from bot.slack.blocks import Block, Message, code_blocks, first_that_fit, message, packed, paged, section, with_blocks
from bot.slack.kinds import shut_out
from bot.slack.kinds.prune import emptied_blocks
from bot.slack.wording import deny_progress, operations, ways_in, words
from bot.slack.wording.text import clean, listed, mention, name, plural, say, took, when

_ENDED = {
    ActionState.QUEUED: "is waiting",
    ActionState.RUNNING: "is under way",
    ActionState.DONE: "is done",
    ActionState.INCOMPLETE: "is not complete",
    ActionState.REFUSED: "was refused",
    ActionState.FAILED: "failed",
}
_DONE = {
    REVOKE: "Access of {who} was revoked",
    DENY: "Emergency deny for {who} is in force",
    LIFT: "The emergency deny of {who} was lifted",
    DELETE: "{who} was deleted from the directory",
    SHUT_OUT: "{who} was shut out",
    PRUNE: "Permission set {who} was deleted",
}
_DENIES = frozenset({DENY, LIFT})
_AFTER_DENY = (
    "Next: Revoke access, if you have not yet. A deny does not take assignments away.",
    words.NOT_REACHED,
)


def report_message(view: ActionView) -> list[Message]:
    """The report of an action as one message or more: nothing is left out, no undo command is ever dropped."""
    title = _title(view)
    commands = [] if view.dry_run else [*_in_management_account(_of_all(view, "management_commands")), *_undo(view)]
    return with_blocks(paged(title, [*packed(_lines(view, title)), *commands]), _to_press(view))


def _of_all(view: ActionView, what: Literal["management_commands", "undo"]) -> list[str]:
    """The commands of an action and its steps, each once."""
    found = (
        view.undo if what == "undo" else view.management_commands,
        *(_of_all(step, what) for step in view.steps),
    )
    return list(dict.fromkeys(command for commands in found for command in commands))


def _to_press(view: ActionView) -> list[Block]:
    """The buttons that fit a report: nobody else's message has them."""
    if view.dry_run:
        return []
    emptied = [*view.emptied, *(found for step in view.steps for found in step.emptied)]
    return emptied_blocks(emptied)


def _placed(view: ActionView) -> bool:
    """Whether a deny was read to be in force somewhere, perhaps in part."""
    done = any(outcome.state is OperationState.DONE for outcome in view.outcomes)
    return view.kind is DENY and (view.state is ActionState.DONE or bool(view.cover) or done)


def _title(view: ActionView) -> str:
    who = words.user_label(view.user)
    if view.kind is RENAME and view.state is ActionState.DONE and not view.dry_run:
        return _renamed(view, who)
    if view.state is ActionState.DONE and not view.dry_run:
        return _DONE[view.kind].replace("{who}", who)
    if view.kind is DENY and view.state is ActionState.INCOMPLETE:
        known = f"Emergency deny for {who} {_how_far(view)}"
        return known if _placed(view) else f"It is not known whether {who} is denied"
    if operations.only_needs_management_account(view):
        return f"Access of {who} was revoked, except what only the management account can take away"
    dry = "Dry run: " if view.dry_run else ""
    about = " " if view.kind is PRUNE else " for "
    return f"{dry}{words.ACTION_NAMES[view.kind]}{about}{who} {_ENDED[view.state]}"


def _how_far(view: ActionView) -> str:
    """How far a deny holds that is not known to hold in every account."""
    held = {one.covered for one in view.cover}
    if held == {False}:
        return "is in place, but holds nowhere"
    return "is in force, but not everywhere" if False in held else "is in force, but may not hold everywhere"


def _lines(view: ActionView, title: str) -> list[str]:
    lines = [f"*{title}*", *_loud(view), _facts(view), words.reason_line(view.reason)]
    lines = [line for line in lines if line]
    if clean(view.message):
        lines.append(say(view.message))
    if view.dry_run:
        lines.append("Nothing was sent to AWS. This would have been done:")
        lines += [f"• {operations.planned(outcome.operation)}" for outcome in view.outcomes]
        return lines
    lines += [_step(view, step) for step in view.steps]
    placed = deny_progress.by_place(view.outcomes, ended=view.state.final) if view.kind in _DENIES else ""
    if placed:
        lines.append(f"{placed[:1].upper()}{placed[1:]}.")
    lines += [operations.outcome_line(outcome) for outcome in view.outcomes]
    endings = {
        SHUT_OUT: _after_shut_out,
        PRUNE: _after_prune,
        REVOKE: _after_revoke,
        DENY: _after_deny,
        LIFT: _after_lift,
        DELETE: _after_delete,
        RENAME: _after_rename,
    }
    return [*lines, *endings[view.kind](view)]


def _loud(view: ActionView) -> Iterable[str]:
    """Who it was asked for, when it was somebody who worked here then as far as AWS said."""
    if view.not_disabled:
        yield f"Not disabled at the time: *{words.user_label(view.user)}* · {words.identity(view.user)}."


def _facts(view: ActionView) -> str:
    text = f"Asked for by {mention(view.by)}, {when(view.asked_at)}"
    if view.by == LEAVERBOT:
        text = f"Done by leaverbot on its own, {when(view.asked_at)}"
    if view.finished_at:
        text += f", took {took((view.finished_at - view.asked_at).total_seconds())}"
    return f"{text}. Checked again {when(view.verified_at)}." if view.verified_at else f"{text}."


def _after_revoke(view: ActionView) -> Iterable[str]:
    if view.verified_at and view.state in {ActionState.DONE, ActionState.INCOMPLETE}:
        yield from _left(view)
    if any(outcome.state.may_have_changed for outcome in view.outcomes):
        # A revoke has a cover when a deny is in force.
        stops = "The emergency deny in force stops them where it holds." if view.cover else ways_in.DENY_STOPS
        yield f"This did not end open sessions. {stops}"


def _left(view: ActionView) -> Iterable[str]:
    left = words.left_open(view)
    dead = [grant for grant in view.left if not grant.usable]
    # An action does not know which account is the management account, but then all that is left is in it.
    management = left[0].account_id if operations.only_needs_management_account(view) else None
    if left:
        yield f"Still left: {ways_in.how_many(left)}."
        held = ways_in.Held.by(view.cover) if view.cover else ways_in.Held(None)
        for grant in worst_first(left, management):
            yield f"{ways_in.grant_line(grant, management, ids=True)}{held.mark(grant)}"
    elif view.state is ActionState.DONE:
        yield "No way in is left."
    if dead:
        yield f"{plural(len(dead), 'grant')} in suspended or closed accounts stay; nobody can use them:"
        yield from (ways_in.grant_line(grant, None, ids=True) for grant in worst_first(tuple(dead), None))


def _after_deny(view: ActionView) -> Iterable[str]:
    if view.cover:
        yield "Account by account:"
        yield from (words.cover_line(cover) for cover in view.cover)
    if not by_name(view.user.user_name):
        yield NAME_UNMATCHED
    if view.state not in {ActionState.DONE, ActionState.INCOMPLETE}:
        return
    if any(outcome.missed for outcome in view.outcomes):
        yield "To try again what did not work: *Retry deny* in the alert, or `/leavers deny`."
    yield from _AFTER_DENY[1 if view.not_disabled else 0 :]
    if view.deny_kept:
        yield words.lifts_itself(view.deny_kept)


def _after_lift(view: ActionView) -> Iterable[str]:
    if view.state is ActionState.DONE:
        yield "Sessions that are still open, and any access left, work again. Nobody else's deny was touched."


def _after_delete(view: ActionView) -> Iterable[str]:
    if view.state is not ActionState.DONE:
        return
    yield "This cannot be undone: a new user gets a new id, and every assignment has to be made again."
    yield "This did not end open sessions; the alert says how long they may live."
    if view.user.scim:
        yield "The user was synced from your directory (SCIM): remove the user there too, or it may come back."


def _renamed(view: ActionView, who: str) -> str:
    released = [one for one in view.outcomes if one.operation.kind is OperationKind.RELEASE_NAME]
    holders = {str(one.operation.shown.get("holder_id")): str(one.operation.shown.get("holder")) for one in released}
    if not holders:
        return f"The emergency deny of {who} now matches the new name, too"
    have = "now has the user name" if len(holders) == 1 else "now have the user names"
    named = listed([name(holder) for holder in holders.values()])
    return f"{named} {have} that the emergency deny of {who} matched; the deny leaves them alone now"


def _after_rename(view: ActionView) -> Iterable[str]:
    released = [one for one in view.outcomes if one.operation.kind is OperationKind.RELEASE_NAME]
    if any(one.state is OperationState.DONE for one in released):
        who = words.user_label(view.user)
        yield f"{who} stays denied. Open sessions of {who} under that name are blocked by the user id alone."
    if any(one.state is not OperationState.DONE for one in released):
        yield "*The deny may still block the wrong person.* The next scan tries again; *Lift deny* ends it at once."


def _after_shut_out(view: ActionView) -> Iterable[str]:
    if view.cover:
        yield "The emergency deny, account by account:"
        yield from (words.cover_line(cover) for cover in view.cover)
    last = shut_out.last_read(view)
    if last and view.state in {ActionState.DONE, ActionState.INCOMPLETE}:
        yield from _left(replace(last, cover=view.cover))
    if any(step.kind is DENY and _placed(step) for step in view.steps):
        yield from _AFTER_DENY[1:]
    for step in view.steps:
        if step.kind is DELETE:
            yield from _after_delete(step)


def _step(view: ActionView, step: ActionView) -> str:
    """How a step of a shut-out ended, and why, where the shut-out itself does not say that."""
    at = f", {when(step.finished_at)}" if step.finished_at else ""
    why = f" {say(step.message)}" if clean(step.message) and step.message not in view.message else ""
    return f"{words.ACTION_NAMES[step.kind]} {_ENDED[step.state]}{at}.{why}"


def _after_prune(view: ActionView) -> Iterable[str]:
    if view.state is ActionState.DONE:
        yield "This cannot be undone: a new one gets a new ARN. Accounts and people were not touched."


def _undo(view: ActionView) -> list[str | Block]:
    """How to put back what was taken away; for a user who is gone, what a new account of this person would need."""
    if view.user_gone:
        lines = [f"• {operations.taken(operation)}" for operation in view.taken]
        head = "*If this was a mistake*, a new account of this person needs what leaverbot took away:"
        return [*packed([head, *lines])] if lines else []
    unsure = any(
        one.operation.kind is OperationKind.DELETE_USER and one.state.may_have_changed for one in view.outcomes
    )
    only = " They work only if the user still exists." if unsure else ""
    return _in_code(
        _of_all(view, "undo"), lambda count: f"*To undo a mistake*: {count}, one for each thing to put back.{only}"
    )


def _in_management_account(commands: Iterable[str]) -> list[str | Block]:
    return _in_code(
        commands,
        lambda count: f"*To run in the management account*: {count}, one for each grant that only it can take away.",
    )


def _in_code(commands: Iterable[str], intro: Callable[[str], str]) -> list[str | Block]:
    """What the commands are for, how many they are, and the commands; nothing for no command."""
    commands = [command for command in commands if command]
    count = plural(len(commands), "AWS CLI command", "AWS CLI commands")
    return [intro(count), *code_blocks(commands)] if commands else []


def change_message(change: CaseChange) -> Message:
    """What a scan changed about an open case."""
    parts = []
    if change.added:
        parts.append(f"{plural(len(change.added), 'new grant')}")
    if change.removed:
        parts.append(f"{plural(len(change.removed), 'grant')} gone")
    title = f"The scan of {when(change.at)} found {' and '.join(parts) or 'a change'}"
    texts = [f"*{title}*"]
    for intro, grants in (("New:", change.added), ("Gone:", change.removed)):
        if grants:
            lines = [ways_in.grant_line(grant, None) for grant in worst_first(grants, None)]
            kept = first_that_fit(lines, 15, 2500)
            more = [f"• {len(lines) - len(kept):,} more, see Details"] if len(kept) < len(lines) else []
            texts.append("\n".join([intro, *kept, *more]))
    return message(title, [section(text) for text in texts])
