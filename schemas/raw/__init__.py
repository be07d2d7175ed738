"""Contracts of the tables that are read from raw exports."""
