"""What happens around every call: counting its cost by caller, injecting faults, turning errors into statuses.

`service` wraps its methods with `interceptor`; the admin port sets the faults. This room stands on `wire` and
`metering`.
"""
