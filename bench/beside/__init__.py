"""What calls are like while something else goes on in the same stack, against calls alone in the same run."""
