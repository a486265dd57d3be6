"""The ``rich_text`` block: sections, lists, quotes and preformatted text."""

from __future__ import annotations

from bot.playground.slack_workspace.blockkit.shape import (
    Check,
    array,
    boolean,
    integer,
    kind,
    one_of,
    record,
    string,
    typed,
    url,
)

_STYLE = record(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean
    ),
)
_TEXT = string(3000)


def _part(name: str, required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    return record({"type": kind(name), **required}, {"style": _STYLE, **(optional or {})})


PARTS: dict[str, Check] = {
    "text": _part("text", {"text": _TEXT}),
    "link": _part("link", {"url": url(3000)}, {"text": _TEXT, "unsafe": boolean}),
    "user": _part("user", {"user_id": string(255)}),
    "usergroup": _part("usergroup", {"usergroup_id": string(255)}),
    "channel": _part("channel", {"channel_id": string(255)}),
    "emoji": _part(
        "emoji", {"name": string(255)}, {"unicode": string(255), "skin_tone": integer(1, 6), "url": url(3000)}
    ),
    "date": _part("date", {"timestamp": integer(0), "format": string(255)}, {"url": url(3000), "fallback": _TEXT}),
    "broadcast": _part("broadcast", {"range": one_of("here", "channel", "everyone")}),
    "color": _part("color", {"value": string(255)}),
}

SECTION = record({"type": kind("rich_text_section"), "elements": array(typed(PARTS), 0, None)})
_PLAIN_PARTS = {name: PARTS[name] for name in ("text", "link")}

RICH_TEXT = record(
    {
        "type": kind("rich_text"),
        "elements": array(
            typed(
                {
                    "rich_text_section": SECTION,
                    "rich_text_list": record(
                        {
                            "type": kind("rich_text_list"),
                            "style": one_of("bullet", "ordered"),
                            "elements": array(SECTION, 1, None),
                        },
                        {"indent": integer(0, 8), "offset": integer(0), "border": integer(0, 1)},
                    ),
                    "rich_text_quote": record(
                        {"type": kind("rich_text_quote"), "elements": array(typed(PARTS), 0, None)},
                        {"border": integer(0, 1)},
                    ),
                    "rich_text_preformatted": record(
                        {
                            "type": kind("rich_text_preformatted"),
                            "elements": array(typed(_PLAIN_PARTS, tuple(PARTS)), 0, None),
                        },
                        {"border": integer(0, 1), "language": string(255)},
                    ),
                }
            ),
            1,
            None,
        ),
    },
    {"block_id": string(255)},
)
