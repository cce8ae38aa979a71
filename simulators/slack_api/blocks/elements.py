"""The interactive elements of blocks.

https://docs.slack.dev/reference/block-kit/block-elements
"""

from simulators.slack_api.blocks.rules import (
    CONFIRM,
    GROUP,
    OPTION,
    Rule,
    anything,
    by_type,
    each,
    one_of,
    plain,
    shape,
    string,
)

_ACTION = {"action_id": string(255)}
_CONFIRMED = {**_ACTION, "confirm": CONFIRM}
_FOCUSED = {**_CONFIRMED, "focus_on_load": anything}
_SELECT = {**_FOCUSED, "placeholder": plain(150)}
_STATIC = {**_SELECT, "options": each(OPTION, 100), "option_groups": each(GROUP, 100)}
_MANY = {"max_selected_items": anything}
_TYPED = {**_ACTION, "placeholder": plain(150), "focus_on_load": anything, "dispatch_action_config": anything}
_CHOICE = shape(
    {"text": plain(75), "value": string(2000), "accessibility_label": string(75)}, "text", "value"
)
_IMAGE = {"image_url": string(3000), "alt_text": string(2000), "slack_file": anything}

BUTTON = shape(
    {
        **_CONFIRMED,
        "text": plain(75),
        "url": string(3000),
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
        "agent_prompt": string(4000),
    },
    "text",
)
IMAGE = shape(_IMAGE, "alt_text")
FEEDBACK = shape(
    {**_ACTION, "positive_button": _CHOICE, "negative_button": _CHOICE}, "positive_button", "negative_button"
)
ICON = shape(
    {
        **_CONFIRMED,
        "icon": one_of("trash"),
        "text": plain(75),
        "value": string(2000),
        "accessibility_label": string(75),
        "visible_to_user_ids": anything,
    },
    "icon",
    "text",
)
_CHOSEN: dict[str, Rule] = {
    "overflow": shape({**_CONFIRMED, "options": each(OPTION, 5)}, "options"),
    "static_select": shape({**_STATIC, "initial_option": OPTION}),
    "multi_static_select": shape({**_STATIC, **_MANY, "initial_options": anything}),
    "external_select": shape({**_SELECT, "initial_option": OPTION, "min_query_length": anything}),
    "multi_external_select": shape(
        {**_SELECT, **_MANY, "initial_options": anything, "min_query_length": anything}
    ),
    "users_select": shape({**_SELECT, "initial_user": anything}),
    "multi_users_select": shape({**_SELECT, **_MANY, "initial_users": anything}),
    "channels_select": shape({**_SELECT, "initial_channel": anything, "response_url_enabled": anything}),
    "multi_channels_select": shape({**_SELECT, **_MANY, "initial_channels": anything}),
    "conversations_select": shape(
        {
            **_SELECT,
            "initial_conversation": anything,
            "default_to_current_conversation": anything,
            "response_url_enabled": anything,
            "filter": anything,
        }
    ),
    "multi_conversations_select": shape(
        {
            **_SELECT,
            **_MANY,
            "initial_conversations": anything,
            "default_to_current_conversation": anything,
            "filter": anything,
        }
    ),
    "checkboxes": shape({**_FOCUSED, "options": each(OPTION, 10), "initial_options": anything}, "options"),
    "radio_buttons": shape({**_FOCUSED, "options": each(OPTION, 10), "initial_option": OPTION}, "options"),
    "datepicker": shape({**_SELECT, "initial_date": string(10)}),
    "timepicker": shape({**_SELECT, "initial_time": string(5), "timezone": string(100)}),
    "datetimepicker": shape({**_FOCUSED, "initial_date_time": anything}),
}
_WRITTEN: dict[str, Rule] = {
    "plain_text_input": shape(
        {
            **_TYPED,
            "initial_value": string(3000, 0),
            "multiline": anything,
            "min_length": anything,
            "max_length": anything,
        }
    ),
    "rich_text_input": shape({**_TYPED, "initial_value": anything}),
    "email_text_input": shape({**_TYPED, "initial_value": string(3000, 0)}),
    "url_text_input": shape({**_TYPED, "initial_value": string(3000, 0)}),
    "number_input": shape(
        {
            **_TYPED,
            "is_decimal_allowed": anything,
            "initial_value": anything,
            "min_value": anything,
            "max_value": anything,
        },
        "is_decimal_allowed",
    ),
    "file_input": shape({**_ACTION, "filetypes": anything, "max_files": anything}),
}
_PRESSED: dict[str, Rule] = {"button": BUTTON, "workflow_button": anything}

ACTIONS = by_type({**_PRESSED, **_CHOSEN, "rich_text_input": _WRITTEN["rich_text_input"]}, "element")
ACCESSORY = by_type({**_PRESSED, **_CHOSEN, "image": IMAGE}, "element")
INPUTS = by_type({**_CHOSEN, **_WRITTEN}, "element")
CONTEXT_ACTIONS = by_type({"feedback_buttons": FEEDBACK, "icon_button": ICON}, "element")
