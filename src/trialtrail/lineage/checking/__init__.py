"""Whether anything was touched: digests, chain, coverage, and the witnesses outside the folder."""
