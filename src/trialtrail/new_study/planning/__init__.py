"""The draft of a study: its exports, forms and outcome, and what a run would stop on."""
