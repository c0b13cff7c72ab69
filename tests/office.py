"""Programs that open what we write as a reader's own would: LibreOffice, and poppler."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    Picture = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]

SECONDS = 120  # for its first start on a busy machine
WORD = "docx:MS Word 2007 XML"


def missing(program: str) -> NoReturn:
    """Skip a test that asks a program; in CI, which installs it, fail instead."""
    if os.environ.get("CI"):
        pytest.fail(f"{program} is not installed: make programs")
    pytest.skip(f"{program} is not installed")


def opened(files: Iterable[Path], kind: str, folder: Path) -> list[Path]:
    """Have LibreOffice open files and save them in a folder as "pdf", "odt" or `WORD`.

    Skips the test where it is not installed, but in CI. Its profile is the folder's own, so that
    it neither finds nor leaves anything.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        missing("LibreOffice")
    given = list(files)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    done = subprocess.run(
        [program, profile, "--headless", "--convert-to", kind, "--outdir", folder, *given],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    made = [folder / f"{each.stem}.{kind.partition(':')[0]}" for each in given]
    assert [path for path in made if not path.is_file()] == [], done.stdout + done.stderr
    return made


def pictures(path: Path) -> list[Picture]:
    """Return the pages of a PDF as poppler draws them, 40 dots an inch, from black to white (255).

    Skips the test where it is not installed, but in CI.
    """
    if shutil.which("pdftoppm") is None:
        missing("poppler")
    stem = path.with_suffix("")
    subprocess.run(
        ["pdftoppm", "-r", "40", "-gray", path, stem],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    drawn = sorted(path.parent.glob(f"{path.stem}-*.pgm"))
    made = [_pixels(each.read_bytes()) for each in drawn]
    for each in drawn:
        each.unlink()
    return made


def _pixels(drawn: bytes) -> Picture:
    """Read a picture in the plainest of formats, binary PGM."""
    kind, size, most, pixels = drawn.split(b"\n", 3)
    assert (kind, most) == (b"P5", b"255")
    width, height = map(int, size.split())
    return np.frombuffer(pixels, np.uint8).reshape(height, width)


def assert_well_set(page: Picture) -> None:
    """Check that there is something on a page, and nothing at its edges."""
    ink = page < 250
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    assert len(rows) > 10
    height, width = page.shape
    edge = 20  # dots, 13 mm
    assert rows[0] >= edge - 4
    assert rows[-1] < height - edge + 4
    assert columns[0] >= edge
    assert columns[-1] < width - edge
