"""Make of the public edition a folder that Zenodo, OSF or another archive can be given."""
