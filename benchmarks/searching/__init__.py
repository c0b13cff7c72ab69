"""What `benchmarks.search` is made of: text, needles, libraries, queries, tables."""
