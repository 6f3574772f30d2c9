"""Lists of questions that a site has answered: known by what they hold, read whatever the site did to them, held against one another.

Belongs here: from a file to rows of schemas.answers. What an answer does to its question is the warehouse's business.
"""
