"""Work on petitions other than officers' actions: filing, notes, notices to filers, drafts of answers, receipts.

Import the module of the use case.

Stands on: files, officers, shared.
"""
