"""The analysis plan as something of its own: in words, as a document, and held against the run."""
