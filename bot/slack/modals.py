"""Dialogs: "Reading…" at once, then the plan and one button. Pure."""

from collections.abc import Callable, Mapping, Sequence

from bot.core.models import Grant, PersonRead, User, worst_first
from bot.core.plans import Plan
from bot.core.views import DialogKind, DialogState, DialogView
from bot.slack import operations, ways, words
from bot.slack.blocks import TITLE, Block, code_blocks, fitted, packed, plain_text, section
from bot.slack.payloads import CALLBACK_IDS, INPUT_ACTION_ID, INPUT_BLOCK_ID, encode_dialog
from bot.slack.text import clean, cut, listed, plural, say, shorten, without_brackets

TITLES = {
    DialogKind.REVOKE: "Revoke access",
    DialogKind.DENY: "Emergency deny",
    DialogKind.LIFT: "Lift deny",
    DialogKind.DELETE: "Delete user",
    DialogKind.DETAILS: "Details",
}
SEE_ALL = "`leaverbot scan --json` in a terminal shows all of them."
DRY_RUN = "*Dry run* (LEAVERBOT_DRY_RUN): this is shown and recorded, nothing is changed in AWS."
_COVER_HEAD = {
    True: "*Emergency deny, account by account:*",
    False: "*Emergency deny, account by account (not in force now):*",
}
NAME_LIMITS = (100, 40, 20)
# A view holds a hundred blocks; a person with more commands than these hold has another problem.
MOST_COMMAND_BLOCKS = 20


def dialog_view(view: DialogView) -> Block:
    """The modal for what the dialog has to show now; a submit button only when there is something to submit."""
    modal: Block = {
        "type": "modal",
        "title": plain_text(TITLES[view.kind][:TITLE]),
        "close": plain_text("Close"),
        "callback_id": CALLBACK_IDS[view.kind],
        "private_metadata": encode_dialog(view.id),
    }
    if view.state is DialogState.READING:
        who = f" {words.user_label(view.user)}" if view.user else ""
        return {**modal, "blocks": [section(f"Reading…\nAWS is asked what is true of{who or ' this user'} now.")]}
    if view.state is DialogState.REFUSED or view.user is None:
        return {**modal, "blocks": [section(_refused(view))]}
    modal["blocks"] = _BUILDERS[view.kind](view, view.user)
    if view.kind is not DialogKind.DETAILS and _something_to_do(view):
        modal |= {"submit": plain_text(TITLES[view.kind]), "close": plain_text("Cancel")}
    return modal


def _something_to_do(view: DialogView) -> bool:
    return view.kind is not DialogKind.REVOKE or bool(view.plan and view.plan.operations)


def _refused(view: DialogView) -> str:
    who = f"*{words.user_label(view.user)}*\n" if view.user else ""
    return who + (
        say(view.message, 2000) if clean(view.message) else "This is not possible now. Close it and try again."
    )


def _head(view: DialogView, user: User, *texts: str) -> list[Block]:
    lines = [f"*{words.user_label(user, 100)}*\n{words.identity(user)}", DRY_RUN if view.dry_run else ""]
    return [section(text) for text in (*lines, say(view.message) if clean(view.message) else "", *texts) if text]


def _revoke(view: DialogView, user: User) -> list[Block]:
    plan = view.plan
    if plan is None or not plan.operations:
        nothing = "There is nothing to revoke: no way in that could be taken away."
        if plan and plan.elsewhere:
            nothing = "There is nothing that leaverbot can revoke from its own account."
        commands = code_blocks(view.elsewhere)[:MOST_COMMAND_BLOCKS]
        run = "*To run in the management account*:" if commands else ""
        return _head(view, user, nothing, _elsewhere(view, plan), run, *commands, _kept(plan))
    head = _head(view, user, f"*This will* {operations.what_it_does(plan)}. Nobody else is affected.")
    tail = [section(text) for text in (_elsewhere(view, plan), _kept(plan), _sessions(view)) if text]
    planned = plan.operations
    return _widest(head, lambda limit: [f"• {_capital(operations.planned(one, limit))}" for one in planned], tail)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _elsewhere(view: DialogView, plan: Plan | None) -> str:
    """What only the management account can take away."""
    if plan is None or not plan.elsewhere:
        return ""
    ordered = worst_first(plan.elsewhere, view.management_account_id)
    named = [ways.what(grant, view.management_account_id, 40) for grant in ordered]
    it = "it" if len(named) == 1 else "them"
    commands = f" The report will have the commands that take {it} away from there." if plan.operations else ""
    return f"*Stays*: {listed(named, most=5)}. {ways.ONLY_MANAGEMENT} {it}.{commands}"


def _kept(plan: Plan | None) -> str:
    """What the plan leaves alone."""
    lines = []
    if plan and plan.kept_groups:
        labels = [words.group_label(group.name, group.id, 40) for group in plan.kept_groups]
        lines.append(f"Stays in {plural(len(labels), 'group')} without any grant: {listed(labels, most=8)}.")
    if plan and plan.dead_grants:
        labels = [f"{ways.place(grant, None, 40)} ({ways.account_status(grant)})" for grant in plan.dead_grants]
        lines.append(f"Stays, in suspended or closed accounts: {listed(labels, most=5)}. {ways.DEAD}")
    return "\n".join(lines)


