"""OpenAPI says of every answer what it is, and every answer is what OpenAPI says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from pipeline.web import schemas
from pipeline.web.application import served
from tests.web import ID, client, get, small_library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLACES = {
    "/api/recordings": "/api/recordings",
    "/api/search?query=dollars&questions=0": "/api/search",
    "/api/search?query=pay&questions=1": "/api/search",
    f"/api/recordings/{ID}": "/api/recordings/{identity}",
    f"/api/recordings/{ID}/version": "/api/recordings/{identity}/version",
    f"/api/recordings/{ID}/speakers": "/api/recordings/{identity}/speakers",
    f"/api/recordings/{ID}/corrections": "/api/recordings/{identity}/corrections",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_library(tmp_path_factory.mktemp("served") / "library")


@pytest.fixture(scope="module")
def document(folder: Path) -> Any:
    return get(folder, "/openapi.json").data


def operations(document: Any) -> Iterator[tuple[str, Any]]:
    for path, route in document["paths"].items():
        for method, operation in route.items():
            yield f"{method} {path}", operation


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_it_is_openapi(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["security"] == [{"token": []}]
    assert "HTTPValidationError" not in json.dumps(document)


def test_every_reference_leads_to_a_schema(document: Any) -> None:
    known = {f"{schemas.COMPONENTS}{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= known


def test_every_answer_has_a_schema(document: Any) -> None:
    without = [
        name
        for name, operation in operations(document)
        for status, answer in operation["responses"].items()
        if status != "304"
        and not all(each.get("schema") for each in answer.get("content", {"": {}}).values())
    ]
    assert without == []


def test_every_route_says_what_it_is_for(document: Any) -> None:
    assert [name for name, each in operations(document) if not each.get("description")] == []


def test_what_is_wrong_is_described(document: Any) -> None:
    for _, operation in operations(document):
        assert list(references(operation["responses"]["4XX"])) == [f"{schemas.COMPONENTS}Wrong"]


@pytest.mark.parametrize("place", PLACES)
def test_answers_are_what_is_said_of_them(folder: Path, document: Any, place: str) -> None:
    responses = document["paths"][PLACES[place]]["get"]["responses"]
    schema = responses["200"]["content"]["application/json"]["schema"]
    got = get(folder, place)
    assert got.status == 200
    jsonschema_rs.validate({**schema, "components": document["components"]}, got.data)


def test_an_answer_that_lacks_a_field_is_not(folder: Path, document: Any) -> None:
    responses = document["paths"]["/api/recordings/{identity}"]["get"]["responses"]
    schema = responses["200"]["content"]["application/json"]["schema"]
    shown = get(folder, f"/api/recordings/{ID}").data
    del shown["contents"]["turns"][0]["words"]
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validate({**schema, "components": document["components"]}, shown)


def test_fields_are_those_of_the_dataclasses(document: Any) -> None:
    known = document["components"]["schemas"]
    assert list(known["Word"]["properties"])[:3] == ["start", "end", "text"]
    assert known["Layout"]["enum"] == ["mono", "dual-mono", "channel-per-speaker", "room"]
    recording = known["pipeline__recording__Recording"]["properties"]
    assert recording["path"]["type"] == "string"
    assert recording["tracks"]["items"] == {"$ref": f"{schemas.COMPONENTS}Track"}


def test_it_is_worked_out_once(folder: Path) -> None:
    app = served(folder)
    assert app.openapi() is app.openapi()


def test_nobody_reads_it_without_the_key(folder: Path) -> None:
    assert client(folder, authorization="").get("/openapi.json").status_code == 401
