"""The reference camp written again and again, each time another way, with the same figures."""
