"""The validation of one table: its columns, its cells, its contract."""
