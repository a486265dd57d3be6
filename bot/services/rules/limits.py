"""How many people rules may change in an hour."""

from bot.core.kinds import Kind
from bot.services.context import Context


def rules_may_begin(context: Context, kind: Kind) -> bool:  # noqa: ARG001 - nothing is limited yet
    """Whether a rule may ask for one more action of this kind now."""
    return True
