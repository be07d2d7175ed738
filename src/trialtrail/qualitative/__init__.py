"""Codings of transcripts: who coded what, and how far coders agree."""
