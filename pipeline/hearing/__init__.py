"""Where somebody speaks, what of it is recognised at once, and what of the words stays."""
