"""Whether anything was touched: digests, chain, coverage, and what Snakemake noted itself."""
