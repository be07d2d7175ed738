"""Checks of every change to a study: the lock of its printed numbers, and files for CI."""
