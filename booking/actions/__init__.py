"""What may be done: one function per use case. Nobody else writes appointments, claims or messages."""
