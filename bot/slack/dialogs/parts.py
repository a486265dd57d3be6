"""The parts of dialogs: the head, lines that fit, fields, and what a plan leaves alone."""

from collections.abc import Callable, Sequence

from bot.core.models import User, worst_first
from bot.core.plans.plan import Plan
from bot.core.views import DialogView
from bot.slack.blocks import Block, fitted, packed, plain_text, section
from bot.slack.payloads import INPUT_ACTION_ID, INPUT_BLOCK_ID, REASON_ACTION_ID, REASON_BLOCK_ID
from bot.slack.wording import denies, names, operations, ways_in
from bot.slack.wording.text import capital, clean, listed, plural, say, shorten, without_brackets

SEE_ALL = "`leaverbot scan --json` in a terminal shows all of them."
DRY_RUN = "*Dry run* (LEAVERBOT_DRY_RUN): this is shown and recorded, but nothing is changed in AWS."
NAME_LIMITS = (100, 40, 20)
# Identity Center's user names have at most 128 characters (botocore model of identitystore).
MOST_TYPED, MOST_REASON = 256, 500


def head(view: DialogView, user: User, *parts: str | Block, message: bool = True) -> list[Block]:
    """Who it is about, then the parts, a text as a section; `message`: with the view's own message first."""
    lines = [f"*{names.user_label(user, 100)}*\n{names.identity(user)}", DRY_RUN if view.dry_run else ""]
    lines += [f"*Warning*: {say(warning)}" for warning in view.warnings]
    lines.append(say(view.message) if message and clean(view.message) else "")
    return [section(part) if isinstance(part, str) else part for part in (*lines, *parts) if part]


def widest(above: Sequence[Block], lines: Callable[[int], list[str]], below: Sequence[Block]) -> list[Block]:
    """All the lines, with names as long as fit; else with the shortest names, and a note of how many are left out."""
    for limit in NAME_LIMITS:
        made = lines(limit)
        blocks = fitted(above, made, below, SEE_ALL)
        if len(blocks) == len(above) + len(packed(made)) + len(below):
            break
    return blocks


def plan_lines(plan: Plan | None) -> Callable[[int], list[str]]:
    """A line for each operation of the plan, with names of at most that length."""
    planned = plan.operations if plan else ()
    return lambda limit: [f"• {capital(operations.planned(one, limit))}" for one in planned]


def refused(view: DialogView) -> str:
    """Why there is nothing to do in the dialog."""
    who = f"*{names.user_label(view.user)}*\n" if view.user else ""
    why = say(view.message, 2000) if clean(view.message) else "This is not possible now. Close it and try again."
    return who + why


def typed_name(user: User) -> str:
    """What has to be typed: the user name, or the id of somebody without one."""
    return clean(user.user_name) or user.id


def name_field(user: User, label: str, hint: str = "") -> Block:
    """A field for the user name; with a `hint` it may stay empty. Without isolates: somebody may copy the name."""
    shown = without_brackets(shorten(typed_name(user), 1800))
    field: Block = {
        "type": "input",
        "block_id": INPUT_BLOCK_ID,
        "label": plain_text(f"{label}: {shown}"),
        "element": {"type": "plain_text_input", "action_id": INPUT_ACTION_ID, "max_length": MOST_TYPED},
    }
    return {**field, "optional": True, "hint": plain_text(hint)} if hint else field


def reason_field(*, needed: bool) -> Block:
    """A field for why."""
    return {
        "type": "input",
        "block_id": REASON_BLOCK_ID,
        "label": plain_text("Reason"),
        "optional": not needed,
        "hint": plain_text("Shown in Slack, and kept in the audit log."),
        "element": {"type": "plain_text_input", "action_id": REASON_ACTION_ID, "max_length": MOST_REASON},
    }


def needs_management_account(view: DialogView, plan: Plan | None) -> str:
    """What only the management account can take away."""
    if plan is None or not plan.needs_management_account:
        return ""
    ordered = worst_first(plan.needs_management_account, view.management_account_id)
    named = [ways_in.what(grant, view.management_account_id, 40) for grant in ordered]
    it = "it" if len(named) == 1 else "them"
    commands = f" The report will have the commands that take {it} away from there." if plan.operations else ""
    return f"*Stays*: {listed(named, most=5)}. {ways_in.ONLY_MANAGEMENT} {it}.{commands}"


def kept(plan: Plan | None) -> str:
    """What the plan leaves alone."""
    lines = []
    if plan and plan.kept_groups:
        labels = [names.name_or_id(group.name, group.id, 40) for group in plan.kept_groups]
        lines.append(f"Stays in {without_access(labels, most=8)}.")
    if plan and plan.dead_grants:
        labels = [f"{ways_in.place(grant, None, 40)} ({ways_in.account_status(grant)})" for grant in plan.dead_grants]
        lines.append(f"Stays in suspended or closed accounts: {listed(labels, most=5)}. {ways_in.DEAD}")
    return "\n".join(lines)


def without_access(groups: Sequence[str], most: int) -> str:
    """Groups (ready-made labels) that give nothing: 2 groups that give no access: a and b."""
    if len(groups) == 1:
        return f"group {groups[0]}, which gives no access"
    return f"{plural(len(groups), 'group')} that give no access: {listed(groups, most)}"


def notes(view: DialogView, most: int = 8) -> str:
    """The view's further sentences, one a line."""
    lines = [denies.sentence(note, 320) for note in view.notes if clean(note)]
    more = [f"And {plural(len(lines) - most, 'more note', 'more notes')}."] if len(lines) > most else []
    return "\n".join([*lines[:most], *more])
