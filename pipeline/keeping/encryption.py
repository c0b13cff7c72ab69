"""Whether the disk under a folder is encrypted, where the system tells; where not, nothing is said.

What a disk does inside itself, and what is under a virtual machine, no program can see.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ENCRYPTED_KINDS = {"ecryptfs", "fuse.gocryptfs", "fuse.encfs", "fuse.cryfs", "fuse.securefs"}
ON_DISKS = {"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "jfs", "reiserfs", "vfat", "exfat"}
ON_DISKS |= {"ntfs", "ntfs3", "fuseblk", "bcachefs", "nilfs2"}
FLAGS_OF_FILE, ENCRYPTED_FLAG = 0x80086601, 0x800  # FS_IOC_GETFLAGS and FS_ENCRYPT_FL of Linux
PATIENCE = 5.0  # seconds for fdesetup
VIRTUAL = "/virtio"  # a disk that another machine lends: what is under it is not to be seen
EXTERNAL = "/Volumes/"  # where a Mac has other disks than its own


@dataclass(frozen=True, slots=True)
class Mount:
    """What is mounted where: a line of /proc/self/mountinfo."""

    point: str
    number: str  # of the device, as 8:1; 0:n is none that there is
    kind: str  # of the file system
    source: str


def encrypted(folder: Path) -> bool | None:
    """Tell whether what is in a folder lies encrypted on its disk; None where it is not known."""
    system = platform.system()
    if system == "Linux":
        return encrypted_on_linux(folder, Path("/"))
    if system == "Darwin" and not str(folder.resolve()).startswith(EXTERNAL):
        return filevault(_answer_of_fdesetup())
    return None


def encrypted_on_linux(folder: Path, root: Path) -> bool | None:
    """Tell by the files in which Linux describes itself, /proc and /sys below `root`."""
    try:
        told = (root / "proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    mount = mount_of(str(folder.resolve()), tuple(mounts(told)))
    if mount is None:
        return None
    if mount.kind in ENCRYPTED_KINDS or _folder_is_encrypted(folder):
        return True
    number = _number_of(mount)
    return _device_is_encrypted(root / "sys/dev/block" / number) if number else None


def mounts(told: str) -> Iterator[Mount]:
    """Yield what /proc/self/mountinfo lists: see proc(5). Lines of another form are left out."""
    for line in told.splitlines():
        before, _, after = line.partition(" - ")
        fields, rest = before.split(" "), after.split(" ")
        if len(fields) >= 5 and len(rest) >= 2:
            yield Mount(_plain(fields[4]), fields[2], rest[0], _plain(rest[1]))


def _plain(field: str) -> str:
    r"""Return a field without its escapes: a space is written as \040."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), field)


def mount_of(path: str, known: tuple[Mount, ...]) -> Mount | None:
    """Return the mount that a path is on: the deepest, and of those the last: it hides others."""
    within = [each for each in known if f"{path}/".startswith(f"{each.point.rstrip('/')}/")]
    return max(reversed(within), key=lambda each: len(each.point), default=None)


def _number_of(mount: Mount) -> str:
    """Return the number of a mount's device; of btrfs, which has none, that of its source."""
    if mount.kind not in ON_DISKS:
        return ""
    if not mount.number.startswith("0:"):
        return mount.number
    with contextlib.suppress(OSError):
        device = Path(mount.source).stat().st_rdev
        return f"{os.major(device)}:{os.minor(device)}" if device else ""
    return ""


def _device_is_encrypted(device: Path) -> bool | None:
    """Tell whether a device, or all that it is made of, is encrypted by the system."""
    if not device.exists() or (device / "loop").exists() or VIRTUAL in str(device.resolve()):
        return None
    with contextlib.suppress(OSError):
        if (device / "dm/uuid").read_text(encoding="utf-8").startswith("CRYPT-"):
            return True
    try:
        below = sorted((device / "slaves").iterdir())
    except OSError:
        return False
    answers = {_device_is_encrypted(each) for each in below}
    if False in answers or not answers:
        return False
    return None if None in answers else True


def _folder_is_encrypted(folder: Path) -> bool:
    """Tell whether the file system encrypts this folder by itself, as ext4 and f2fs can."""
    try:
        import fcntl
    except ImportError:  # Windows has none, and pretends to be Linux only in tests
        return False
    try:
        opened = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        answer = fcntl.ioctl(opened, FLAGS_OF_FILE, bytes(8))
    except OSError:
        return False
    finally:
        os.close(opened)
    return bool(int.from_bytes(answer[:4], "little") & ENCRYPTED_FLAG)


def filevault(answer: str) -> bool | None:
    """Tell by what fdesetup says."""
    match = re.search(r"FileVault is (On|Off)\b", answer)
    return None if match is None else match[1] == "On"


def _answer_of_fdesetup() -> str:
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        command = ["/usr/bin/fdesetup", "status"]
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
        )
        return done.stdout
    return ""
