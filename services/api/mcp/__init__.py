"""The API for language models, by the Model Context Protocol: the same keys, scopes and answers, a few things to do."""
