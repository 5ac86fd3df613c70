"""What callers say that means the same to every service: a wish to wait, an answer, a number. Words by language; pure."""
