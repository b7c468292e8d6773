"""Code that runs around every call: it counts costs by caller, injects faults and turns errors into gRPC statuses.

`service` wraps its methods with `interceptor`, and the admin port sets the faults. The package imports only `wire` and
`metering`.
"""
