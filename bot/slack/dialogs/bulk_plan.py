"""The dialog with the plan of a bulk: "Reading…" at once, then what it would do to whom, and the number to type."""

from bot.core.bulk.bulk import Bulk
from bot.core.bulk.confirmed import confirmed
from bot.core.bulk.plan import BulkPlan, OverLimit
from bot.core.bulk.views import BulkPlanView
from bot.core.kinds import DELETE, DENY, REVOKE, SHUT_OUT
from bot.slack.blocks import TITLE, Block, fitted, packed, plain_text, section
from bot.slack.dialogs.parts import DRY_RUN
from bot.slack.lists.bulk_payloads import BULK_PLAN, COUNT_ACTION_ID, COUNT_BLOCK_ID, encode_plan
from bot.slack.wording import bulk as words
from bot.slack.wording import sessions
from bot.slack.wording.text import capital, clean, code, plural, say, when

# Of those it acts on; the list behind the dialog has them all.
_MOST_NAMED = 25
# What happens to open sessions and to the people themselves, by kind.
_MEANS = {
    REVOKE: f"This does not end open sessions. {sessions.DENY_STOPS}",
    DENY: "AWS refuses everything they do in AWS accounts, in open sessions too, until the deny is lifted.",
    SHUT_OUT: "They are denied first, which ends open sessions, and then their access is revoked. No user is deleted.",
    DELETE: "Deleting a user cannot be undone.",
}


def bulk_plan_view(view: BulkPlanView) -> Block:
    """The modal for what there is to show now; a submit button only when there is something to submit."""
    bulk = view.bulk
    modal: Block = {
        "type": "modal",
        "title": plain_text(words.label(bulk.kind)[:TITLE]),
        "close": plain_text("Close"),
        "callback_id": BULK_PLAN,
        "private_metadata": encode_plan(bulk.id, confirmed(bulk)),
    }
    if view.why:
        return {**modal, "blocks": _refused(view)}
    if bulk.plan is None:
        reading = f"Reading…\nleaverbot is asking AWS about {plural(len(bulk.people), 'person', 'people')}."
        return {**modal, "blocks": [section(reading)]}
    submit = f"{words.label(bulk.kind)} ({bulk.size:,})"[:TITLE]
    return {
        **modal,
        "submit": plain_text(submit),
        "close": plain_text("Cancel"),
        "blocks": _plan(view, bulk, bulk.plan),
    }


def _refused(view: BulkPlanView) -> list[Block]:
    why = say(view.why, 2000) if clean(view.why) else "This is not possible now. Close it and try again."
    return [section(why), *map(section, _left_out(view))]


def _left_out(view: BulkPlanView) -> list[str]:
    """Who is left out of it, by why."""
    lines = words.left_out_lines(view.bulk.left_out, view.links)
    return packed([f"*Left out: {len(view.bulk.left_out):,}*", *lines]) if lines else []


def _plan(view: BulkPlanView, bulk: Bulk, plan: BulkPlan) -> list[Block]:
    head = [f"*This will {words.does(bulk)}.* {words.changes(plan)}".strip(), _MEANS[bulk.kind], *_read(plan)]
    above = [
        section("\n".join(text for text in head if text)),
        section(words.named(bulk.planned, view.links, _MOST_NAMED)),
    ]
    if bulk.dry_run:
        above.insert(0, section(DRY_RUN))
    notes = [_room(view, plan), _management(plan), *_left_out(view), _over(view, plan.over)]
    below = [section(text) for text in notes if text] + _field(view, bulk)
    groups = [words.groups_head(plan.groups), *map(words.group_line, plan.groups)] if plan.groups else []
    return fitted(above, groups, below, "`leaverbot list --json` shows every group.")


def _read(plan: BulkPlan) -> list[str]:
    """How old what is counted is, and that it is not what decides."""
    again = "Each person is read again before anything changes."
    return [f"As last read {when(plan.read_at)} or later. {again}" if plan.read_at else again]


def _management(plan: BulkPlan) -> str:
    if not plan.management:
        return ""
    ways = plural(plan.management, "way in stays", "ways in stay")
    return f"{ways}: only the management account can take {'it' if plan.management == 1 else 'them'} away."


def _room(view: BulkPlanView, plan: BulkPlan) -> str:
    """For how many people the deny policies have no room, and what becomes of those."""
    if plan.no_room is None:
        return "Whether the deny policies have room for all of them could not be read."
    if not plan.no_room:
        return ""
    some = f"*The deny policies have no room* for {words.people_of(view.bulk.kind, plan.no_room)}. "
    if view.inline:
        return f"{some}They are denied in their permission sets instead, which takes longer."
    return f"{some}Their deny will fail. {code('leaverbot denies setup')} makes another policy."


def _over(view: BulkPlanView, over: OverLimit | None) -> str:
    """What the hourly limit means for it."""
    if over is None:
        return ""
    people = words.people_of(view.bulk.kind, over.people)
    more = f"*More than is left of the hourly limit ({over.limit:,})*: "
    if view.admin:
        return f"{more}type the number below, and it does not count for this; otherwise {people} would have to wait."
    waits = "waits" if over.people == 1 else "wait"
    on = f"An admin can let them go on: {code('/leavers go-on')}."
    return f"{more}{people} {waits} for their turn, until about {when(over.until)} or later. {on}"


def _field(view: BulkPlanView, bulk: Bulk) -> list[Block]:
    """The field for the number of people, where one is needed, or lets it go above the limit."""
    raises = view.admin and bulk.plan is not None and bulk.plan.over is not None
    if not bulk.needs_count and not raises:
        return []
    field: Block = {
        "type": "input",
        "block_id": COUNT_BLOCK_ID,
        "label": plain_text(
            f"{capital('type the number of ' + ('users' if bulk.kind.deletes else 'people'))}: {bulk.size}"
        ),
        "element": {"type": "plain_text_input", "action_id": COUNT_ACTION_ID, "max_length": 20},
    }
    return [field if bulk.needs_count else {**field, "optional": True}]
