"""Call control, turn-taking and the media plane; recognition, language model and voice are workers, behind Redis."""
