"""What leaves the house: signatures, time stamps, bundles and their proofs."""
