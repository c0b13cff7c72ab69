"""Whatever is asked of the server, by who has the key, it answers as it says and never breaks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from pipeline.web import follower
from pipeline.web.application import served
from pipeline.web.children import Children
from pipeline.web.guarding import Door, Guard
from tests.web import ID, PORT, TOKEN, small_library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis import Case

KEY = {"Authorization": f"Bearer {TOKEN}", "Host": f"127.0.0.1:{PORT}"}
HELD = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
UNHURRIED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
EXAMPLES = 20  # of each route, that are as its description has them, and as many that are not
ROUTES = [
    f"{method} {path}"
    for path, route in served(Path("nowhere")).openapi()["paths"].items()
    for method in route
]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return the description of a server with a library behind it."""
    import schemathesis  # takes a second, which no other test is to wait for

    folder = small_library(tmp_path_factory.mktemp("served") / "library")
    app = Guard(served(folder), Door(TOKEN, PORT))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Children, "wake", lambda _: None)  # what is sent is no recording
        patched.setattr(follower, "look_again", lambda *_: None)  # it needs a model
        yield schemathesis.openapi.from_asgi("/openapi.json", app, headers=KEY)


@pytest.fixture(scope="module")
def checks() -> Any:
    """Return what must hold of every answer."""
    from schemathesis.checks import CHECKS, load_all_checks

    load_all_checks()
    return CHECKS.get_by_names(HELD)


@pytest.mark.parametrize("meant", [True, False], ids=["meant", "not meant"])
@pytest.mark.parametrize("route", ROUTES)
def test_no_question_breaks_it(api: Any, checks: Any, route: str, meant: bool) -> None:
    from schemathesis import GenerationMode

    mode = GenerationMode.POSITIVE if meant else GenerationMode.NEGATIVE
    method, path = route.split(" ")
    operation = api[path][method]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        suppress_health_check=UNHURRIED,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case[Any]) -> None:
        case.call_and_validate(headers=KEY, checks=checks)
        if "identity" in (case.path_parameters or {}):
            case.path_parameters["identity"] = ID
            case.call_and_validate(headers=KEY, checks=checks)

    ask()
