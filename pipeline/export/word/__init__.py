"""A document as a Word file: its styles, its paragraphs, and the marks by which it comes back."""
