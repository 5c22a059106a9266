"""Builds of a Jenkins job."""
