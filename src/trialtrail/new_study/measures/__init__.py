"""What was measured, and when: questionnaires, scores, repeated measures in columns or rows."""
