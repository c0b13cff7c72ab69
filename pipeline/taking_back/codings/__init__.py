"""What coding software says of a recording, and where that is in its transcript."""
