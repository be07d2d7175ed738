"""The numbers that a report prints, and the sections that they stand in."""
