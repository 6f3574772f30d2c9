"""The synthetic patients of the sample exports, and the files their sites send. `python -m tests.synthetic` writes them.

Nobody here exists. What the papers print is read from studies/<study>/published.yaml (printed.py). What can be drawn from a figure
is; what can't, such as the event times behind a rate, is a table of its study's module. Before anything is written, the cohort
is held against every figure (constraints/). The rest is drawn with a fixed seed.
"""
