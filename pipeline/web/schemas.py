"""What answers look like, for OpenAPI: the schemas of the dataclasses that are sent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from pipeline.corrections import Correction
from pipeline.export.as_json import Contents
from pipeline.filing import Count, ProjectSummary
from pipeline.people import Suggestion
from pipeline.portraits import Portrait
from pipeline.recording import Recording
from pipeline.transcript import Answer, Question, Span, Turn, Word

COMPONENTS = "#/components/schemas/"
# What values name in their fields and import for type checkers alone.
NAMES = {
    each.__name__: each
    for each in (
        *(Answer, Contents, Correction, Count, Path, Portrait, ProjectSummary, Question),
        *(Recording, Span, Suggestion, Turn, Word),
    )
}
ITS_OWN = {"HTTPValidationError", "ValidationError"}  # FastAPI's, which is never sent
KINDS: dict[str, type] = {}  # of answers, by the names under which routes mention them


def answers(kind: type, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Return what a route says of its answer: for `responses` of its decorator."""
    name = f"{kind.__module__}.{kind.__qualname__}"
    KINDS[name] = kind
    content = {"application/json": {"schema": {"$ref": name}}}
    return {status: {"description": (kind.__doc__ or "").split("\n")[0], "content": content}}


def file(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Return what a route says of its answer that is a file, whole, in part or known already."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {
        200: {"description": "All of it.", "content": content},
        206: {"description": "The bytes that are asked for.", "content": content},
        304: {"description": "It is the one that is known."},
    }


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong, and what to do next, in a sentence; and with a conflict, what stands there."""

    error: str
    stands: str | None = None


REFUSED = answers(Wrong)[200]


def described(document: dict[str, Any]) -> dict[str, Any]:
    """Return OpenAPI's document with the schemas of answers where they are mentioned."""
    adapters: dict[str, TypeAdapter[Any]]
    adapters = {name: TypeAdapter(kind) for name, kind in sorted(KINDS.items())}
    for adapter in adapters.values():
        adapter.rebuild(_types_namespace=NAMES)
    found, definitions = TypeAdapter.json_schemas(
        [(name, "serialization", adapter) for name, adapter in adapters.items()],
        ref_template=f"{COMPONENTS}{{model}}",
    )
    schemas = {name: schema for (name, _), schema in found.items()}
    paths = _filled(_with_refusals(document["paths"]), schemas)
    components = document.setdefault("components", {})
    own = {
        name: kind for name, kind in components.get("schemas", {}).items() if name not in ITS_OWN
    }
    components["schemas"] = own | _whole(definitions.get("$defs", {}))
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return {**document, "paths": paths, "security": [{"token": []}]}


def _whole(definitions: dict[str, Any]) -> dict[str, Any]:
    """Return values of answers with all their fields required: none is ever left out of one."""
    for name, schema in definitions.items():
        if "properties" in schema and name != Wrong.__name__:
            schema["required"] = list(schema["properties"])
    return definitions


def _with_refusals(paths: dict[str, Any]) -> dict[str, Any]:
    """Return routes with what is answered where something is wrong, in FastAPI's place for it."""
    for route in paths.values():
        for operation in route.values():
            operation["responses"].pop("422", None)
            operation["responses"]["4XX"] = REFUSED
    return paths


def _filled(value: Any, schemas: dict[str, Any]) -> Any:
    """Return a part of the document with schemas in the place of their names."""
    if isinstance(value, list):
        return [_filled(each, schemas) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("$ref") in schemas:
        return schemas[value["$ref"]]
    return {key: _filled(each, schemas) for key, each in value.items()}
