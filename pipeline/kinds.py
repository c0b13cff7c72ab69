"""Which files are recordings by the suffix of their name, and which are surely none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

MEDIA_SUFFIXES = frozenset(
    f".{name}"
    for names in (
        "3g2 3gp aac ac3 aif aifc aiff alac amr ape asf au avi caf dss flac flv gsm m2ts m4a m4b",
        "m4v mka mkv mov mp1 mp2 mp3 mp4 mpc mpeg mpg mpga mts mxf oga ogg ogm ogv opus ra rm snd",
        "sph spx tta vob w64 wav weba webm wma wmv wv",
    )
    for name in names.split()
)
# What stands beside recordings in people's folders and needs no opening to be passed over.
OTHER_SUFFIXES = frozenset(
    f".{name}"
    for names in (
        "ass bak bmp crdownload css csv db doc docx download eaf filepart gif heic htm html ini",
        "jpeg jpg js json lab log m3u m3u8 md ods odt opdownload pages part partial pdf pls png",
        "ppt pptx py qdpx rtf rttm srt ssa stm sub svg textgrid tmp toml tsv txt vtt webp xls xlsx",
        "xml yaml yml zip zoom",
    )
    for name in names.split()
)

# What relisten keeps beside the file of a library: its own copies are nobody's recordings.
LIBRARY_FILE = "library.sqlite"
OF_LIBRARY = {"copies", "locks"}


def kept_by_relisten(names: Collection[str]) -> set[str]:
    """Return which of the names in one folder are of folders that belong to a library there."""
    return OF_LIBRARY.intersection(names) if LIBRARY_FILE in names else set()


def is_kept_by_relisten(path: Path) -> bool:
    """Tell whether a file lies in a folder that belongs to a library beside it."""
    return path.parent.name in OF_LIBRARY and (path.parent.parent / LIBRARY_FILE).exists()
