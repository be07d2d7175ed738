"""A first `study.yaml` from the files of a trial: what is sure is written, what is not is asked.

The packages in the order in which they rest on each other: `files` (how a file is read), `columns`
(what a column holds), `measures` (what was measured, and when), `asking` (what only people know),
`planning` (the study as it will be), `writing` (its text); `comparing` is for newer files.
"""
