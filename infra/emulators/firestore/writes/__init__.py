"""The writes of a commit with masks, preconditions and transforms, and the deletion of expired documents.

Later packages use `Batch`. `TimeToLive` is for `server`. The package imports only `wire`, `documents`, `metering`,
`indexes`, `storage` and `queries`.
"""
