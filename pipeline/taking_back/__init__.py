"""What comes back of a recording from files that were edited elsewhere."""
