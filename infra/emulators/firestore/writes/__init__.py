"""The writes of a commit with masks, preconditions and transforms, and the deletion of expired documents.

The rooms above use `Batch`. `TimeToLive` is for `server`. This room stands on `wire`, `documents`, `metering`,
`indexes`, `storage` and `queries`.
"""
