"""The sentences of the offline writer, one file per kind of mail. Data, no code."""
