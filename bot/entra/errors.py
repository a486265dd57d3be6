"""Why Entra ID gave no answer."""

from bot.core.directory.source import CouldNotLook, Unseen

# As much of Microsoft's own words as people need to look the error up.
LONGEST = 300


class NoAnswerError(Exception):
    """Nothing is known. `said`: Microsoft's own reason, or "".

    NoAnswerError
     ├ BadQueryError  what was asked for is not understood; somebody else may still be asked for
     └ PassingError   the same request may work later; `after`: in how many seconds at the earliest
    """

    def __init__(self, why: Unseen, said: str = "") -> None:
        super().__init__(f"{why}: {said}")
        self.answer = CouldNotLook(why, shortened(said))


class BadQueryError(NoAnswerError):
    pass


class PassingError(NoAnswerError):
    def __init__(self, why: Unseen, said: str = "", after: float = 0.0) -> None:
        super().__init__(why, said)
        self.after = after


def shortened(said: str) -> str:
    """The first of Microsoft's sentences, without the ids and times that differ from answer to answer."""
    text = " ".join(said.partition(" Trace ID:")[0].partition("\n")[0].split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
