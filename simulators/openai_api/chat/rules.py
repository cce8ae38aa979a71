"""Which fields a chat request may have, and with which values: the real rules, or an older server's."""

from collections.abc import Mapping
from typing import Any

from simulators.openai_api.errors import ApiError, bad_request
from simulators.openai_api.models import reasons

_OLD_FIELDS = frozenset(
    """model messages stream stream_options temperature top_p n stop max_tokens presence_penalty
    frequency_penalty logit_bias user seed tools tool_choice response_format""".split()
)
_FIELDS = _OLD_FIELDS | frozenset(
    """max_completion_tokens metadata parallel_tool_calls prompt_cache_key prompt_cache_options
    prompt_cache_retention reasoning_effort safety_identifier service_tier store verbosity""".split()
)
_NOT_SIMULATED = frozenset(
    """audio function_call functions logprobs modalities moderation prediction top_logprobs
    web_search_options""".split()
)
_FIXED_WHEN_REASONING = {"top_p": 1, "presence_penalty": 0, "frequency_penalty": 0, "logit_bias": None}
_RANGES = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "presence_penalty": (-2, 2),
    "frequency_penalty": (-2, 2),
    "max_tokens": (1, 1_000_000),
    "max_completion_tokens": (1, 1_000_000),
}
_LONGEST = {"safety_identifier": 64, "prompt_cache_key": 64}
_WHOLE = {"max_tokens", "max_completion_tokens"}
_MOST_STOPS = 4


def check_fields(body: Mapping[str, Any], *, compatible: bool) -> None:
    """Refuse every field that the server does not know; a field set to null is as good as absent."""
    known = _OLD_FIELDS if compatible else _FIELDS
    for field in sorted(body.keys() - known):
        if field in _NOT_SIMULATED and not compatible:
            raise _unsupported(field, "in this simulator")
        raise _unknown(field)
    _check_stream_options(body, compatible=compatible)
    if body.get("n") not in (None, 1):
        raise bad_request("Unsupported value: 'n' must be 1 in this simulator.", "n", "unsupported_value")


def check_values(body: Mapping[str, Any]) -> None:
    """Refuse values of a wrong type, or outside their range."""
    for field in ("stream", "store", "parallel_tool_calls"):
        if not isinstance(body.get(field), bool | None):
            raise _wrong_type(field, "a boolean")
    for field, (low, high) in _RANGES.items():
        _check_range(field, body.get(field), low, high)
    for field, longest in _LONGEST.items():
        _check_length(field, body.get(field), longest)
    stop = body.get("stop")
    if not isinstance(stop, str | list | None) or (isinstance(stop, list) and len(stop) > _MOST_STOPS):
        raise _wrong_type("stop", "a string or an array of at most four strings")


def check_model_limits(body: Mapping[str, Any], model: str) -> None:
    """Refuse what the model itself does not take; gpt-5 and later, and the o-series, take less."""
    if not reasons(model):
        if body.get("max_tokens") is not None and body.get("max_completion_tokens") is not None:
            text = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
            raise bad_request(text, "max_tokens", "invalid_parameter_combination")
        return
    if body.get("max_tokens") is not None:
        raise _unsupported("max_tokens", "with this model. Use 'max_completion_tokens' instead")
    if body.get("temperature") not in (None, 1):
        text = f"'temperature' does not support {body['temperature']} with this model."
        only = "Only the default (1) value is supported."
        raise bad_request(f"Unsupported value: {text} {only}", "temperature", "unsupported_value")
    for field, value in _FIXED_WHEN_REASONING.items():
        if body.get(field) not in (None, value):
            raise _unsupported(field, "with this model")


def _check_stream_options(body: Mapping[str, Any], *, compatible: bool) -> None:
    options = body.get("stream_options")
    if options is None:
        return
    if not body.get("stream"):
        text = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise bad_request(text, "stream_options")
    if not isinstance(options, dict):
        raise _wrong_type("stream_options", "an object")
    known = {"include_usage"} if compatible else {"include_usage", "include_obfuscation"}
    for option in sorted(options.keys() - known):
        raise _unknown(f"stream_options.{option}")


def _check_range(field: str, value: Any, low: float, high: float) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int if field in _WHOLE else (int, float)):
        raise _wrong_type(field, "an integer" if field in _WHOLE else "a number")
    kind = "integer" if field in _WHOLE else "decimal"
    if value < low:
        text = f"{kind} below minimum value. Expected a value >= {low}, but got {value} instead."
        raise bad_request(f"Invalid '{field}': {text}", field, f"{kind}_below_min_value")
    if value > high:
        text = f"{kind} above maximum value. Expected a value <= {high}, but got {value} instead."
        raise bad_request(f"Invalid '{field}': {text}", field, f"{kind}_above_max_value")


def _check_length(field: str, value: Any, longest: int) -> None:
    if not isinstance(value, str | None):
        raise _wrong_type(field, "a string")
    if value is not None and len(value) > longest:
        text = f"Expected at most {longest} characters, but got {len(value)} instead."
        raise bad_request(f"Invalid '{field}': string too long. {text}", field, "string_above_max_length")


def _unknown(field: str) -> ApiError:
    return bad_request(f"Unknown parameter: '{field}'.", field, "unknown_parameter")


def _unsupported(field: str, reason: str) -> ApiError:
    return bad_request(
        f"Unsupported parameter: '{field}' is not supported {reason}.", field, "unsupported_parameter"
    )


def _wrong_type(field: str, expected: str) -> ApiError:
    return bad_request(f"Invalid type for '{field}': expected {expected}.", field, "invalid_type")
