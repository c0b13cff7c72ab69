"""Formats of other packages: found by name, told where they are broken, never in place of ours."""

from __future__ import annotations

import importlib
import re
import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import UsageError
from pipeline.export import FORMATS
from pipeline.export.others import GROUP, entries
from pipeline.exporting import export_document, known_formats
from tests.sources import ROOT
from tests.values import document, turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Install = Callable[..., None]

GOOD = """
from pipeline.export import Format

def write(document):
    return "\\n".join(turn.text.upper() for turn in document.transcript.turns) + "\\n"

loud = Format("loud", ".txt2", "in capitals", write)
html = Format("html", ".html", "not ours", write)
text = "no format"
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Return what installs a package: a module of a text, and its entry points."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    made: list[str] = []

    def package(source: str, points: str, name: str = "") -> None:
        name = name or f"relisten_loud_{len(made)}"
        made.append(name)
        (site / f"{name}.py").write_text(source, encoding="utf-8")
        info = site / f"{name}-1.0.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        (info / "METADATA").write_text(metadata, encoding="utf-8")
        lines = points.replace("MODULE", name)
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{lines}\n", encoding="utf-8")
        importlib.invalidate_caches()

    yield package
    for name in made:
        sys.modules.pop(name, None)


def test_a_package_s_format_is_asked_for_by_name_and_written_like_ours(
    install: Install, tmp_path: Path
) -> None:
    install(GOOD, "loud = MODULE:loud")
    chosen = known_formats(["txt", " LOUD "])
    assert [each.name for each in chosen] == ["txt", "loud"]
    written = list(export_document(document(turn("Too dear.")), chosen, tmp_path / "out"))
    assert written[1].name == "call-abc123.txt2"
    assert written[1].read_text(encoding="utf-8") == "TOO DEAR.\n"


def test_the_example_of_the_documentation_works(install: Install, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    point, source = re.findall(r"(?:^    .*\n|^\n(?=    ))+", text, re.MULTILINE)[-2:]
    (entry,) = (line for line in dedent(point).splitlines() if " = " in line)
    install(dedent(source), entry.replace('"', ""), "relisten_shout")
    (path,) = export_document(document(turn("Too dear.")), known_formats(["shout"]), tmp_path)
    assert path.read_text(encoding="utf-8") == "TOO DEAR.\n"


def test_nothing_of_theirs_is_imported_before_it_is_asked_for(install: Install) -> None:
    install("raise SystemError('imported')", "loud = MODULE:loud")
    assert known_formats(FORMATS) == list(FORMATS.values())
    with pytest.raises(UsageError, match=rf"There are: {', '.join(FORMATS)}, loud\."):
        known_formats(["louder"])


def test_ours_cannot_be_taken_over(install: Install) -> None:
    install(GOOD, "html = MODULE:html")
    assert known_formats(["html"]) == [FORMATS["html"]]
    assert entries() == {}


@pytest.mark.parametrize(
    ("source", "point", "said"),
    [
        (GOOD, "loud = MODULE:text", "is not a Format of the name 'loud'"),
        (GOOD, "loud = MODULE:html", "is not a Format of the name 'loud'"),
        (GOOD, "loud = MODULE:write", "is not a Format of the name 'loud'"),
        (GOOD, "loud = MODULE:nothing", "cannot be loaded (AttributeError: "),
        (GOOD, "loud = nowhere_at_all:loud", "cannot be loaded (ModuleNotFoundError: "),
        ("import nowhere_at_all", "loud = MODULE:loud", "cannot be loaded (ModuleNotFoundError: "),
        ("def (", "loud = MODULE:loud", "cannot be loaded (SyntaxError: "),
        ("1 / 0", "loud = MODULE:loud", "cannot be loaded (ZeroDivisionError: "),
        ("loud = undefined", "loud = MODULE:loud", "cannot be loaded (NameError: "),
        (
            "from pipeline.export import Format\nloud = Format('loud', 'x', '', str)",
            "loud = MODULE:loud",
            "cannot be loaded (ValueError: not a format's name and suffix",
        ),
    ],
)
def test_one_that_is_broken_is_told_in_a_sentence(
    install: Install, source: str, point: str, said: str
) -> None:
    install(source, point)
    with pytest.raises(UsageError) as caught:
        known_formats(["loud"])
    sentence = str(caught.value)
    assert sentence.startswith("the format 'loud' of the package relisten_loud_0 ")
    assert said in sentence
    assert sentence.endswith("or choose another format.")


def test_of_two_packages_that_bring_one_name_the_first_by_name_is_taken(install: Install) -> None:
    install(GOOD, "loud = MODULE:text")
    install(GOOD, "loud = MODULE:loud")
    assert entries()["loud"].dist is not None
    with pytest.raises(UsageError, match="relisten_loud_0 is not"):
        known_formats(["loud"])


def test_without_any_there_are_ours() -> None:
    assert entries() == {}
