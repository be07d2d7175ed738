"""Trials drawn at random, and what the methods of the plan make of them."""
