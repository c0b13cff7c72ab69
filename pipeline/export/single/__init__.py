"""What a page that plays by itself is put together from: scripts, styles, a policy, its text."""
