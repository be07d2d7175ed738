"""Where a number, a cell, a file or a quotation comes from, and where it goes."""
