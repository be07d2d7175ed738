"""Two results folders: what differs, why, and the proof by replay."""
