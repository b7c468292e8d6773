"""Find the obstacles to a deployment in account, organisation, project and settings, with the remedies.

`preflight` runs all checks. The `*_checks` examine the `facts`, which `google` looks up. `needs.json` lists the
required roles, policies, regions and quotas.
"""
