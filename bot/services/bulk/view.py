"""Put together what people are shown of a bulk."""

import structlog

from bot.core.actions import Asker
from bot.core.bulk.bulk import Bulk, BulkState
from bot.core.bulk.next_step import BulkResult
from bot.core.bulk.views import BulkPlanView, BulkView
from bot.core.errors import AwsError, ChatDialogGone
from bot.core.kinds import REVOKE, Role
from bot.core.reasons import Code, Reason
from bot.ports import Posted
from bot.services.actions.dialogs import unread
from bot.services.bulk.preview import read_preview, roles_of
from bot.services.context import Context
from bot.services.messages.links import links_to

log = structlog.get_logger(__name__)


def bulk_view(context: Context, bulk_id: str) -> BulkView:
    """It with what became of each of its people. Raises NotFound."""
    bulk, results = context.store.bulk(bulk_id), context.store.bulk_results(bulk_id)
    deletes = bulk.kind is REVOKE and bulk.state is BulkState.ENDED and not bulk.dry_run
    return BulkView(
        bulk,
        results,
        {result.person.number: _link(context, result) for result in results if result.ts},
        buttons=context.rules.buttons,
        deletes_next=deletes and bool(context.rules.admins),
    )


def fill_plan(context: Context, bulk_id: str) -> None:
    """Read the directory, and show the plan in the dialog that waits for it. Never raises for what AWS or Slack say."""
    bulk = context.store.bulk(bulk_id)
    try:
        context.chat.show_bulk_plan(_plan_view(context, bulk), bulk.view_id)
    except ChatDialogGone as error:
        # Closed before it was filled: nobody is waiting for it.
        log.info("the plan of a bulk action was not shown", bulk=bulk.id, why=str(error))


def _plan_view(context: Context, bulk: Bulk) -> BulkPlanView:
    try:
        planned = read_preview(context, bulk)
    except AwsError as error:
        return BulkPlanView(bulk, context.words(unread(error)))
    why = "" if planned.size else context.words(Reason(Code.BULK_NOBODY_LEFT))
    admin = Role.ADMIN in roles_of(context, Asker(bulk.by, bulk.channel))
    found = links_to(context, [person.user for person in planned.people])
    links = {person.number: found[person.user.id] for person in planned.people if person.user.id in found}
    return BulkPlanView(planned, why, admin, context.rules.deny.inline, links)


def _link(context: Context, result: BulkResult) -> str:
    return context.chat.link(Posted(result.channel, result.ts))
