"""Read projects of programs for qualitative analysis: every kind into one model, and its tables.

`model` says what a project is; `refi`, `qualcoder` and `taguette` read one from a file; `tables`
makes the tables that an export can name as its ``sheet``; `account` counts what became of each
element of the file.
"""
