"""The pages', styles' and scripts' files, which the server shows and a page carries within it.

They lie where the server has them, as most are its alone. They are read as data of the package:
no code of the server is imported for it.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from urllib.parse import quote

# A statement that brings in another of our modules; one that brings in anything else is none.
IMPORTS = re.compile(
    r"""^((?:import|export)\s[^"';]*?\bfrom\s*|import\s*)"\./([\w-]+\.js)";""", re.MULTILINE
)
# What a script's address may have as it is: all that can be printed, but for what would end the
# address, be taken for a code in it, or end the script that it stands in.
PLAIN = "".join(chr(each) for each in range(0x20, 0x7F) if chr(each) not in "%#<")


@cache
def read(name: str) -> str:
    """Return the text of a static file."""
    found = resources.files("pipeline").joinpath("web", "static", name)
    return found.read_text(encoding="utf-8")


@cache
def addresses(first: str) -> dict[str, str]:
    """Return a module and all that it brings in, each as an address that holds it, by name.

    A browser loads no file beside a page that is a file itself; so each module is in its own
    address, and brings in others by their bare names, which an import map tells.
    """
    found: dict[str, str] = {}
    wanted = [first]
    while wanted:
        name = wanted.pop()
        if name not in found:
            text = read(name)
            found[name] = f"data:text/javascript;charset=utf-8,{quote(bare(text), safe=PLAIN)}"
            wanted += [match[2] for match in IMPORTS.finditer(text)]
    return dict(sorted(found.items()))


def bare(script: str) -> str:
    """Return a module that brings in others by their names alone."""
    return IMPORTS.sub(r'\1"\2";', script)
