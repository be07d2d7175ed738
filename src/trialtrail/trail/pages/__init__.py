"""What the pages of the trail are made from."""
