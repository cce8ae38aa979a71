"""The models that the OpenAI simulator knows, and what each may be used for."""

import re
from collections.abc import Sequence

from simulators.openai_api.behaviour import Endpoint
from simulators.openai_api.errors import ApiError, model_not_found

MODELS = (
    "demo",
    "gpt-5.4",
    "gpt-5.4-mini",
    "gpt-5.4-nano",
    "gpt-5-mini",
    "gpt-4.1",
    "gpt-4.1-mini",
    "gpt-4o",
    "gpt-4o-mini",
    "o4-mini",
    "text-embedding-3-small",
    "text-embedding-3-large",
    "text-embedding-ada-002",
    "omni-moderation-latest",
    "text-moderation-latest",
)
EVERY_MODEL = "*"
_REASONING = re.compile(r"gpt-([5-9]|\d{2,})|o\d")
_CREATED = 1_775_000_000


def reasons(model: str) -> bool:
    """Whether `model` is gpt-5 or later, or of the o-series: these refuse max_tokens and temperature."""
    return _REASONING.match(model) is not None


def check_model(model: object, models: Sequence[str], endpoint: Endpoint) -> str:
    """The model's name; ApiError if it is unknown or made for another endpoint."""
    if not isinstance(model, str) or not model:
        raise ApiError(400, "you must provide a model parameter")
    if model not in models and EVERY_MODEL not in models:
        raise model_not_found(model)
    purpose = _purpose(model)
    if purpose != endpoint and not (EVERY_MODEL in models and purpose == "chat"):
        raise _misused(model, endpoint)
    return model


def model_json(model: str) -> dict[str, object]:
    """A model as `GET /v1/models/{id}` tells it."""
    return {"id": model, "object": "model", "created": _CREATED, "owned_by": "system"}


def _purpose(model: str) -> Endpoint:
    if "embedding" in model:
        return "embeddings"
    return "moderations" if "moderation" in model else "chat"


def _misused(model: str, endpoint: Endpoint) -> ApiError:
    if endpoint == "chat":
        message = "This is not a chat model and thus not supported in the v1/chat/completions endpoint."
        return ApiError(404, message, param="model")
    if endpoint == "embeddings":
        return ApiError(403, "You are not allowed to generate embeddings from this model")
    return ApiError(400, f"Invalid value for 'model' = {model}.", "invalid_value", "model")
