"""One job: its record, and the sandbox in which it runs."""
