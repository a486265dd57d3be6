"""The brake and holds, in words that stand in other messages."""

from collections.abc import Sequence

from bot.core.rules.brake import Brake, BrakeView
from bot.core.rules.holds import HoldView
from bot.slack.wording.text import plural, when

# What they are called in a terminal.
RELEASE_COMMAND, ACCEPT_COMMAND = "leaverbot brake release", "leaverbot rules accept"


def stands_still(brake: BrakeView | None, holds: Sequence[HoldView]) -> str:
    """What waits for an admin; "" when nothing does."""
    lines = [_engaged(brake)] if brake else []
    lines += [
        f"*Rules wait* before they act on {plural(hold.count, 'disabled person', 'disabled people')} "
        f"({when(hold.hold.made_at)}). An admin decides on the message about them, or with `{ACCEPT_COMMAND}`."
        for hold in holds
    ]
    return "\n".join(lines)


def _engaged(view: BrakeView) -> str:
    return (
        f"*The brake is engaged*: {people_were(view.total)} disabled {between(view.brake)}. Still disabled: "
        f"{view.left:,}. No rule acts, and deletes wait, until an admin releases it on its message, or with "
        f"`{RELEASE_COMMAND}`."
    )


def people_were(count: int) -> str:
    return plural(count, "person was", "people were")


def between(brake: Brake) -> str:
    """When its people were disabled, as far as that is known."""
    if brake.disabled_after is None:
        return f"by {when(brake.newest_at)}"
    at_once = "at once" if brake.at_once else "within a day"
    return f"{at_once}, between {when(brake.disabled_after)} and {when(brake.newest_at)}"
