"""Named things in what is said: found, brought together under names, with what they come to."""
