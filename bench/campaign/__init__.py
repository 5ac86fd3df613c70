"""What calls are like while the same stack calls the people of a campaign, against calls alone in the same run."""
