"""Names of files: what every system takes is kept, and nothing else."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.file_names import DEVICES, LONGEST_NAME, LONGEST_NAME_BYTES, safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("call", "call"),
        ("First call with Anna", "First call with Anna"),
        ("Zürich – Besuch 🎤", "Zürich – Besuch 🎤"),
        ("打ち合わせ", "打ち合わせ"),
        ("12:34 what?", "12_34 what_"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\nb\tc", "a_b_c"),
        ("two   spaces", "two spaces"),
        ("trailing. . .", "trailing"),
        (" .hidden", "hidden"),
        ("v1.2 final", "v1.2 final"),
        ("", "_"),
        (" . ", "_"),
        ("\udcff", "_"),
        ("\u202egnp.exe", "_gnp.exe"),
        ("con", "_con"),
        ("CON.backup", "_CON.backup"),
        ("con .txt", "_con .txt"),
        ("Lpt9", "_Lpt9"),
        ("com¹", "_com¹"),
        ("CONIN$", "_CONIN$"),
        ("console", "console"),
        ("com10", "com10"),
        ("x" * 200, "x" * LONGEST_NAME),
        ("x" * 119 + ". y", "x" * 119),
        ("e\u0301", "é"),
    ],
)
def test_a_name_keeps_what_every_system_takes(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(
    st.text(max_size=300)
    | st.sampled_from(sorted(DEVICES)).flatmap(
        lambda device: st.text(max_size=140).map(lambda rest: device + rest)
    )
)
@example("con." + "x" * 200)
@example("🎤" * 200)
@example("e\u0301" * 200)
@example("x" * 119 + " .")
def test_a_safe_name_is_a_file_on_every_system_and_safe_once_and_for_all(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert len(safe) <= LONGEST_NAME
    assert len(safe.encode()) <= LONGEST_NAME_BYTES
    assert not set(safe) & set('<>:"/\\|?*')
    assert not any(unicodedata.category(mark).startswith("C") for mark in safe)
    assert safe == safe.strip(" .")
    assert safe.split(".")[0].strip().casefold() not in DEVICES
    assert safe_name(safe) == safe
