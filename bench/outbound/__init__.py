"""Who answers a call that is made: recordings of all kinds, made here, and what the gateway's judge says of them."""
