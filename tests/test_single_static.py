"""The static files of a page, and how its modules bring in each other by name."""

from __future__ import annotations

import re
import subprocess
import sys
from urllib.parse import unquote

import pytest

from pipeline.export.as_html import FIRST_SCRIPT, STYLES
from pipeline.export.single.static import addresses, bare, read

MODULES = tuple(addresses(FIRST_SCRIPT))
COMMENTS = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)


def code(name: str) -> str:
    """Return a script without its comments."""
    return COMMENTS.sub("", read(name))


@pytest.mark.parametrize(
    ("statement", "rewritten"),
    [
        ('import { a } from "./a.js";', 'import { a } from "a.js";'),
        ('import "./a-b.js";', 'import "a-b.js";'),
        ('import a, { b as c } from "./a.js";', 'import a, { b as c } from "a.js";'),
        ('import * as a from "./a.js";', 'import * as a from "a.js";'),
        ('import {\n  a,\n  b,\n} from "./a.js";', 'import {\n  a,\n  b,\n} from "a.js";'),
        ('export { a } from "./a.js";', 'export { a } from "a.js";'),
        ('export * from "./a.js";', 'export * from "a.js";'),
        ('const said = `import "./a.js";`;', 'const said = `import "./a.js";`;'),
        (' * @param {import("./a.js").A} a', ' * @param {import("./a.js").A} a'),
        ('  import "./a.js";', '  import "./a.js";'),
        ('export const a = "./a.js";', 'export const a = "./a.js";'),
        ('import { a } from "a";', 'import { a } from "a";'),
    ],
)
def test_a_module_brings_in_others_by_their_names_alone(statement: str, rewritten: str) -> None:
    assert bare(statement) == rewritten


def test_two_statements_are_not_taken_for_one() -> None:
    text = 'export const a = 1;\nimport { b } from "./b.js";\nimport { c } from "./c.js";\n'
    assert bare(text) == text.replace("./", "")


def test_a_module_is_found_however_deep_and_once() -> None:
    assert list(MODULES) == sorted(set(MODULES))
    assert {"single.js", "view.js", "player.js", "words.js", "peaks.js"} <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_an_address_holds_the_whole_module(name: str) -> None:
    head, comma, held = addresses(FIRST_SCRIPT)[name].partition(",")
    assert (head, comma) == ("data:text/javascript;charset=utf-8", ",")
    assert unquote(held) == bare(read(name))
    assert not set(held) & set("<#\n\r\t")
    assert held.isascii()


@pytest.mark.parametrize("name", MODULES)
def test_a_module_brings_in_others_in_statements_alone(name: str) -> None:
    left = code(name)
    assert "import(" not in left
    assert "import.meta" not in left
    brought = re.findall(r"""\bfrom\s*["'](\.[^"']*)["']|^import\s*["'](\.)""", bare(left), re.M)
    assert brought == []


@pytest.mark.parametrize("name", MODULES)
def test_no_module_of_a_page_asks_a_server(name: str) -> None:
    assert not re.search(
        r"\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|/api/", code(name)
    )


@pytest.mark.parametrize("name", STYLES)
def test_no_style_needs_another_file_or_ends_its_element(name: str) -> None:
    text = read(name)
    assert "url(" not in text
    assert "@import" not in text
    assert "</" not in text


def test_what_is_not_there_is_an_error_of_ours() -> None:
    with pytest.raises(FileNotFoundError):
        read("nothing.js")


def test_a_page_is_written_without_the_server() -> None:
    script = (
        "import sys; from pipeline.export import FORMATS; from tests.values import rich_document; "
        "FORMATS['html'].write(rich_document()); "
        "print({'fastapi', 'uvicorn', 'pipeline.web', 'av'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout == "set()\n"
