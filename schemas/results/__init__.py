"""The contracts of the tables of results: one pandera model a table, ``row`` the key of each."""
