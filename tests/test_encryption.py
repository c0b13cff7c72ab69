"""Whether a disk is encrypted, told by made-up trees of /proc and /sys, or not at all."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import pytest

from pipeline.keeping import encryption
from pipeline.keeping.encryption import (
    Mount,
    encrypted,
    encrypted_on_linux,
    filevault,
    mount_of,
    mounts,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows makes no such trees")
LUKS = "CRYPT-LUKS2-00ff-home"


def machine(
    root: Path, *lines: str, devices: dict[str, tuple[str, ...]], uuids: dict[str, str]
) -> Path:
    """Return a made-up root: mounts, devices with what each is made of, and their dm/uuid."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/mountinfo").write_text("\n".join(lines), encoding="utf-8")
    blocks = root / "sys/dev/block"
    blocks.mkdir(parents=True)
    for number, below in devices.items():
        (blocks / number).mkdir()
        if below:
            (blocks / number / "slaves").mkdir()
        for each in below:
            (blocks / number / "slaves" / each.replace(":", "-")).symlink_to(blocks / each)
    for number, uuid in uuids.items():
        (blocks / number / "dm").mkdir()
        (blocks / number / "dm/uuid").write_text(f"{uuid}\n", encoding="utf-8")
    return root


def line(point: str, number: str = "8:1", kind: str = "ext4", source: str = "/dev/sda1") -> str:
    return f"36 35 {number} / {point} rw,noatime shared:1 master:1 - {kind} {source} rw,errors=x"


@pytest.mark.parametrize(
    ("devices", "uuids", "answer"),
    [
        ({"8:1": ()}, {}, False),
        ({"8:1": ()}, {"8:1": LUKS}, True),
        ({"8:1": ()}, {"8:1": "LVM-abc"}, False),
        ({"8:1": ("8:2",), "8:2": ()}, {"8:1": "LVM-abc", "8:2": LUKS}, True),
        ({"8:1": ("8:2",), "8:2": ()}, {"8:1": "LVM-abc"}, False),
        ({"8:1": ("8:2", "8:3"), "8:2": (), "8:3": ()}, {"8:2": LUKS, "8:3": LUKS}, True),
        ({"8:1": ("8:2", "8:3"), "8:2": (), "8:3": ()}, {"8:2": LUKS}, False),
        ({}, {}, None),
    ],
    ids=[
        "a plain disk",
        "LUKS",
        "volumes without",
        "volumes on LUKS",
        "volumes on a plain disk",
        "two disks, both encrypted",
        "two disks, one of them plain",
        "no such device",
    ],
)
def test_a_disk_is_encrypted_if_all_that_it_is_made_of_is(
    tmp_path: Path,
    devices: dict[str, tuple[str, ...]],
    uuids: dict[str, str],
    answer: bool | None,
) -> None:
    root = machine(tmp_path / "root", line("/"), devices=devices, uuids=uuids)
    assert encrypted_on_linux(tmp_path, root) is answer


@pytest.mark.parametrize(
    ("kind", "answer"),
    [("tmpfs", None), ("nfs4", None), ("overlay", None), ("zfs", None), ("fuse.gocryptfs", True)],
)
def test_of_what_is_on_no_disk_only_what_is_sure_is_said(
    tmp_path: Path, kind: str, answer: bool | None
) -> None:
    root = machine(tmp_path / "root", line("/", "0:40", kind), devices={"0:40": ()}, uuids={})
    assert encrypted_on_linux(tmp_path, root) is answer


def test_a_disk_that_another_machine_lends_is_not_judged(tmp_path: Path) -> None:
    root = machine(tmp_path / "root", line("/"), devices={}, uuids={})
    real = tmp_path / "root/sys/devices/pci0/virtio1/block/vda"
    real.mkdir(parents=True)
    (root / "sys/dev/block/8:1").symlink_to(real)
    assert encrypted_on_linux(tmp_path, root) is None


def test_a_file_that_is_used_as_a_disk_is_not_judged(tmp_path: Path) -> None:
    root = machine(tmp_path / "root", line("/"), devices={"8:1": ()}, uuids={})
    (root / "sys/dev/block/8:1/loop").mkdir()
    assert encrypted_on_linux(tmp_path, root) is None


def test_a_file_system_without_a_device_of_its_own_is_known_by_its_source(tmp_path: Path) -> None:
    plain = tmp_path / "no device"  # as a path without a device behind it
    plain.touch()
    source = str(plain).replace(" ", r"\040")
    mounted = line("/", "0:30", "btrfs", source)
    root = machine(tmp_path / "root", mounted, devices={"0:30": ()}, uuids={})
    assert encrypted_on_linux(tmp_path, root) is None


def test_a_folder_that_the_file_system_encrypts_is_encrypted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = machine(tmp_path / "root", line("/"), devices={"8:1": ()}, uuids={})
    fcntl = pytest.importorskip("fcntl")
    flags = (0x800 | 0x80000).to_bytes(8, "little")
    monkeypatch.setattr(fcntl, "ioctl", lambda *_: flags)
    assert encrypted_on_linux(tmp_path, root) is True


def test_without_a_list_of_mounts_nothing_is_known(tmp_path: Path) -> None:
    assert encrypted_on_linux(tmp_path, tmp_path / "nowhere") is None


def test_mounts_are_read_with_their_escapes_and_without_lines_of_another_form() -> None:
    told = line(r"/my\040disk", "8:2", "vfat", "/dev/sdb1") + "\nnonsense\n\n36 35 - x"
    assert list(mounts(told)) == [Mount("/my disk", "8:2", "vfat", "/dev/sdb1")]


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("/home/ann/library", "8:2"),
        ("/home", "8:3"),
        ("/homework", "8:1"),
        ("/", "8:1"),
    ],
)
def test_a_path_is_on_its_deepest_mount_and_of_two_on_the_later(path: str, number: str) -> None:
    known = [("/", "8:1"), ("/home", "8:9"), ("/home", "8:3"), ("/home/ann", "8:2")]
    found = mount_of(path, tuple(Mount(point, each, "ext4", "") for point, each in known))
    assert found is not None
    assert found.number == number


def test_a_path_that_nothing_is_mounted_for_is_on_none() -> None:
    assert mount_of("/home", (Mount("/proc", "0:3", "proc", "proc"),)) is None


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        ("FileVault is On.\n", True),
        ("FileVault is Off.\n", False),
        ("FileVault is Off.\nDeferred enablement appears to be active for user 'ann'.", False),
        ("FileVault is On.\nDecryption in progress: Percent completed = 5.0", True),
        ("fdesetup: device is not supported.", None),
        ("", None),
    ],
)
def test_what_a_mac_answers_is_understood(answer: str, known: bool | None) -> None:
    assert filevault(answer) is known


def test_a_mac_is_asked_of_its_own_disk_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(encryption, "_answer_of_fdesetup", lambda: "FileVault is On.")
    assert encrypted(tmp_path) is True
    assert encrypted(Path("/Volumes/usb/library")) is None


def test_a_mac_without_fdesetup_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr("subprocess.run", missing)
    assert encrypted(tmp_path) is None


def test_windows_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    assert encrypted(tmp_path) is None
