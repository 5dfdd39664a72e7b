"""A planner's own inventory: CSV and XLSX files as lots, with totals for control; nothing is guessed in silence."""
