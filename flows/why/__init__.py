"""Why a result moved between two nights: which of code, study files and single records moved it, found by replaying.

sides     what a night is: study files, staged exports, code, and the results it published
replay    a study's records, endpoint tables and results by today's code
explain   from the one night to the other in steps, each of which changes one thing
tell      the explanation in words, and as JSON
"""
