"""Analysis datasets: how their columns are derived, scores of instruments, populations."""
