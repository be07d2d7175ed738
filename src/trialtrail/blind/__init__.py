"""A study of its own whose arms are letters, made from finished results and a secret key."""
