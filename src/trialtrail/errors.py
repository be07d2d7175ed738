"""Mistakes in a study that a person can mend: told in words, without a traceback."""

from runrecord.errors import UserError

StudyError = UserError
"""The same class: what the record-keeping finds wrong is told in the same way."""
