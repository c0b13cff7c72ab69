"""The query language: what is typed, read once for command line, API and web (pure)."""

from pipeline.query.asked import Field, Query
from pipeline.query.reading import parse

__all__ = ["Field", "Query", "parse"]
