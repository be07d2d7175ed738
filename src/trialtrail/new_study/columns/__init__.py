"""What a column holds by its heading and cells: type, codes, dates, units, no value, people."""
