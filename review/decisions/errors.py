"""A decision that was not taken: what a person is told, and the HTTP status that fits."""


class DecisionError(Exception):
    """A decision that was not taken. `words` tell a person why and what to do."""

    status = 422

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class NotYours(DecisionError):
    """Somebody else's account: as if it were not there."""

    status = 404


class Conflict(DecisionError):
    """Somebody or something was first."""

    status = 409
