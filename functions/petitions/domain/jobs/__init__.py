"""Long work that an officer asks for: what kinds there are, how far one is, and the files that it makes.

Import `job` for one piece of work and `job_kinds` for what can be asked for.

Stands on: language, lifecycle, officers, shared, understanding.
"""
