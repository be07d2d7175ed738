"""The analysis plan as something that people decide: what it says, its lock, its deviations."""
