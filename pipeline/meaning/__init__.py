"""What passages mean: where one begins and ends, its vector, and which are nearest to a text."""
