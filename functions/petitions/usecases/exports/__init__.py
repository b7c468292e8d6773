"""Files of long lists, made in the background. They contain only the data that the requesting officer may see.

Only this officer can download them.

Stands on: desk, difficulties, jobs, officers.
"""
