"""Files of lists made in the background, with the content that their requester may see, and for them only.

Stands on: desk, difficulties, jobs, officers.
"""
