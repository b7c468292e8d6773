"""Tests of the monthly management report."""
