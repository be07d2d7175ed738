"""What a correction would change: the jobs that it touches, run again beside the results."""
