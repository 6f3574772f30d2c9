"""All that touches DuckDB and the workspace: staging, build, assembly, checks, publication.

No clinical rule and no statistic lives here: endpoint SQL and results come in as arguments.
"""
