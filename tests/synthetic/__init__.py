"""The synthetic patients of the sample exports, and the files their sites send. `python -m tests.synthetic` writes them.

Nobody here exists. Event times are made to meet what the papers print; everything else is drawn with a fixed seed.
"""
