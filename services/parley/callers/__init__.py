"""What callers say that means the same to every service: wishes to wait, answers, numbers. Words by language; pure."""
