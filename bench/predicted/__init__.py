"""What a replay of calls predicts of another setting, against what real calls with that setting show."""
