"""How this process keeps memory: what is freed between windows is wanted again at once."""

from __future__ import annotations

import ctypes
import platform

# Of glibc's mallopt(3). Each window takes and frees tens of megabytes; given back to the system
# and fetched again, page by page, they cost a third of the encoder's time.
TRIM_THRESHOLD = -1
MMAP_MAX = -4
NEVER = 2**31 - 1


def keep_freed_memory() -> bool:
    """Have freed memory kept by the process; tell whether the C library here can do so."""
    if not _is_glibc():
        return False
    library = ctypes.CDLL(None)
    return bool(library.mallopt(MMAP_MAX, 0) and library.mallopt(TRIM_THRESHOLD, NEVER))


def give_back_memory() -> bool:
    """Give back what is free, for what comes after the windows; tell whether there was any."""
    return _is_glibc() and bool(ctypes.CDLL(None).malloc_trim(0))


def _is_glibc() -> bool:
    return platform.libc_ver()[0] == "glibc"
