"""The contracts: one pandera model a table. The data dictionary of the report is made from them."""
