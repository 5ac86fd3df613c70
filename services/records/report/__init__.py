"""A week of calls on one page, compared with the week before. It is made by command, in the image of the API."""
