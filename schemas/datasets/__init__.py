"""Contracts of the analysis datasets."""
