"""Queries that people answer where they are: a local page, the file of answers, and who signs."""
