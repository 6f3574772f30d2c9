"""What a run tells: the figures compared with the night before, pages and tables in Prefect's interface, one message where there is news.

Counts, rule ids and results only, never a subject's value. What is news, and how it reads, is decided in transforms.news and transforms.message.
"""
