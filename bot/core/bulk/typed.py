"""The number of people, as somebody types it."""

from bot.core.typed_names import visible


def count_typed(typed: str) -> int | None:
    """1,204 or 1 204 or 1204; None for what is no number."""
    text = "".join(visible(typed).split()).replace(",", "").replace(".", "").replace("'", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None
