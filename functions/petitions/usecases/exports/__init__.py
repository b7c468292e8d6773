"""Files of lists that are made in the background: as the pages show them to who asked, and to nobody else.

Stands on: desk, difficulties, jobs, officers.
"""
