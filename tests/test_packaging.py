"""What is built holds the program, its schema and its catalog, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.commands import PROJECT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, in the environment that there is."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, PROJECT],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def tracked() -> set[str]:
    """Return the files of the program as they lie in the tree."""
    files = {
        path.relative_to(PROJECT).as_posix()
        for folder in ("pipeline", "models")
        for path in (PROJECT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    return files | {"cli.py"}


def test_the_wheel_holds_the_program_and_only_that(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == tracked()
    data = {"pipeline/library/schema.sql", "models/catalog.toml", "pipeline/export/page.typ"}
    assert data <= held


def test_the_pages_are_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    pages = ("library", "recording", "highlights", "docs", "single")
    assert {f"pipeline/web/static/{page}.html" for page in pages} <= held
    assert {"pipeline/web/static/style.css", "pipeline/web/static/view.js"} <= held


def test_the_wheel_is_well_formed(wheel: Path) -> None:
    toplevel = "pipeline,models,cli.py"
    done = subprocess.run(
        [sys.executable, "-m", "check_wheel_contents", "--toplevel", toplevel, wheel],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    explained = (PROJECT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    names = [line.split(">")[0].split("=")[0].strip() for line in project["dependencies"]]
    assert [name for name in names if f"| {name} " not in explained] == []


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    wanted = [
        line.split(">")[0].split("[")[0]
        for line in (*project["project"]["dependencies"], *project["dependency-groups"]["test"])
        if "python_version" not in line
    ]
    assert [name for name in wanted if name.lower() not in pinned] == []
    assert "torch==2.13.0" in (PROJECT / "constraints.txt").read_text(encoding="utf-8")
