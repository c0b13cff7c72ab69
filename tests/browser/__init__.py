"""Tests in a browser: pages as people use them."""
