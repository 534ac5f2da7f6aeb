"""The algorithms: one package a topic."""
