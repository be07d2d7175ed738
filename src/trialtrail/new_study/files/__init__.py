"""How a file is read that no configuration describes yet, and what its own program says of it."""
