"""Tools without models and without imports from the project: formats, time, text, limits."""
