"""The calls of version 1: read, call, answer."""
