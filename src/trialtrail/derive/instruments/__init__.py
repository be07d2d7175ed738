"""Scoring rules of measuring instruments, one module an instrument.

Each function takes answers or measurements as pandas objects and gives scores on the same index.
Nothing is read or written, and a score that the rule of the instrument does not allow is missing.
"""
