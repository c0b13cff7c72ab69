"""How names are written, and when two spellings are one name (pure)."""

from __future__ import annotations

import re

from pipeline.filing import folded

# What a company's name may end in without being another's: matched without case and dots.
_FORMS = (
    "ag bv co company corp corporation gmbh inc incorporated kg limited llc llp lp ltd nv oy plc "
    "pty sa sas sarl se spa srl"
)
FORMS = frozenset(_FORMS.split())
OWNED = re.compile(r"['\u2019]s?$")
ARTICLE = re.compile(r"^the\s+", re.IGNORECASE)
OUTSIDE = ' \t.,;:!?"()[]-\u2013\u2014\u2026'


def bare(text: str) -> str:
    """Return a name without what is only said around it: "the", an owner's 's, outer marks."""
    name = OWNED.sub("", text.strip(OUTSIDE)).strip(OUTSIDE)
    return ARTICLE.sub("", name) or name or text


def key(name: str) -> str:
    """Return a name as it is compared over the library: folded, without a company's form.

    "Acme Corp.", "acme corporation" and "Acme's" come to "acme".
    """
    words = folded(bare(name)).split()
    while len(words) > 1 and words[-1].replace(".", "").strip(",") in FORMS:
        words.pop()
    found = " ".join(words).rstrip(",") or folded(name)
    return found if found == name else key(found)  # what is left may have an article or marks, too
