"""What data must look like: domain models, code lists, rules, and the models of study and site files.

Nothing here reads a file of data, opens a database or computes a statistic.
"""
