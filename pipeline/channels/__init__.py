"""What the channels of a recording are, and what of one leaks into another."""
