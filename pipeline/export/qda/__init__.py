"""Recordings as a project of the Rotterdam exchange format (REFI-QDA 1.5), for coding software."""
