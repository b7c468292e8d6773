"""The walk: the operator's verbs in order on the fake control plane, from an empty project to its destruction.

`ground` finds the tools, `tree` copies the project to a folder of its own, `verb` runs one command of `infra.operate`
there, `steps` lists the steps and `report` collects their results. `make rehearse` is the command line.
"""
