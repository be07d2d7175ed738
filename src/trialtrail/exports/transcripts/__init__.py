"""Transcripts as people have them: documents of word processors, plain text, subtitles."""
