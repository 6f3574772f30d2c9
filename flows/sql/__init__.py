"""Questions of analysts to a published file: one query, a prompt, where a number came from.

Imports neither Prefect nor a statistics library, nor polars: an answer has to be there within a second.
"""
