"""Names that every system takes for a file."""

from __future__ import annotations

import re
import unicodedata

# Under every file system's 255, with room for what stands behind a name.
LONGEST_NAME = 120  # characters
LONGEST_NAME_BYTES = 200  # as UTF-8
# Names that Windows keeps for devices, whatever their suffix.
DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    "conin$",
    "conout$",
    *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"),
}


def safe_name(name: str) -> str:
    """Return a name that every system takes for a file: no marks that mean something, not empty."""
    kept = "".join(
        "_" if character in '<>:"/\\|?*' or unicodedata.category(character)[0] == "C" else character
        for character in unicodedata.normalize("NFC", name)
    )
    kept = re.sub(r"\s+", " ", kept).strip(" .")
    if not kept or kept.split(".")[0].rstrip().casefold() in DEVICES:
        kept = f"_{kept}"
    short = kept[:LONGEST_NAME].encode()[:LONGEST_NAME_BYTES].decode(errors="ignore")
    return short.rstrip(" .")
