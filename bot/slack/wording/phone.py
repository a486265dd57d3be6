"""How many lines a text takes on a phone, about: what is woken by an alert is a phone."""

import math
import re

# A phone that is 390 pixels wide shows about as many characters in a line.
WIDTH = 38
_DATE = re.compile(r"<!date\^[^|]*\|[^>]*>")
_LABELLED = re.compile(r"<[^|>]*\|([^>]*)>")
_SHOWN_DATE = "26 Nov at about 09:42"


def phone_lines(text: str) -> int:
    """The lines that this mrkdwn takes."""
    shown = _LABELLED.sub(r"\1", _DATE.sub(_SHOWN_DATE, text)).translate(_MARKS)
    return sum(max(1, math.ceil(len(line) / WIDTH)) for line in shown.splitlines())


_MARKS = str.maketrans("", "", "*`")
