"""The library kept safe, and recordings forgotten."""
