"""Generators of the studies that ship with the workflow."""
