"""What a run writes holds no value of a subject, and what sites type stays text."""
