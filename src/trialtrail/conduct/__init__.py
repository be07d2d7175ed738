"""What texts state of the conduct of a study: facts counted in rows, and sentences that rest on none."""
