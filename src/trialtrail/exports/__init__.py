"""Raw exports: read as they came, as text, with the line of each record."""

from trialtrail.exports.read import Export, read_export

__all__ = ["Export", "read_export"]
