"""Nobody who guides a call."""


class NoGuidance:
    """A conversation with the agent and nothing else."""

    choosing = False
    expected: tuple[str, ...] = ()

    def choose(self, text: str) -> bool:
        return False

    def answers(self, text: str) -> bool:
        return False

    def not_understood(self, text: str) -> None:
        pass

    def no_choice(self) -> None:
        pass

    def greeted(self) -> None:
        pass

    def transfer(self, target: str) -> None:
        pass

    def handed_over(self) -> None:
        pass
