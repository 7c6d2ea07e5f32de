"""The one exception of this package."""


class StartError(Exception):
    """Something can't be started; the text is one sentence for the operator, with what to do."""
