"""Figures as they are printed: a paper's beside the pipeline's, what can't be right in them, how they were made, in words."""
