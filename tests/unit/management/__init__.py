"""The monthly report for those who lead."""
