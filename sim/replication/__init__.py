"""From a scenario, a seed and a number to one history, and what is read off it."""
