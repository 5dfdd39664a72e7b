"""From the numbers of replications to what may be said about them."""
