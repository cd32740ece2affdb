"""The one error that bad input gets."""

from rbc_events.scheduling.messages import say


class InputError(ValueError):
    """An input that can't be read or means nothing: `pointer` (RFC 6901) names the place, `code` the rule.

    `arguments` fill the message of the code, in any language (`rbc_events.scheduling.messages`).
    """

    def __init__(self, code: str, pointer: str = "", **arguments: str | int) -> None:
        self.code = code
        self.pointer = pointer
        self.arguments = arguments
        super().__init__(f"{pointer}: {say(code, arguments)}" if pointer else say(code, arguments))
