"""A first `study.yaml` from the files of a trial: what is sure is written, what is not is asked."""
