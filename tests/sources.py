"""The source files of the project, parsed, for tests of how it is written."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("pipeline", "models")
TESTS = ROOT / "tests"


def source_files() -> list[Path]:
    """Return the files that are installed."""
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return sorted([*files, ROOT / "cli.py"])


def all_files() -> list[Path]:
    """Return every Python file of the repository."""
    folders = (TESTS, ROOT / "benchmarks", ROOT / "data" / "samples", ROOT / "docs")
    return [*source_files(), *(path for folder in folders for path in sorted(folder.rglob("*.py")))]


def lines(path: Path) -> list[str]:
    """Return the lines of a file."""
    return path.read_text(encoding="utf-8").splitlines()


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def short(path: Path) -> str:
    """Return a path as people in the repository write it."""
    return path.relative_to(ROOT).as_posix()


def module_name(path: Path) -> str:
    """Return the name by which a file is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
