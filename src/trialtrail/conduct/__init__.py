"""What texts state of the conduct: facts counted in rows, and sentences that rest on none."""
