"""Find the obstacles to a deployment in account, organisation, project and settings, with the remedies.

`preflight` runs all checks. The modules `*_checks` hold the checks, `facts` the data that they need, and `google` asks
Google for the data. `needs.json` lists the required roles, policies, regions and quotas.
"""
