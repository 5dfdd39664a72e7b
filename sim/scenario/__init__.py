"""What a drawdown is: the scenario file and its meaning, without any clock."""
