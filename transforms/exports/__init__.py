"""What leaves the warehouse as files of a standard: frames in, text or a file's content out.

Belongs here: how tables become datasets and what a format demands of them. Which tables and where to is said in flows.
"""
