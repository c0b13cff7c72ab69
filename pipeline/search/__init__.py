"""A query to hits, each at the second where the matched words are said."""

from pipeline.library import Order
from pipeline.search.finding import find, search
from pipeline.search.hits import Hit
from pipeline.search.wanted import By, Results, Wanted

__all__ = ["By", "Hit", "Order", "Results", "Wanted", "find", "search"]
