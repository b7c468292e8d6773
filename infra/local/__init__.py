"""The stand-ins for the cloud, Zalo and the portal on one laptop; see README.md beside this file."""
