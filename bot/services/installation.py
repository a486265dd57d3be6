"""How leaverbot is installed in Slack, as the running bot last found it, for everybody who asks how it is."""

import json
from dataclasses import asdict

from bot.core.installation import Installation
from bot.services.context import Context

_NAME = "installation in Slack"


def keep(context: Context, found: Installation) -> None:
    """Remember it. Raises StoreError."""
    context.store.remember(_NAME, json.dumps(asdict(found)), context.clock.now())


def known(context: Context) -> Installation | None:
    """As it was last found; None before the bot first ran. Raises StoreError."""
    kept = context.store.recall(_NAME)
    if kept is None:
        return None
    said = json.loads(kept[0])
    missing = said["missing"]
    return Installation(None if missing is None else tuple(missing), said["public"], said["shared"])
