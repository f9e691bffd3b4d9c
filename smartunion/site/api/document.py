"""The document of the API as text that is the same wherever it is made."""

import json

from django.utils import translation

from smartunion.site.api.urls import api


def openapi() -> str:
    """The OpenAPI document in English, keys in order, one line each: what changes shows in a comparison."""
    with translation.override("en"):
        document = api.get_openapi_schema(path_prefix="/api/v1/")
    document.pop("servers", None)  # the address differs from one installation to the next
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"
