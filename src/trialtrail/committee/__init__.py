"""The two editions of a run for a monitoring committee: open, pooled over arms; closed, by arm."""
