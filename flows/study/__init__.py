"""One study in a night: its flow, what the flow does without Prefect, and the report.

What the study's folder says is read in flows.study_folder.
"""
