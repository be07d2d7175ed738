"""Mistakes in a study that a person can mend: reported in words, without a traceback."""

from runrecord.errors import UserError

StudyError = UserError
"""The same class: what the record-keeping finds wrong is reported in the same way."""
