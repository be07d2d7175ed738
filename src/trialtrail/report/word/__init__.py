"""The report as a Word file, written from the printed page."""
