"""Follow the records of a run with knowledge of its tables: trace, diff, pages, decisions."""
