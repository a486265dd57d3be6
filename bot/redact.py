"""What must never be shown, and how it is removed from a text before anybody reads it."""

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

# Slack's tokens, the secret part of Slack's response and webhook addresses, a socket's ticket, passwords given by name,
# and the credentials before the @ of an address.
_SECRET = re.compile(
    r"(?:xox[a-z]|xapp|xwfp)[.-][A-Za-z0-9.-]+"
    r"|(?<=/)[A-Za-z0-9]{9,}/[A-Za-z0-9]{9,}/[A-Za-z0-9]{20,}"
    r"|(?<=ticket=)[\w-]+"
    r"|(?<=password=)[^\s&\"']+"
    r"|(?<=://)[^\s/@\"']*:[^\s/@\"']+(?=@)"
)
MASK = "[secret]"
# A shorter one would mask half of a log.
SHORTEST = 4

_kept: set[str] = set()


def keep_secret(values: Iterable[str]) -> None:
    """From now on `redact` removes these as well, however they are written, for the life of this process."""
    for value in values:
        # A value with white space in it may be shown in pieces.
        for part in {value.strip(), *value.split()}:
            forms = {part, quote(part, safe=""), unquote(part), json.dumps(part)[1:-1], repr(part)[1:-1]}
            _kept.update(form for form in forms if len(form) >= SHORTEST)


def redact(text: str) -> str:
    """The text without secrets."""
    for value in sorted(_kept, key=len, reverse=True):
        text = text.replace(value, MASK)
    return _SECRET.sub(MASK, text)
