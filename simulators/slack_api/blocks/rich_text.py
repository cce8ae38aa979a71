"""The parts of a block of rich text (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""

from simulators.slack_api.blocks.rules import Rule, anything, by_type, each, one_of, shape, string

_STYLED = {"style": anything}
_LONGEST = 12_000
_INLINE: dict[str, Rule] = {
    "text": shape({**_STYLED, "text": string(_LONGEST)}, "text"),
    "link": shape({**_STYLED, "url": string(3000), "text": string(_LONGEST, 0), "unsafe": anything}, "url"),
    "user": shape({**_STYLED, "user_id": string(20)}, "user_id"),
    "usergroup": shape({**_STYLED, "usergroup_id": string(20)}, "usergroup_id"),
    "channel": shape({**_STYLED, "channel_id": string(20)}, "channel_id"),
    "broadcast": shape({**_STYLED, "range": one_of("here", "channel", "everyone")}, "range"),
    "emoji": shape({**_STYLED, "name": string(100), "unicode": anything, "skin_tone": anything}, "name"),
    "date": shape(
        {**_STYLED, "timestamp": anything, "format": string(100), "url": anything, "fallback": anything},
        "timestamp",
        "format",
    ),
    "color": shape({"value": string(10)}, "value"),
}
_ELEMENTS = {"elements": each(by_type(_INLINE, "element"), 1000, 0), "border": anything}
_SECTION = shape(_ELEMENTS, "elements")
RICH_TEXT = by_type(
    {
        "rich_text_section": _SECTION,
        "rich_text_quote": _SECTION,
        "rich_text_preformatted": shape({**_ELEMENTS, "language": anything}, "elements"),
        "rich_text_list": shape(
            {
                "elements": each(by_type({"rich_text_section": _SECTION}, "element"), 1000, 0),
                "style": one_of("bullet", "ordered"),
                "indent": anything,
                "offset": anything,
                "border": anything,
            },
            "elements",
            "style",
        ),
    },
    "element",
)
