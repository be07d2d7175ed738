"""What leaves the house: signatures, time stamps and bundles."""
