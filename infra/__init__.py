"""How the system runs: `gcp` in the cloud, `local` on one laptop."""