def _sessions(view: DialogView) -> str:
    grants = view.read.usable if view.read else ()
    if not grants:
        return f"This does not end open sessions. {ways.DENY_STOPS}"
    return f"This does not end open sessions: they live on {ways.sessions(grants)}. {ways.deny_stops(grants)}"


def _deny(view: DialogView, user: User) -> list[Block]:
    texts = [say(words.deny_words(user))]
    if view.deny:
        texts.append(words.deny_line(view.deny))
    head = _head(view, user, *texts)
    if not view.cover:
        none = "No account is known in which the user has access now. The deny is placed all the same."
        return [*head, section(none), section(words.NOT_REACHED)]
    return _widest(
        [*head, section(words.cover_summary(view.cover, most=2))],
        lambda limit: [words.cover_line(cover, limit) for cover in view.cover],
        [section(words.NOT_REACHED)],
    )


def _lift(view: DialogView, user: User) -> list[Block]:
    texts = [say(words.lift_words(user, None)), words.deny_line(view.deny) if view.deny else ""]
    return _head(view, user, *texts)


def typed_name(user: User) -> str:
    """What has to be typed: the user name, or the id of somebody without one."""
    return clean(user.user_name) or user.id


def _delete(view: DialogView, user: User) -> list[Block]:
    # No isolates here: somebody may copy the name out of the label.
    shown = without_brackets(shorten(typed_name(user), 1800))
    warning = (
        "*This can not be undone.* AWS deletes the user with all its group memberships. A user made anew gets a new "
        "id, and access has to be given again."
    )
    after = "Role sessions that are open live on for up to 12 hours. A deny in force should stay for that long."
    scim = (
        "Managed by your directory (SCIM): it may make the user again. Remove the user there too." if user.scim else ""
    )
    field: Block = {
        "type": "input",
        "block_id": INPUT_BLOCK_ID,
        "label": plain_text(f"Type the user name to delete it: {shown}"),
        "element": {"type": "plain_text_input", "action_id": INPUT_ACTION_ID},
    }
    return [*_head(view, user, warning, after, scim), field]


def _details(view: DialogView, user: User) -> list[Block]:
    read = view.read or PersonRead(user)
    usable = worst_first(read.usable, view.management_account_id)
    counted = f"{ways.how_many(usable)}:" if usable else _none_found(read)
    used = ways.use_line(read.used, read.grants, view.management_account_id) if read.used else ""
    head = _head(view, user, used, words.deny_line(view.deny) if view.deny else "")
    tail = [section(text) for text in _details_tail(view, read, usable)]
    ordered = worst_first(read.grants, view.management_account_id)
    return _widest([*head, section(counted)], lambda limit: _grant_lines(view, ordered, limit), tail)


def _none_found(read: PersonRead) -> str:
    if read.complete:
        return "No way in that anybody can use." if read.grants else "No way in."
    return "No way in that anybody can use was found, but not everything could be read."


def _grant_lines(view: DialogView, grants: Sequence[Grant], limit: int) -> list[str]:
    return [ways.grant_line(grant, view.management_account_id, limit, ids=True) for grant in grants]


def _details_tail(view: DialogView, read: PersonRead, usable: Sequence[Grant]) -> list[str]:
    texts = []
    granting = {grant.group_id for grant in read.grants}
    kept = [member.group for member in read.memberships if member.group.id not in granting]
    if usable:
        texts.append(f"Open sessions live on {ways.sessions(usable)}. Removing access does not end them.")
    if any(not grant.usable for grant in read.grants):
        texts.append(f"Grants in suspended or closed accounts: {ways.DEAD}")
    if kept:
        labels = [words.group_label(group.name, group.id, 40) for group in kept]
        texts.append(cut(f"Also in {plural(len(kept), 'group')} without any grant: {listed(labels, most=40)}.", 2900))
    if view.cover:
        texts += packed(
            [_COVER_HEAD[view.deny is not None], *(words.cover_line(cover, 40) for cover in view.cover[:60])]
        )[:6]
        if len(view.cover) > 60:
            texts.append(f"{plural(len(view.cover) - 60, 'more account')} not listed here.")
    return [*texts, words.MANAGEMENT_NOT_REACHED, words.NOT_REACHED]


def _widest(head: Sequence[Block], lines: Callable[[int], list[str]], tail: Sequence[Block]) -> list[Block]:
    """The lines with names as long as lets all of them fit; else the shortest, saying what is left out."""
    for limit in NAME_LIMITS:
        made = lines(limit)
        blocks = fitted(head, made, tail, SEE_ALL)
        if len(blocks) == len(head) + len(packed(made)) + len(tail):
            break
    return blocks


_BUILDERS: Mapping[DialogKind, Callable[[DialogView, User], list[Block]]] = {
    DialogKind.REVOKE: _revoke,
    DialogKind.DENY: _deny,
    DialogKind.LIFT: _lift,
    DialogKind.DELETE: _delete,
    DialogKind.DETAILS: _details,
}
