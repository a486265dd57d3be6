"""The number of people, as somebody types it."""

import re

from bot.core.typed_names import visible

# Digits alone, in groups of three as people write them, or with a point after the sentence.
_NUMBER = re.compile(r"[0-9]{1,9}|[0-9]{1,3}([,. '][0-9]{3}){1,2}|[0-9]{1,9}\.")


def count_typed(typed: str) -> int | None:
    """1,204 or 1 204 or 1204; None for what is no number, such as 12.04."""
    text = " ".join(visible(typed).split())
    return int(re.sub("[^0-9]", "", text)) if _NUMBER.fullmatch(text) else None
