"""One job: its record, and the walls within which it runs."""
