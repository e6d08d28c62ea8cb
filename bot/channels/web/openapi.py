"""The OpenAPI document of the JSON API, kept by hand; tests hold it against what the API does."""

from typing import Any

from bot.channels.web import hsds
from bot.channels.web.api import Question
from bot.channels.web.problems import MEDIA_TYPE
from bot.core.message import Status

VERSION = "1.0"
Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_UUID: Json = {"type": "string", "format": "uuid"}
_NUMBER: Json = {"type": "integer", "minimum": 0}
_FLAG: Json = {"type": "boolean"}


def document() -> Json:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Informator",
            "version": VERSION,
            "description": "Questions to a municipal family-support centre's bot, and what it knows. Answers are curated facts with source and date.",
        },
        "servers": [{"url": "/api/v1", "description": "This version; /api/... is always the newest."}],
        "paths": {
            "/ask": {"post": _ask()},
            "/topics": {"get": _get("Topics that can be asked about", _list("Topic"))},
            "/places": {"get": _get("Places and contacts, with what is open now", _list("Place"))},
            "/hsds/": {"get": _get("Version of the HSDS export", _ref("About"))},
            "/hsds/services": {"get": _get("Services (HSDS 3.0)", _paged("Service"), *_PAGING)},
            "/hsds/services/{id}": {"get": _get("One service (HSDS 3.0)", _ref("Service"), _ID)},
            "/hsds/organizations": {"get": _get("The centre (HSDS 3.0)", _paged("Organization"), *_PAGING)},
            "/hsds/service_at_locations": {"get": _get("What is where (HSDS 3.0)", _paged("ServiceAtLocation"), *_PAGING)},
        },
        "components": {"schemas": _SCHEMAS | {"Question": Question.model_json_schema()}},
    }


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: Json, optional: Json | None = None) -> Json:
    return {"type": "object", "required": list(required), "properties": required | (optional or {}), "additionalProperties": False}


def _array(items: Json) -> Json:
    return {"type": "array", "items": items}


def _maybe(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(name: str) -> Json:
    return _object({"items": _array(_ref(name))})


def _paged(name: str) -> Json:
    counts = {"total_items": _NUMBER, "total_pages": _NUMBER, "page_number": _NUMBER, "size": _NUMBER}
    return _object(counts | {"first_page": _FLAG, "last_page": _FLAG, "empty": _FLAG, "contents": _array(_ref(name))})


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _problems(**meanings: str) -> Json:
    every = {"429": "Too many requests; Retry-After says how long to wait"} | {name.removeprefix("on_"): text for name, text in meanings.items()}
    return {status: {"description": text, "content": {MEDIA_TYPE: {"schema": _ref("Problem")}}} for status, text in every.items()}


def _get(summary: str, schema: Json, *parameters: Json) -> Json:
    problems = _problems(**({"on_422": "A parameter has an impossible value"} if len(parameters) > 1 else {"on_404": "There is none"} if parameters else {}))
    found = {"200": {"description": summary, "content": _json(schema)}, "304": {"description": "The same as If-None-Match names"}}
    return {"summary": summary, "parameters": list(parameters), "responses": found | problems}


def _ask() -> Json:
    problems = _problems(
        on_400="The body is no JSON", on_413="The body is too long", on_415="The body is not application/json", on_422="A field is missing or wrong"
    )
    return {
        "summary": "Ask a question",
        "requestBody": {"required": True, "content": _json(_ref("Question"))},
        "responses": {"200": {"description": "The reply", "content": _json(_ref("Reply"))}} | problems,
    }


def _query(name: str, most: int) -> Json:
    return {"name": name, "in": "query", "required": False, "schema": {"type": "integer", "minimum": 1, "maximum": most}}


_PAGING = (_query("page", 999_999), _query("per_page", 200))
_ID: Json = {"name": "id", "in": "path", "required": True, "schema": _UUID}
_SCHEMAS: Json = {
    "Problem": _object({"type": _TEXT, "title": _TEXT, "status": _NUMBER, "detail": _TEXT}),
    "Reply": _object(
        {
            "status": {"enum": [status.value for status in Status]},
            "topics": _array(_object({"id": _TEXT, "score": {"type": "number", "minimum": 0, "maximum": 1}})),
            "text": _TEXT,
            "choices": _array(_TEXT),
            "links": _array(_TEXT),
            "ms": {"type": "number", "minimum": 0},
        }
    ),
    "Topic": _object(
        {"id": _TEXT, "title": _TEXT, "summary": _TEXT, "ended": _FLAG, "source": _TEXT, "as_of": _TEXT, "url": _TEXT}
        | {"facts": _array(_object({"id": _TEXT, "title": _TEXT, "text": _TEXT}))}
    ),
    "Place": _object(
        {"id": _TEXT, "name": _TEXT, "address": _maybe(_TEXT), "phones": _array(_object({"number": _TEXT, "shown": _TEXT}))}
        | {"opening_hours": _maybe(_TEXT), "open": _maybe(_FLAG), "until": _maybe({"type": "string", "format": "date-time"})}
        | {"source": _TEXT, "as_of": _TEXT, "url": _TEXT}
    ),
    "About": _object({"version": {"const": hsds.VERSION}, "profile": _TEXT, "openapi_url": _TEXT}),
    "Organization": _object({"id": _UUID, "name": _TEXT, "description": _TEXT, "website": _TEXT}),
    "Language": _object({"id": _UUID, "service_id": _UUID, "name": _TEXT, "code": _TEXT}),
    "Phone": _object({"id": _UUID, "number": _TEXT, "type": {"const": "voice"}, "description": _TEXT}),
    "Schedule": _object(
        {"id": _UUID, "valid_from": _TEXT, "valid_to": _TEXT, "dtstart": _TEXT, "freq": {"const": "WEEKLY"}, "interval": {"const": 1}}
        | {"wkst": {"const": "MO"}, "byday": _TEXT, "opens_at": _TEXT, "closes_at": _TEXT, "description": _TEXT},
        {"notes": _TEXT},
    ),
    "Address": _object(
        {"id": _UUID, "location_id": _UUID, "address_1": _TEXT, "city": _TEXT, "state_province": _TEXT, "postal_code": _TEXT}
        | {"country": _TEXT, "address_type": {"const": "physical"}}
    ),
    "Location": _object(
        {"id": _UUID, "location_type": {"const": "physical"}, "name": _TEXT, "url": _TEXT, "addresses": _array(_ref("Address"))},
        {"latitude": {"type": "number"}, "longitude": {"type": "number"}},
    ),
    "ServiceAtLocation": _object({"id": _UUID, "service_id": _UUID, "location": _ref("Location")}),
    "Service": _object(
        {"id": _UUID, "organization": _ref("Organization"), "name": _TEXT, "description": _TEXT, "url": _TEXT, "status": {"enum": ["active", "inactive"]}}
        | {"languages": _array(_ref("Language")), "phones": _array(_ref("Phone")), "schedules": _array(_ref("Schedule"))}
        | {"service_at_locations": _array(_ref("ServiceAtLocation"))},
        {"alert": _TEXT},
    ),
}
