"""Code that runs around every call: it counts the cost by caller, injects faults and turns errors into gRPC statuses.

`service` wraps its methods with `interceptor`, and the admin port sets the faults. The package imports only `wire` and
`metering`.
"""
