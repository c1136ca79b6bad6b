"""The three errors that Ponder expects. Anything else that is raised is a bug."""


class UserError(Exception):
    """Told to the user as it is: one sentence that says what is wrong and what to do."""


class Skip(Exception):
    """There is nothing to do; logged with its reason, reported to nobody."""


class TryLater(Exception):
    """A rate limit, a 5xx or a lock: the same job may work in `seconds`."""

    def __init__(self, reason: str, seconds: float = 10.0) -> None:
        super().__init__(reason)
        self.seconds = seconds
