"""The text of `study.yaml`, and the schema by which editors complete it."""
