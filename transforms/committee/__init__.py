"""The pack of the data monitoring committee: what its open and its closed report hold, as one document that is written as HTML, docx, PDF and CSV.

masking   which factors the open report masks, and the results as it may tell them
document  title, facts, sections; the pieces every format prints
sections  the sections of either report
changes   what moved since the last pack, and the questions that could move more
"""
