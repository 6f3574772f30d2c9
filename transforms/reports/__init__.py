"""Reports: one self-contained HTML page per study (study_page), and the page over all of them (index_page). They print; they compute nothing.

Nothing is imported here: what looks for small counts in a night's headlines needs no figure.
"""
