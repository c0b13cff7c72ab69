"""JSON data as values of types: dataclasses, tuples, mappings, what may be null. What is not of its
type is refused with its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints


def read(kind: Any, data: Any, where: str = "") -> Any:
    """Return JSON data as a value of a type; raises ValueError. `where` names it in messages."""
    arguments = get_args(kind)
    if get_origin(kind) is tuple:
        return _read_list(arguments, data, where)
    if get_origin(kind) is Mapping:
        return _read_mapping(arguments[1], data, where)
    if arguments:  # the one other form of type in the schema: X | None
        return None if data is None else read(arguments[0], data, where)
    return _read_object(kind, data, where) if is_dataclass(kind) else _read_one(kind, data, where)


def _read_one(kind: Any, data: Any, where: str) -> Any:
    """Return a text, a number, or one of a few values by what is written for it."""
    if issubclass(kind, Enum):
        known = [each.value for each in kind]
        if data not in known:
            raise ValueError(f"{where} is {data!r}, none of {', '.join(map(str, known))}")
        return kind(data)
    if kind is float and type(data) is int:
        return float(data)
    if type(data) is not kind:
        raise ValueError(f"{where} is {data!r}, not of type {kind.__name__}")
    return data


def _read_object(kind: Any, data: Any, where: str) -> Any:
    """Return a JSON object as a dataclass; fields that have a default may be absent."""
    if not isinstance(data, dict):
        raise ValueError(f"{where} is {data!r}, not an object")
    values = {}
    for known in fields(kind):
        inner = f"{where}.{known.name}".lstrip(".")
        if known.name in data:
            values[known.name] = read(_types(kind)[known.name], data[known.name], inner)
        elif known.default is MISSING and known.default_factory is MISSING:
            raise ValueError(f"{inner} is missing")
    try:
        return kind(**values)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error


def _read_mapping(kind: Any, data: Any, where: str) -> dict[str, Any]:
    """Return a JSON object as values of one type by name."""
    if not isinstance(data, dict):
        raise ValueError(f"{where} is {data!r}, not an object")
    return {name: read(kind, value, f"{where}.{name}") for name, value in data.items()}


def _read_list(arguments: tuple[Any, ...], data: Any, where: str) -> tuple[Any, ...]:
    """Return a JSON list as a tuple: of one type throughout, or of one type per place."""
    if not isinstance(data, list):
        raise ValueError(f"{where} is {data!r}, not a list")
    kinds = (arguments[0],) * len(data) if arguments[-1] is Ellipsis else arguments
    if len(kinds) != len(data):
        raise ValueError(f"{where} has {len(data)} parts, not {len(kinds)}")
    return tuple(
        read(kind, item, f"{where}[{place}]")
        for place, (kind, item) in enumerate(zip(kinds, data, strict=True))
    )


@cache
def _types(kind: type) -> dict[str, Any]:
    """Return the types of a dataclass's fields."""
    return get_type_hints(kind)
