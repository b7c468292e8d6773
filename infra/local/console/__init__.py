"""The runner's own pages and the HTTP interface that the command line uses."""
