"""Names as people type and paste them, and as a directory has them: one spelling for names that read the same."""

import re
from unicodedata import normalize

from bot.core.models import USER_ID
from bot.core.text import clean

# What `clean` still shows though nobody types it: control characters, joiners, and letters and marks drawn as nothing.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200c\u200d"
    r"\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0000-\U000e0fff]"
)
# What phones and editors turn typed characters into.
_TYPED = str.maketrans(
    {**dict.fromkeys("\u2018\u2019\u02bc", "'"), **dict.fromkeys("\u201c\u201d", '"')}
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)
# Around a name: every kind of quote, and list separators.
_AROUND = " `\"'\u2018\u2019\u201c\u201d,;"
# Slack writes links as <address|what was typed>.
_MAIL_LINK = re.compile(r"<mailto:([^|<>]+)(?:\|[^<>]*)?>", re.IGNORECASE)
_WEB_LINK = re.compile(r"<https?://([^|<>]*)(?:\|([^<>]*))?>", re.IGNORECASE)
_ADDRESS = re.compile(r"[^<>]*<+([^<>\s]+@[^<>\s]+)>+", re.IGNORECASE)
# A user's id after its store's id, or at the end of its ARN (docs/facts.md#user-ids) or of the console's address.
_ID = re.compile(
    rf"(?:d-[0-9a-f]{{10}}/|arn:aws[a-z-]*:identitystore:\S*?:(?:\S+/)?user/|https?://\S+/users?/(?:details/)?)"
    rf"({USER_ID.pattern})(?:[/?#]\S*)?",
    re.IGNORECASE,
)


def visible(text: str) -> str:
    """The text as a person would type what they read: `clean`, without anything invisible, in Unicode form C."""
    return normalize("NFC", clean(_UNSEEN.sub("", normalize("NFC", text))))


def fold(text: str) -> str:
    """Equal for two names that people take for the same: case, the encoding of accents and quotes do not count."""
    return normalize("NFC", normalize("NFD", visible(text)).casefold()).translate(_TYPED)


def named(text: str) -> str:
    """What a person who typed or pasted this means: a name, the e-mail address in `Dana <dana@example.com>`, or the id
    at the end of an ARN.
    """
    text = _MAIL_LINK.sub(r"<\1>", visible(text))
    text = _WEB_LINK.sub(lambda link: link[2] or link[1], text).strip(_AROUND)
    address = _ADDRESS.fullmatch(text)
    text = (address[1] if address else text).removeprefix("mailto:").strip(_AROUND)
    found = _ID.fullmatch(text)
    return found[1] if found else text
