"""The frame of every call, which counts its cost by caller, injects faults and turns errors into statuses.

`service` wraps its methods with `interceptor`, and the admin port sets the faults. This room stands on `wire` and
`metering`.
"""
