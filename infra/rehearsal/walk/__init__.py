"""The rehearsal itself ("walk"): the operator's commands in order, from an empty project to its destruction.

`ground` finds terraform and gcloud or their replacements, and `tree` copies the project to a folder of its own. `verb`
runs one command of `infra.operate` there, `steps` lists the steps, and `report` collects their results. `make rehearse`
is the command line.
"""
