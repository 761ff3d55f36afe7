"""What is said when a file cannot be read."""

from flask_babel import LazyString


class UnreadableFile(ValueError):
    """The file cannot become a document; `sentence` says why in the reader's language."""

    def __init__(self, sentence: LazyString) -> None:
        super().__init__(sentence)
        self.sentence = sentence
