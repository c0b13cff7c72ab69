"""Names and products that may be said, as a file lists them."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LONGEST_TERM = 100  # characters
_LABELLED = re.compile(r"^(?P<name>.*\S)\s*\[(?P<label>[A-Za-z_]+)\]$")
DIGEST_LENGTH = 12  # hexadecimal digits: enough to tell one person's lists apart


def read_vocabulary(path: Path) -> tuple[str, ...]:
    """Return the terms of a file, one a line, each once, in its order.

    A line may say what a name is, as "Quickcrate [ORG]", which it keeps. Lines that begin with #
    and blank ones are passed over. Raises UsageError, which says why, for
    a file that lists none.
    """
    terms = dict.fromkeys(
        " ".join(line.split())
        for line in _text(path).splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    )
    if not terms:
        raise UsageError(f"{path}: there is no word in this file. Write one name on each line.")
    for term in terms:
        if len(term) > LONGEST_TERM:
            raise UsageError(
                f"{path}: {term[:40]!r}... is longer than {LONGEST_TERM} characters. Write one "
                "name on each line."
            )
    return tuple(terms)


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{path}: it cannot be read ({reason}). Check the name.") from error
    except UnicodeDecodeError as error:
        raise _no_text(path) from error
    if "\0" in text:
        raise _no_text(path)
    return text


def _no_text(path: Path) -> UsageError:
    return UsageError(f"{path}: this is no plain text. Save it as text in UTF-8.")


def named_as(term: str) -> tuple[str, str]:
    """Return the name that a line lists and the label that it gives it, "" for none."""
    match = _LABELLED.match(term)
    return (match["name"], match["label"].upper()) if match else (term, "")


def spoken_terms(terms: Iterable[str]) -> tuple[str, ...]:
    """Return the names that lines list, as they are said: each once, without labels."""
    return tuple(dict.fromkeys(named_as(term)[0] for term in terms))


def vocabulary_digest(terms: Iterable[str]) -> str:
    """Return what tells one list of names from another, in whatever order; nothing for none."""
    listed = sorted(set(spoken_terms(terms)))
    if not listed:
        return ""
    return hashlib.sha256("\n".join(listed).encode()).hexdigest()[:DIGEST_LENGTH]
