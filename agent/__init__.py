"""A small local language model that searches, answers with sources, and finds B-roll."""
