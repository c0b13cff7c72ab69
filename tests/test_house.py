"""The rules of the house that linters do not know."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

import pytest

from tests.sources import TESTS, all_files, lines, parsed, short, source_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Function = ast.FunctionDef | ast.AsyncFunctionDef

USUAL_BODY, LONGEST_BODY = 20, 60  # lines: of nine functions in ten, and of any
LONGEST_MODULE = 350  # lines
MOST_PARAMETERS = 6
# Whose `open` opens no text file.
OTHER_OPENERS = {"av", "os", "tarfile", "zipfile", "webbrowser", "wave", "soundfile"}
FILES = source_files()


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_length(function: Function) -> int:
    """Return the lines from a function's first statement to its last, without its docstring."""
    first, *rest = function.body
    documented = ast.get_docstring(function) is not None
    statements = rest if documented else [first, *rest]
    if not statements:
        return 0
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1


def parameters(function: Function) -> list[str]:
    taken = function.args
    names = [each.arg for each in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]
    return [name for name in names if name not in {"self", "cls"}]


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            yield node


def opens_text(call: ast.Call) -> bool:
    """Tell whether a call reads or writes text in a file, in the platform's encoding or another."""
    match call.func:
        case ast.Attribute(attr="read_text" | "write_text"):
            return True
        case ast.Attribute(value=ast.Name(id=module), attr="open") if module in OTHER_OPENERS:
            return False
        case ast.Name(id="open"):
            mode = call.args[1] if len(call.args) > 1 else None
        case ast.Attribute(attr="open"):
            mode = call.args[0] if call.args else None
        case _:
            return False
    modes = [word.value for word in call.keywords if word.arg == "mode"]
    said = modes[0] if modes else mode
    return said is None or "b" not in ast.unparse(said)


def source(text: str) -> ast.Call:
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call)
    return call


def test_nine_bodies_in_ten_are_short() -> None:
    lengths = sorted(body_length(each) for path in FILES for each in functions(path))
    assert lengths[len(lengths) * 9 // 10] <= USUAL_BODY


def test_no_body_is_long() -> None:
    long = {
        f"{short(path)}: {each.name}": body_length(each)
        for path in FILES
        for each in functions(path)
        if body_length(each) > LONGEST_BODY
    }
    assert long == {}


@pytest.mark.parametrize("path", FILES, ids=short)
def test_no_module_is_long(path: Path) -> None:
    assert len(lines(path)) <= LONGEST_MODULE


@pytest.mark.parametrize("path", FILES, ids=short)
def test_no_function_takes_many_parameters(path: Path) -> None:
    many = {
        each.name: parameters(each)
        for each in functions(path)
        if len(parameters(each)) > MOST_PARAMETERS
    }
    assert many == {}


def test_there_is_a_line_of_test_for_each_line_of_source() -> None:
    tested = sum(len(lines(path)) for path in TESTS.rglob("*.py"))
    assert tested >= sum(len(lines(path)) for path in FILES)


@pytest.mark.parametrize("path", all_files(), ids=short)
def test_text_is_read_and_written_as_utf_8(path: Path) -> None:
    careless = [
        f"line {call.lineno}"
        for call in calls(path)
        if opens_text(call)
        and not any(
            word.arg == "encoding" and ast.unparse(word.value) == "'utf-8'"
            for word in call.keywords
        )
    ]
    assert careless == []


@pytest.mark.parametrize("path", FILES, ids=short)
def test_no_shell_is_run_and_nothing_is_forked(path: Path) -> None:
    reckless = [
        f"line {call.lineno}"
        for call in calls(path)
        if ast.unparse(call.func) in {"os.system", "os.popen", "os.fork", "os.forkpty"}
        or any(word.arg == "shell" and ast.unparse(word.value) != "False" for word in call.keywords)
    ]
    assert reckless == []


@pytest.mark.parametrize("path", FILES, ids=short)
def test_no_module_goes_by_the_name_of_one_of_pythons(path: Path) -> None:
    name = path.parent.name if path.stem == "__init__" else path.stem
    assert name not in sys.stdlib_module_names


@pytest.mark.parametrize(
    ("text", "text_file"),
    [
        ("open(p)", True),
        ("open(p, 'w')", True),
        ("open(p, 'rb')", False),
        ("open(p, mode='wb')", False),
        ("path.open()", True),
        ("path.open('r', encoding='utf-8')", True),
        ("path.open('rb')", False),
        ("path.read_text()", True),
        ("path.write_text(t)", True),
        ("path.read_bytes()", False),
        ("av.open(p)", False),
        ("os.open(p, os.O_CREAT)", False),
    ],
)
def test_files_of_text_are_told_from_others(text: str, text_file: bool) -> None:
    assert opens_text(source(text)) is text_file


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("def f():\n  return 1", 1),
        ("def f():\n  '''Do.'''\n\n  x = 1\n\n  return x", 3),
        ("def f():\n  '''Do.'''", 0),
        ("def f(\n  a,\n):\n  return (\n    a\n  )", 3),
    ],
)
def test_a_body_is_counted_without_its_docstring(text: str, length: int) -> None:
    (function,) = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    assert body_length(function) == length
