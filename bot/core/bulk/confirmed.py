"""What somebody confirms about a bulk: one text, which a dialog in Slack keeps, and to which a terminal's proof of who
asks is bound.
"""

import hashlib

from bot.core.bulk.bulk import Bulk

# What is asked for to stop one, as `Wish.what`.
STOP_BULK = "stop_bulk"


def confirmed(bulk: Bulk) -> str:
    """A digest of all that was shown and typed: what is done, to whom, to how many, and whether that goes above the
    hourly limit. Whoever changes any of it in the database later has no proof for that.
    """
    raises_limit = bulk.plan is not None and bulk.plan.over is not None
    terms = (bulk.id, bulk.kind.name, bulk.people_digest, bulk.size, raises_limit, bulk.dry_run)
    return hashlib.sha256(repr(terms).encode()).hexdigest()
